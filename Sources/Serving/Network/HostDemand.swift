// SPDX-License-Identifier: Apache-2.0

package import NIOCore
import NIOHTTP1
package import NIOHTTPTypes

/// Turns away a request that does not say for whom it is, or says it twice: two readers could understand it differently
/// (RFC 9112, 3.2).
///
/// HTTP/1.0 has no `Host`, and simple probes still speak it: there it may be missing, but not come twice.
package final class HostDemand: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPRequestPart
    package typealias InboundOut = HTTPRequestPart

    package init() {}

    /// The server's own handlers of this kind are added behind its codec, which keeps the first `Host` apart and forgets the version:
    /// what has to be looked at is before it.
    package func handlerAdded(context: ChannelHandlerContext) {
        let sync = context.pipeline.syncOperations
        do {
            let decoder = try sync.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self).handler
            try sync.addHandler(HostCheck(), position: .after(decoder))
        } catch { context.close(promise: nil) }
    }

    /// Whether the lines that name the host are none, too many, or no host.
    static func isRefused(_ head: HTTPRequestHead) -> Bool {
        let hosts = head.headers["host"]
        guard let host = hosts.first else { return head.version != .http1_0 }
        return hosts.count > 1 || host.isEmpty || !host.utf8.allSatisfy(isOfHost)
    }

    /// What a name, an address or a port is written with. A comma would be two hosts that somebody made one line of.
    private static func isOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "%"):
            true
        default: false
        }
    }
}

/// A refused head becomes an error as the decoder's own: the server answers those with 400, after the requests before it, and hangs up.
final class HostCheck: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private var isOver = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        if case .head(let head) = unwrapInboundIn(data), HostDemand.isRefused(head) {
            isOver = true
            context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
        } else {
            context.fireChannelRead(data)
        }
    }
}
