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
import SQLiteStorage
import Storage
import Vocabulary

/// A hub on a real database, the three twins and a driven clock, without a network: requests are handed over as values.
/// The engine, the connectors, the twins and the rooms are the ones that run in the program.
final class ShopStreet: Sendable {
    let hub: Hub
    let clock: DemoClock
    let twins: [TwinDoor]
    let engine: SyncEngine
    private let receiver: WebhookReceiver
    private let folder: URL

    static let start = Instant(iso: "2026-11-02T09:00:00Z")!

    /// Opens a shop street where every twin shows the articles, and connects all three.
    init(articles: [TwinSeed.Article], pollEvery: Span? = nil) async throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tributary-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        clock = DemoClock(start: Self.start, speed: nil)
        hub = try await DatabaseAddress("sqlite:\(folder.path)/hub.sqlite").open(clock: clock)
        twins = ChannelRegistry.twins.enumerated().map { index, entry in
            let seed = TwinSeed(shopName: entry.title, currency: .gbp, articles: articles, start: Self.start, seed: UInt64(index + 1))
            return TwinDoor(entry.make(seed), address: "http://127.0.0.1:\(4001 + index)")
        }
        var log = Logger(label: "test")
        log.logLevel = .critical
        receiver = WebhookReceiver(hub: hub, connectors: ChannelRegistry.connectors)
        engine = SyncEngine(
            hub: hub, connectors: ChannelRegistry.connectors, transport: StreetTransport(twins: twins, clock: clock),
            pace: SyncPace(pollEvery: pollEvery, firstLook: .hours(1)), publicAddress: "http://127.0.0.1:4000", seed: 1, log: log)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Makes the articles known to the hub with their opening stock and connects the three shops.
    func open(_ articles: [TwinSeed.Article]) async throws {
        try await hub.store.write { transaction in
            let home = try LocationTable.all(in: transaction)[0].id
            for article in articles {
                let made = NewVariant(sku: SKU(article.sku)!, title: article.title, price: Money(article.price, .gbp))
                let id = try VariantTable.create(title: article.title, variants: [made], at: Self.start, in: transaction)[0]
                _ = try ChangeStock(
                    key: "opening:\(article.sku)", lines: [.init(variant: id, location: home, units: article.quantity)], reason: .opening, note: "", actor: "test", at: Self.start
                ).run(with: self.hub.stock, in: transaction)
            }
        }
        for (twin, entry) in zip(twins, ChannelRegistry.twins) {
            let settings = await twin.settings
            try await hub.store.write { transaction in
                _ = try ChannelAccountTable.add(
                    channel: entry.channel, name: entry.title, settings: settings, createsProducts: false, at: Self.start, in: transaction)
            }
        }
    }

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

    enum Stuck: Error { case waitedTooLong(String) }

