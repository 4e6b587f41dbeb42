// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Serving
import Synchronization

/// A port of this machine that answers everything the same, and remembers who came and what was said.
final class Listener: Sendable {
    struct Seen: Sendable {
        var connections = 0
        var heard = ""
    }

    private let seen: Note
    private let loop: any EventLoop
    private let channels: [any Channel]
    let port: Int

    static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    private static let probe = "PROBE"

    /// - Parameter hosts: Where it listens, on one port; of those after the first what this machine does not have is left out.
    init(_ hosts: [String], answer: String = ok) async throws {
        let note = Note()
        // One loop for all of it: what came first is noted first.
        loop = MultiThreadedEventLoopGroup.singleton.next()
        let bootstrap = ServerBootstrap(group: loop).serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                note.seen.withLock { $0.connections += 1 }
                return channel.pipeline.addHandler(Answering(answer: answer, note: note))
            }
        let first = try await bootstrap.bind(host: hosts[0], port: 0).get()
        var all: [any Channel] = [first]
        port = first.localAddress?.port ?? 0
        for host in hosts.dropFirst() {
            if let more = try? await bootstrap.bind(host: host, port: port).get() { all.append(more) }
        }
        channels = all
        seen = note
    }

    /// What was seen up to now. A connection of ours queues up behind all others, so that none is still on its way in.
    func look() async throws -> Seen {
        for channel in channels {
            guard let address = channel.localAddress?.ipAddress else { continue }
            let host = address == "0.0.0.0" ? "127.0.0.1" : address == "::" ? "::1" : address
            let heard = loop.makePromise(of: Void.self)
            let line = try await ClientBootstrap(group: loop).channelInitializer { $0.pipeline.addHandler(Waiting(heard)) }
                .connect(host: host, port: port).get()
            try await line.writeAndFlush(ByteBuffer(string: Self.probe))
            try await heard.futureResult.get()
            try await line.close()
            seen.seen.withLock { $0.connections -= 1 }
        }
        return seen.seen.withLock { $0 }
    }

    func close() async {
        for channel in channels { try? await channel.close() }
    }

    private final class Note: Sendable {
        let seen = Mutex(Seen())
    }

    private final class Answering: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        let answer: String
        let note: Note

        init(answer: String, note: Note) {
            self.answer = answer
            self.note = note
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(decoding: unwrapInboundIn(data).readableBytesView, as: UTF8.self)
            if text != Listener.probe { note.seen.withLock { $0.heard += text } }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        }
    }

    private final class Waiting: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let heard: EventLoopPromise<Void>

        init(_ heard: EventLoopPromise<Void>) { self.heard = heard }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { heard.succeed() }
        func channelInactive(context: ChannelHandlerContext) { heard.fail(ChannelError.eof) }
    }
}

/// A resolver that says what it is told to, one answer after another, and the last for ever.
final class ToldResolver: NameResolver {
    private let answers: Mutex<[[String]]>
    private let count = Mutex(0)

    /// How often it was asked.
    var asked: Int { count.withLock { $0 } }

    init(_ answers: [String]...) { self.answers = Mutex(answers) }

    func addresses(of host: String) async throws -> [NetworkAddress] {
        count.withLock { $0 += 1 }
        return answers.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? [] }.compactMap { NetworkAddress($0) }
    }
}
