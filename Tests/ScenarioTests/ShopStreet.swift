// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Clocks
import Foundation
import House
import Inventory
import Catalog
import Availability
import Journal
import Logging
import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

/// A hub on a real database, the three twins and a driven clock, without a network: requests are handed over as values.
/// The engine, the connectors, the twins and the rooms are the ones that run in the program.
final class ShopStreet: Sendable {
    let hub: Hub
    let clock: DemoClock
    let twins: [TwinDoor]
    /// The channel of each twin.
    let channels: [String]
    let engine: SyncEngine
    let receiver: WebhookReceiver
    private let database: TestDatabase

    static let start = Instant(iso: "2026-11-02T09:00:00Z")!

    /// Opens a shop street where every twin shows the articles, and connects them.
    init(
        articles: [TwinSeed.Article], channels: [String] = ["shopify", "woocommerce", "amazon"], pollEvery: Span? = nil, pushEvery: Span? = nil,
        store: (any Store) -> any Store = { $0 }
    ) async throws {
        database = try await TestDatabase(("house", Schema.migrator))
        clock = DemoClock(start: Self.start, speed: nil)
        let opened = try await DatabaseAddress(database.address)
            .open(clock: clock, beginsWith: SellingPolicy(.shared))
        hub = Hub(store: store(opened.store), clock: clock)
        let shops = channels.compactMap { channel in ChannelRegistry.twins.first { $0.channel == channel } }
        self.channels = shops.map(\.channel)
        twins = shops.enumerated().map { index, entry in
            let seed = TwinSeed(shopName: entry.title, currency: .gbp, articles: articles, start: Self.start, seed: UInt64(index + 1))
            return TwinDoor(entry.make(seed), address: "http://127.0.0.1:\(4001 + index)")
        }
        var log = Logger(label: "test")
        log.logLevel = .critical
        receiver = WebhookReceiver(hub: hub, connectors: ChannelRegistry.connectors)
        engine = SyncEngine(
            hub: hub, connectors: ChannelRegistry.connectors, transport: StreetTransport(twins: twins, clock: clock),
            pace: SyncPace(pollEvery: pollEvery, pushEvery: pushEvery, firstLook: .hours(1)), publicAddress: "http://127.0.0.1:4000", seed: 1,
            log: log)
    }

    deinit { database.removeLater() }

    /// Runs the engine while the body runs.
    func whileRunning(_ body: () async throws -> Void) async throws {
        let running = Task { await engine.run() }
        do { try await body() } catch {
            running.cancel()
            await running.value
            throw error
        }
        running.cancel()
        await running.value
    }

    /// A day in a street whose shops all show the articles: once they are open and quiet, the body happens. At its end no shop
    /// may show another count than the hub's.
    static func day(with articles: [TwinSeed.Article], _ body: (ShopStreet) async throws -> Void) async throws -> ShopStreet {
        let street = try await ShopStreet(articles: articles)
        try await street.open(articles)
        try await street.whileRunning {
            try await street.settle()
            try await body(street)
        }
        #expect(try await street.differences() == [])
        return street
    }

    enum Stuck: Error { case waitedTooLong(String) }

    /// Lets time pass until the condition holds; what is due in the twins is delivered on the way.
    func until(_ what: String, deliver: Bool = true, _ holds: @escaping @Sendable (Transaction) throws -> Bool) async throws {
        for _ in 0..<20_000 {
            if deliver { try await deliverWebhooks() }
            if try await hub.store.read({ try holds($0) }) { return }
            await step(.milliseconds(500))
        }
        throw Stuck.waitedTooLong(what)
    }

    /// Lets a little time pass, never far ahead of requests that are under way, and lets everybody work.
    func step(_ span: Span) async {
        clock.advance(to: min(clock.now() + span, clock.limit(beyondHolds: span)))
        for _ in 0..<20 { await Task.yield() }
        // Everything that was handed to the database before is in it when this returns. A server takes longer over what the hub does in a
        // step than over what is asked here: it is asked more often, so that time does not run away from the hub.
        for _ in 0..<(database.engine == .sqlite ? 1 : 6) { _ = try? await hub.store.write { try $0.number("SELECT 1") } }
    }

    /// Lets time pass.
    func pass(_ span: Span, deliver: Bool = true) async throws {
        let end = clock.now() + span
        while clock.now() < end {
            if deliver { try await deliverWebhooks() }
            await step(min(end - clock.now(), .seconds(1)))
        }
    }

    /// Waits until nothing is left to do anywhere.
    func settle(deliver: Bool = true) async throws {
        // Everything a poll could find has been found once the cursors are past this moment.
        let now = clock.now()
        do {
            try await until("everything is settled", deliver: deliver) { try Backlog.list(ordersUntil: now, in: $0).isEmpty }
        } catch Stuck.waitedTooLong {
            throw Stuck.waitedTooLong(try await hub.store.read { try Backlog.list(ordersUntil: now, in: $0) }.joined(separator: ", "))
        }
    }

    /// Waits until every message that came has been read; nothing more is delivered meanwhile.
    func readInbox() async throws {
        try await until("the inbox is empty", deliver: false) { try Inbox.waiting(in: $0) == 0 }
    }
}
