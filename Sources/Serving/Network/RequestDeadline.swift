// SPDX-License-Identifier: Apache-2.0

package import NIOCore
package import NIOHTTPTypes

/// Closes a connection whose request does not arrive in time. The idle timeout alone lets a sender stay for ever who
/// sends a byte now and then.
package final class RequestDeadline: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPRequestPart
    package typealias InboundOut = HTTPRequestPart

    package struct Limits: Sendable {
        /// From a request's first byte to the end of its headers.
        var headers = TimeAmount.seconds(10)
        /// From the end of the headers to the end of the body.
        var body = TimeAmount.seconds(60)
        /// A body that is not there yet brings so many bytes in each window.
        var window = TimeAmount.seconds(10)
        var windowBytesMin = 1024

        package init() {}
    }

    private enum Phase {
        /// Between requests.
        case quiet
        case headers(began: NIODeadline)
        case body(began: NIODeadline, window: NIODeadline, bytes: Int)
    }

    private let limits: Limits
    private var phase = Phase.quiet
    private var look: Scheduled<Void>?

    package init(_ limits: Limits = Limits()) { self.limits = limits }

    package func handlerAdded(context: ChannelHandlerContext) {
        let first = FirstBytes { [weak self] bytes, channel in self?.heard(bytes, channel) }
        do { try context.pipeline.syncOperations.addHandler(first, position: .first) } catch { context.close(promise: nil) }
    }

    /// Before anything is decoded: an unfinished header block makes no part.
    private func heard(_ bytes: Int, _ channel: any Channel) {
        switch phase {
        case .quiet:
            phase = .headers(began: channel.eventLoop.now)
            lookAgain(channel, in: limits.headers)
        case .headers: break
        case .body(let began, let window, let before): phase = .body(began: began, window: window, bytes: before + bytes)
        }
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            let now = context.eventLoop.now
            phase = .body(began: now, window: now, bytes: 0)
            lookAgain(context.channel, in: min(limits.window, limits.body))
        case .body: break
        case .end: phase = .quiet
        }
        context.fireChannelRead(data)
    }

    package func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) { stop() }

    /// One look at a time, whatever comes and goes meanwhile: most requests are over long before it.
    private func lookAgain(_ channel: any Channel, in time: TimeAmount) {
        guard look == nil else { return }
        look = channel.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            self?.look = nil
            self?.check(channel)
        }
    }

    private func check(_ channel: any Channel) {
        let now = channel.eventLoop.now
        switch phase {
        case .quiet: break
        case .headers(let began):
            guard now < began + limits.headers else { return channel.close(promise: nil) }
            lookAgain(channel, in: began + limits.headers - now)
        case .body(let began, var window, var bytes):
            guard now < began + limits.body else { return channel.close(promise: nil) }
            if now >= window + limits.window {
                guard bytes >= limits.windowBytesMin else { return channel.close(promise: nil) }
                (window, bytes) = (now, 0)
                phase = .body(began: began, window: window, bytes: bytes)
            }
            lookAgain(channel, in: min(window + limits.window, began + limits.body) - now)
        }
    }

    private func stop() {
        look?.cancel()
        look = nil
    }
}

/// Stands before the decoder and says how many bytes came.
private final class FirstBytes: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let tell: (Int, any Channel) -> Void

    init(_ tell: @escaping (Int, any Channel) -> Void) { self.tell = tell }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        tell(unwrapInboundIn(data).readableBytes, context.channel)
        context.fireChannelRead(data)
    }
}
