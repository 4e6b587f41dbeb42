// SPDX-License-Identifier: Apache-2.0

public import Hummingbird
import NIOCore

/// What a request carries through the router beside itself: where it came from.
public struct WebContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The peer's address without its port; `local` where there is none (tests).
    public let remoteAddress: String

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress?.ipAddress ?? "local"
    }
}
