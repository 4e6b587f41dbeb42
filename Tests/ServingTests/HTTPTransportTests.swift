// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ChannelKit
import NIOCore
import Serving
import Testing

/// The real client, the real network of this machine, and a port that counts who comes.
@Suite struct HTTPTransportTests {
    private func sending(_ url: String, by transport: HTTPTransport) async -> Result<HTTPResponse, ChannelFailure> {
        do throws(ChannelFailure) { return .success(try await transport.send(HTTPRequest(.get, url))) } catch { return .failure(error) }
    }

    private func with<Value>(
        _ rule: OutboundRule = OutboundRule(), _ resolver: any NameResolver = SystemResolver(), keep: Duration = .seconds(60),
        _ work: (HTTPTransport) async throws -> Value
    ) async throws -> Value {
        let transport = HTTPTransport(rule: rule, resolver: resolver, deadlineSeconds: 10, keep: keep)
        do {
            let value = try await work(transport)
            await transport.close()
            return value
        } catch {
            await transport.close()
            throw error
        }
    }

    @Test func `no address that a person may type reaches this machine`() async throws {
        let listener = try await Listener(["0.0.0.0", "::"])
        let own = OwnNetworks.now().filter { $0.bits == 128 }.map(\.first.description).map { $0.contains(":") ? "[\($0)]" : $0 }
        let addresses = AddressTricks.loopbackAddresses(port: listener.port) + own.map { "http://\($0):\(listener.port)/" }
        try await with { transport in
            for address in addresses {
                guard case .failure(let failure) = await sending(address, by: transport) else {
                    Issue.record("\(address) was answered")
                    continue
                }
                // What is no web address and what nobody's name is; everything else is refused for where it is.
                switch failure {
                case .offLimits, .unavailable: break
                default: Issue.record("\(address): \(failure)")
                }
            }
        }
        #expect(try await listener.look().connections == 0)
        // The same addresses do reach it when that is allowed: the port counts.
        try await with(.anywhere) { transport in
            let answered = await withTaskGroup(of: Bool.self) { group in
                for address in addresses {
                    group.addTask { if case .success = await sending(address, by: transport) { true } else { false } }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(answered >= 20, "\(answered) of \(addresses.count)")
        }
        #expect(try await listener.look().connections > 0)
        await listener.close()
    }

    @Test func `no name that leads into the own network is followed`() async throws {
        let listener = try await Listener(["0.0.0.0", "::"])
        for trick in AddressTricks.all {
            try await with(OutboundRule(), ToldResolver([trick])) { transport in
                #expect(await sending("http://shop.example:\(listener.port)/", by: transport) == .failure(.offLimits("shop.example")), "\(trick)")
            }
        }
        try await with(OutboundRule(), ToldResolver(AddressTricks.all)) { transport in
            #expect(await sending("http://shop.example:\(listener.port)/", by: transport) == .failure(.offLimits("shop.example")))
        }
        #expect(try await listener.look().connections == 0)
        await listener.close()
    }

    @Test func `an allowed name is asked for once, reached at that address, and told its own name`() async throws {
        let listener = try await Listener(["127.0.0.1"])
        let resolver = ToldResolver(["127.0.0.1"], ["10.0.0.1"])
        try await with(.demo, resolver) { transport in
            for _ in 0..<5 {
                let answer = await sending("http://shop.example:\(listener.port)/orders", by: transport)
                #expect((try? answer.get())?.status == 200)
            }
        }
        #expect(resolver.asked == 1)
        let seen = try await listener.look()
        #expect(seen.connections == 1 && seen.heard.contains("GET /orders HTTP/1.1\r\n"))
        #expect(seen.heard.lowercased().contains("host: shop.example:\(listener.port)\r\n"))
        await listener.close()
    }

    @Test func `a name that leads elsewhere the second time is checked the second time`() async throws {
        let first = try await Listener(["127.0.0.1"])
        let second = try await Listener(["127.0.0.2"])
        let rule = try OutboundRule.parse("127.0.0.1")
        // Both ports are asked for, so that whichever address is taken somebody would hear it.
        let resolver = ToldResolver(["127.0.0.1"], ["127.0.0.2"])
        try await with(rule, resolver, keep: .zero) { transport in
            #expect((try? await sending("http://shop.example:\(first.port)/", by: transport).get())?.status == 200)
            for port in [first.port, second.port] {
                #expect(await sending("http://shop.example:\(port)/", by: transport) == .failure(.offLimits("shop.example")))
            }
        }
        #expect(resolver.asked == 3)
        #expect(try await first.look().connections == 1)
        #expect(try await second.look().connections == 0)
        await first.close()
        await second.close()
    }

    @Test func `between two looks the address that was checked is the one that is used`() async throws {
        let listener = try await Listener(["127.0.0.1"])
        let other = try await Listener(["127.0.0.2"])
        try await with(try OutboundRule.parse("127.0.0.1"), ToldResolver(["127.0.0.1"], ["127.0.0.2"])) { transport in
            // Another port is another connection: a library that asked again would be told the second address.
            #expect((try? await sending("http://shop.example:\(listener.port)/", by: transport).get())?.status == 200)
            #expect(await sending("http://shop.example:\(other.port)/", by: transport) == .failure(.unavailable("nobody answers at the address")))
        }
        #expect(try await listener.look().connections == 1)
        #expect(try await other.look().connections == 0)
        await listener.close()
        await other.close()
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect is told, not followed`(status: Int) async throws {
        let inside = try await Listener(["127.0.0.2"])
        let target = "http://127.0.0.2:\(inside.port)/"
        let shop = try await Listener(["127.0.0.1"], answer: "HTTP/1.1 \(status) Elsewhere\r\nLocation: \(target)\r\nContent-Length: 0\r\n\r\n")
        // Even where the target would be allowed.
        for rule in [OutboundRule.demo, .anywhere] {
            try await with(rule) { transport in
                let answer = try await sending("http://127.0.0.1:\(shop.port)/", by: transport).get()
                #expect(answer.status == status && answer.headers["Location"] == target)
            }
        }
        #expect(try await shop.look().connections == 2)
        #expect(try await inside.look().connections == 0)
        await inside.close()
        await shop.close()
    }

    @Test func `of several addresses those that are not allowed are left out, and the next is tried when nobody answers`() async throws {
        let listener = try await Listener(["127.0.0.1"])
        let inside = try await Listener(["127.0.0.3"])
        let resolver = ToldResolver(["10.0.0.1", "::1", "127.0.0.3", "127.0.0.2", "127.0.0.1"])
        try await with(try OutboundRule.parse("127.0.0.1,127.0.0.2"), resolver) { transport in
            for _ in 0..<2 { #expect((try? await sending("http://shop.example:\(listener.port)/", by: transport).get())?.status == 200) }
            #expect(await sending("http://shop.example:\(inside.port)/", by: transport) == .failure(.unavailable("nobody answers at the address")))
        }
        #expect(resolver.asked == 1)
        #expect(try await listener.look().connections == 1)
        #expect(try await inside.look().connections == 0)
        await listener.close()
        await inside.close()
    }

    @Test func `over https the address is the checked one and the name is still the shop's`() async throws {
        let listener = try await Listener(["127.0.0.1"])
        try await with(.demo, ToldResolver(["127.0.0.1"])) { transport in
            guard case .failure = await sending("https://shop.example:\(listener.port)/", by: transport) else {
                Issue.record("a port without TLS is taken for a secure one")
                return
            }
        }
        // In the clear at the beginning of a handshake: the name that the certificate has to be for.
        #expect(try await listener.look().heard.contains("shop.example"))
        await listener.close()
    }

    @Test func `a resolver that fails is said so, and what was checked before is used meanwhile`() async throws {
        struct Broken: Error {}
        final class Failing: NameResolver {
            let first: ToldResolver
            init(_ first: ToldResolver) { self.first = first }
            func addresses(of host: String) async throws -> [NetworkAddress] {
                let found = try await first.addresses(of: host)
                if found.isEmpty { throw Broken() }
                return found
            }
        }
        let listener = try await Listener(["127.0.0.1"])
        try await with(.demo, Failing(ToldResolver(["127.0.0.1"], [])), keep: .zero) { transport in
            for _ in 0..<2 { #expect((try? await sending("http://shop.example:\(listener.port)/", by: transport).get())?.status == 200) }
        }
        try await with(.demo, Failing(ToldResolver([]))) { transport in
            #expect(await sending("http://shop.example/", by: transport) == .failure(.unavailable("the name shop.example cannot be looked up now")))
        }
        try await with(.demo, ToldResolver([])) { transport in
            #expect(await sending("http://shop.example/", by: transport) == .failure(.unavailable("nobody has the name shop.example")))
        }
        await listener.close()
    }

    /// The second wall: had the library asked for the name itself, the open connection is looked at before anything is said.
    @Test func `a connection that came to stand inside is closed before a request is sent`() async throws {
        let listener = try await Listener(["127.0.0.1"])
        let gate = OutboundGate(rule: OutboundRule(), resolver: ToldResolver(["8.8.8.8"]), keep: .seconds(60))
        // A client that was lent for another name knows no address for this one.
        let client = try await gate.lend(.init(host: "shop.example", address: try #require(NetworkAddress("8.8.8.8")), isLiteral: false))
        await #expect(throws: (any Error).self) {
            try await client.execute(HTTPClientRequest(url: "http://127.0.0.1:\(listener.port)/"), timeout: .seconds(5))
        }
        let seen = try await listener.look()
        #expect(seen.connections == 1 && seen.heard.isEmpty)
        await gate.close()
        await listener.close()
    }

    @Test func `many hosts do not keep a client each, and none is lost`() async throws {
        let listener = try await Listener(["127.0.0.1"])
        try await with(.demo, ToldResolver(["127.0.0.1"])) { transport in
            for number in 0..<(OutboundGate.clientsMax + 20) {
                #expect((try? await sending("http://shop\(number).example:\(listener.port)/", by: transport).get())?.status == 200)
            }
        }
        #expect(try await listener.look().connections == OutboundGate.clientsMax + 20)
        await listener.close()
    }
}
