// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ChannelKit
import ChannelSync
import Foundation
import Hummingbird
import Logging
import NIOCore
import House
import NIOHTTP1
import Serving
import Storage
import Vocabulary
import Webhooks

/// Webhooks acknowledged durably over HTTP, beside the bare HTTP server that reads the same bodies, and beside the bare
/// database committing one small row at a time.
struct WebhookBench {
    let folder: URL

    private static let connections = 32
    private static let count = 6_000

    func run() async throws -> [Figure] {
        var shop = try await BenchShop(database: folder.appendingPathComponent("webhooks.sqlite").path)
        let client = HTTPTransport.makeClient()
        var quiet = Logger(label: "bench")
        quiet.logLevel = .critical
        let hub = shop.hub
        let router = Router()
        WebhookRoutes(WebhookReceiver(hub: hub, connectors: Self.connectors), publicAddress: "http://127.0.0.1:8391").addRoutes(to: router)
        let bareRouter = Router()
        bareRouter.post("/hooks/{account}") { request, _ in
            _ = try await request.body.collect(upTo: 4 << 20)
            return HTTPResponse.Status.ok
        }
        let real = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 8391)), logger: quiet)
        let bare = Application(router: bareRouter, configuration: .init(address: .hostname("127.0.0.1", port: 8392)), logger: quiet)
        let servers = [Task { try await real.run() }, Task { try await bare.run() }]
        defer { for server in servers { server.cancel() } }
        try await answers(client, port: 8391)
        try await answers(client, port: 8392)
        var rates: [Double] = []
        var bareRates: [Double] = []
        for _ in 0..<3 {
            let deliveries = shop.deliveries(Self.count)
            bareRates.append(try await rate(of: deliveries, to: 8392, client))
            rates.append(try await rate(of: deliveries, to: 8391, client))
        }
        let stored = try await hub.store.read { try $0.number("SELECT COUNT(*) FROM inbox") ?? 0 }
        precondition(stored == Self.count * 3, "not every webhook was kept: \(stored)")
        let commits = try await commitRate(hub)
        try await client.shutdown()
        let median = rates.sorted()[1]
        return [
            Figure(
                name: "webhooks acknowledged durably, 32 connections, beside the bare HTTP server", value: median, unit: "webhooks/s",
                limit: bareRates.sorted()[1],
                aim: "a third", betterIsHigher: true),
            Figure(
                name: "webhooks acknowledged durably, 32 connections, beside one commit at a time", value: median, unit: "webhooks/s", limit: commits,
                aim: "a third", betterIsHigher: true),
        ]
    }

    static let connectors = ChannelRegistry.connectors

    private func answers(_ client: HTTPClient, port: Int) async throws {
        for _ in 0..<500 {
            let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/")
            if (try? await client.execute(request, timeout: .seconds(1))) != nil { return }
        }
        throw ChannelFailure.unavailable("the bench's server does not answer")
    }

    private func rate(of deliveries: [ChannelKit.HTTPRequest], to port: Int, _ client: HTTPClient) async throws -> Double {
        let seconds = try await Bench.seconds {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<Self.connections {
                    group.addTask {
                        for index in stride(from: lane, to: deliveries.count, by: Self.connections) {
                            var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(deliveries[index].path)")
                            request.method = .POST
                            for line in deliveries[index].headers.lines where line.name != "Content-Length" {
                                request.headers.add(name: line.name, value: line.value)
                            }
                            request.body = .bytes(ByteBuffer(bytes: deliveries[index].body))
                            let answer = try await client.execute(request, timeout: .seconds(30))
                            precondition(answer.status == .ok, "a webhook was turned away: \(answer.status)")
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        return Double(deliveries.count) / seconds
    }

    /// Durable commits of one small row, one after another: what acknowledging without group commit could reach.
    private func commitRate(_ hub: Hub) async throws -> Double {
        _ = try await hub.store.write { try $0.execute("CREATE TABLE IF NOT EXISTS bench (number INTEGER NOT NULL PRIMARY KEY) STRICT") }
        let seconds = try await Bench.seconds {
            for number in 0..<1000 { _ = try await hub.store.write { try $0.execute("INSERT INTO bench (number) VALUES (\(number))") } }
        }
        return 1000 / seconds
    }
}