    /// Lets time pass until the condition holds; what is due in the twins is delivered on the way.
    func until(_ what: String, deliver: Bool = true, _ holds: @escaping @Sendable (Transaction) throws -> Bool) async throws {
        for _ in 0..<20_000 {
            if deliver { try await deliverWebhooks() }
            if try await hub.store.read({ try holds($0) }) { return }
            clock.advance(to: clock.now() + .milliseconds(500))
            for _ in 0..<20 { await Task.yield() }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw Stuck.waitedTooLong(what)
    }

    /// Waits until nothing is left to do anywhere.
    func settle(deliver: Bool = true) async throws {
        // Everything a poll could find has been found once the cursors are past this moment.
        let now = clock.now()
        try await until("everything is settled", deliver: deliver) { transaction in
            guard try Inbox.waiting(in: transaction) == 0, try Jobs.waiting(in: transaction) == 0, try StockChanges.count(in: transaction) == 0,
                try PublicationTable.dueCounts(in: transaction).isEmpty
            else { return false }
            return try ChannelAccountTable.all(in: transaction).allSatisfy { account in
                try (SyncStreamTable.find(account.id, .orders, in: transaction)?.cursor).map { $0 > now } ?? false
                    && SyncStreamTable.find(account.id, .listings, in: transaction)?.okAt != nil
            }
        }
    }

    /// Delivers what the shops send now, each message so many times.
    func deliverWebhooks(copies: Int = 1) async throws {
        for twin in twins {
            for webhook in await twin.departures(at: clock.now()) {
                var status = 0
                for _ in 0..<copies {
                    let account = ID<Vocabulary.AccountKind>(text: webhook.request.path.split(separator: "/").last ?? "")
                    status = try await receiver.receive(webhook.request, for: account!).rawValue
                }
                await twin.delivered(webhook, status: status, at: clock.now())
            }
        }
    }

    /// The shops' webhooks are lost on their way.
    func loseWebhooks() async {
        for twin in twins { for webhook in await twin.departures(at: clock.now()) { await twin.delivered(webhook, status: 200, at: clock.now()) } }
    }

    func receive(_ request: HTTPRequest, account: Int64) async throws -> Int { try await receiver.receive(request, for: ID(account)).rawValue }

    @discardableResult
    func buy(_ shop: Int, _ reference: String, _ lines: [(sku: String, units: Int)], ignoresShelf: Bool = false) async -> ShopOutcome {
        let buyer = Buyer(name: "Ada Example", email: "ada@example.test", shipTo: PostalAddress(name: "Ada Example", lines: ["1 Sample Street"], city: "London", postcode: "N1 1AA", country: "GB"))
        let order = ShopOrder(
            reference: reference, lines: lines.map { .init(sku: $0.sku, title: $0.sku, quantity: $0.units, unitPrice: "6.50") }, buyer: buyer, shipping: "3.95",
            ignoresShelf: ignoresShelf)
        return await twins[shop].perform(.order(order), at: clock.now())
    }

    func stock(_ sku: String) async throws -> (available: Int, reserved: Int, short: Int) {
        try await hub.store.read { transaction in
            let variant = try VariantTable.find(sku: SKU(sku)!, in: transaction)!.id
            let levels = try StockLevels.levels(of: variant, locations: LocationTable.all(in: transaction).map(\.id), ledger: self.hub.ledger, in: transaction)
            return (levels.reduce(0) { $0 + $1.available }, levels.reduce(0) { $0 + $1.reserved }, try StockLevels.short(of: variant, in: transaction))
        }
    }

    func shelves(_ sku: String) async -> [Int] {
        var units: [Int] = []
        for twin in twins { units.append(await twin.shelf[sku] ?? -1) }
        return units
    }

    func orders() async throws -> [Order] {
        try await hub.store.read { transaction in
            try transaction.all("SELECT number FROM orders ORDER BY number") { ID<OrderKind>($0.integer(0)) }
                .compactMap { try OrderReader.record($0, in: transaction)?.order }
        }
    }

    func exceptions() async throws -> [String] { try await hub.store.read { try Exceptions.list(in: $0).map(\.kind) } }
}

/// One twin and the lock around it.
actor TwinDoor {
    nonisolated let address: String
    private var twin: any ChannelTwin
    /// When set, an answer passes through it: nil loses the answer after the twin has acted on the request.
    private var disturb: (@Sendable (HTTPRequest, HTTPResponse) -> HTTPResponse?)?

    init(_ twin: any ChannelTwin, address: String) {
        self.twin = twin
        self.address = address
    }

    var settings: ChannelSettings { twin.settings(reachableAt: address) }
    var shelf: [String: Int] { twin.shelf }
    func respond(_ request: HTTPRequest, at now: Instant) -> HTTPResponse? {
        let response = twin.respond(to: request, at: now)
        guard let disturb else { return response }
        return disturb(request, response)
    }
    func perform(_ act: ShopAct, at now: Instant) -> ShopOutcome { twin.perform(act, at: now) }
    func departures(at now: Instant) -> [TwinWebhook] { twin.departures(at: now) }
    func delivered(_ webhook: TwinWebhook, status: Int?, at now: Instant) { twin.delivered(webhook, status: status, at: now) }
    func disturb(_ change: (@Sendable (HTTPRequest, HTTPResponse) -> HTTPResponse?)?) { disturb = change }
}

struct StreetTransport: Transport {
    let twins: [TwinDoor]
    let clock: DemoClock

    func send(_ request: HTTPRequest) async throws(ChannelFailure) -> HTTPResponse {
        guard let twin = twins.first(where: { request.url.hasPrefix($0.address) }) else { throw .unavailable("no shop at \(request.url)") }
        guard let response = await twin.respond(request, at: clock.now()) else { throw .lost("no answer") }
        return response
    }
}
