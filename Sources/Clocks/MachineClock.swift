// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Vocabulary

/// The machine's own time.
public struct MachineClock: TimeSource {
    public init() {}

    public func now() -> Instant { Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) }

    public func wait(until moment: Instant) async throws {
        let left = (moment - now()).milliseconds
        if left > 0 { try await Task.sleep(for: .milliseconds(left)) } else { try Task.checkCancellation() }
    }
}
