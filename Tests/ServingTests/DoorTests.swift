// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import Serving
import Testing

/// The hub's door without a hub behind it, and with a clock that is turned by hand.
private final class Door {
    let channel: EmbeddedChannel
    /// The server's last handler: what it would be told.
    let room = Room()

    final class Room: ChannelInboundHandler {
        typealias InboundIn = HTTPRequestPart
        var heads = 0
        var ends = 0
        var errors: [any Error] = []
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head: heads += 1
            case .body: break
            case .end: ends += 1
            }
        }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { errors.append(error) }
    }

    init() throws {
        channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 80)).wait()
        let sync = channel.pipeline.syncOperations
        // As Hummingbird does it.
        try sync.configureHTTPServerPipeline(withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false)
        try sync.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        try sync.addHandlers([HostDemand(), RequestDeadline()])
        try sync.addHandler(room)
    }

    func say(_ text: String) throws { if channel.isActive { try channel.writeInbound(ByteBuffer(string: text)) } }
    func wait(_ seconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .seconds(seconds)) }
    var isOpen: Bool { channel.isActive }
    func end() { _ = try? channel.finish(acceptAlreadyClosed: true) }
}

@Suite struct DoorTests {
    @Test(arguments: [
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: hub\r\nHost: other\r\n\r\n", "GET / HTTP/1.1\r\nHost: hub\r\nX: y\r\nhOST: hub\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / HTTP/1.1\r\nHost: hub, other\r\n\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: hub/path\r\n\r\n", "GET / HTTP/1.1\r\nHost: me@hub\r\n\r\n", "GET / HTTP/1.0\r\nHost: hub\r\nHost: hub\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nok", "GET http://hub/ HTTP/1.1\r\n\r\n",
    ])
    func `a request that does not say once for whom it is goes no further`(text: String) throws {
        let door = try Door()
        try door.say(text)
        #expect(door.room.heads == 0 && door.room.ends == 0)
        #expect(door.room.errors.contains { $0 is HTTPParserError })
        // What is hidden behind it is not looked at either.
        try door.say("GET / HTTP/1.1\r\nHost: hub\r\n\r\n")
        #expect(door.room.heads == 0)
        door.end()
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: hub\r\n\r\n", "GET / HTTP/1.1\r\nhost: 127.0.0.1:8080\r\n\r\n", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: hub.example.com.\r\n\r\n", "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0\r\nHost: my_hub-1\r\n\r\n",
    ])
    func `a request that says it is let in`(text: String) throws {
        let door = try Door()
        try door.say(text)
        #expect(door.room.heads == 1 && door.room.ends == 1 && door.room.errors.isEmpty)
        door.end()
    }

    @Test(arguments: ["GET / HTTP/1.1\r\nHost: hub\r\nX-Slow: ", "GET /heal", "POST / HTTP/1.1\r\nX"])
    func `headers that are not done in ten seconds end the connection`(beginning: String) throws {
        let door = try Door()
        try door.say(beginning)
        for _ in 0..<9 {
            door.wait(1)
            try door.say("x")
        }
        #expect(door.isOpen)
        door.wait(1)
        #expect(!door.isOpen)
        door.end()
    }

    @Test func `each request of a connection has its own ten seconds`() throws {
        let door = try Door()
        for _ in 0..<5 {
            try door.say("GET / HTTP/1.1\r\n")
            door.wait(9)
            try door.say("Host: hub\r\n\r\n")
            // Between requests nothing is due; the server's idle timeout is for that.
            door.wait(30)
        }
        #expect(door.isOpen && door.room.ends == 5)
        try door.say("GET / HTTP/1.1\r\n")
        door.wait(9)
        #expect(door.isOpen)
        door.wait(1)
        #expect(!door.isOpen)
        door.end()
    }

    @Test func `a body that trickles ends the connection, one that flows does not`() throws {
        let head = "POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 1000000\r\n\r\n"
        let trickle = try Door()
        try trickle.say(head)
        for _ in 0..<9 {
            trickle.wait(1)
            try trickle.say("x")
        }
        #expect(trickle.isOpen)
        trickle.wait(1)
        #expect(!trickle.isOpen)
        trickle.end()

        let flow = try Door()
        try flow.say(head)
        for _ in 0..<59 {
            flow.wait(1)
            try flow.say(String(repeating: "x", count: 200))
        }
        #expect(flow.isOpen)
        // The whole of it has a minute, however it comes.
        flow.wait(1)
        #expect(!flow.isOpen)
        flow.end()
    }

    @Test func `a body that stops after a good beginning ends the connection`() throws {
        let door = try Door()
        try door.say("POST / HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n\r\n")
        try door.say("800\r\n" + String(repeating: "x", count: 2048) + "\r\n")
        door.wait(19)
        #expect(door.isOpen)
        door.wait(1)
        #expect(!door.isOpen)
        door.end()
    }

    @Test func `a request that is whole is not hurried, however long its answer takes`() throws {
        let door = try Door()
        try door.say("POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 2\r\n\r\nok")
        door.wait(3_600)
        #expect(door.isOpen && door.room.ends == 1)
        door.end()
    }
}
