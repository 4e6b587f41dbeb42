// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

/// The address cannot be listened on.
public struct ListeningFailure: Error, CustomStringConvertible {
    public let description: String

    /// Nil when the error is about something else.
    init?(_ error: any Error, host: String, port: Int) {
        guard let error = error as? IOError else { return nil }
        switch error.errnoCode {
        case EADDRINUSE: description = "Another program listens on \(host):\(port) already. Choose another port."
        case EACCES: description = "This user may not listen on \(host):\(port). Choose a port above 1023."
        case EADDRNOTAVAIL: description = "This machine has no address \(host). Choose one that it has, such as 127.0.0.1."
        default: return nil
        }
    }
}
