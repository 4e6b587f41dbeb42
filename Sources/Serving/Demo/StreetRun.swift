// SPDX-License-Identifier: Apache-2.0

import AmazonChannel
import Availability
import Catalog
import ChannelKit
import ChannelSync
import Clocks
public import Foundation
import House
import Inventory
import Journal
import Logging
import Storage
import Vocabulary

/// A hub and the three twins at the machine's own time, with buyers at a steady rate: how long a sale takes to be known elsewhere.
public struct StreetRun: Sendable {
    public var folder: URL
    public var ordersPerSecond: Int
    public var seconds: Int
    public var amazonPlan: Double
    /// The hub listens here, the twins on the ports after it.
    public var ports: Int

    public init(folder: URL, ordersPerSecond: Int, seconds: Int, amazonPlan: Double, ports: Int) {
        self.folder = folder
        self.ordersPerSecond = ordersPerSecond
        self.seconds = seconds
        self.amazonPlan = amazonPlan
        self.ports = ports
    }

    private static let shops = ChannelRegistry.twins.filter { TwinStreet.usual.contains($0.channel) }

    /// Milliseconds from each sale at a shop with webhooks to the acknowledgement of each other shop, sorted.
    public func measure() async throws -> [Int64] {
        let clock = MachineClock()
        let count = ordersPerSecond * seconds
        let goods = (1...count).map { TwinSeed.Article(sku: "ART-\($0)", title: "Article \($0)", price: "6.50", quantity: 50) }
        let hub = try await DatabaseAddress("sqlite:\(folder.path)/street.sqlite")
            .open(clock: clock, beginsWith: SellingPolicy(.shared))
        let transport = HTTPTransport(rule: .demo)
        var log = Logger(label: "street")
        log.logLevel = .critical
        let hosts = Self.shops.enumerated().map { index, entry in
            var twin = entry.make(TwinSeed(shopName: entry.title, currency: .gbp, articles: goods, start: clock.now(), seed: UInt64(index + 1)))
            if var amazon = twin as? AmazonTwin {
                amazon.rateFactor = amazonPlan
                twin = amazon
            }
            return TwinHost(
                channel: entry.channel, port: ports + 1 + index, twin: twin, clock: clock, transport: transport,
                faults: DeliveryFaults(), seed: 1)
        }
        let server = HubServer(hub: hub, host: "127.0.0.1", port: ports, publicAddress: "http://127.0.0.1:\(ports)", log: log)
        let lags = try await withThrowingTaskGroup(of: [Int64]?.self) { [log] group in
            for host in hosts {
                group.addTask {
                    try await host.run(log: log)
                    return nil
                }
            }
            group.addTask {
                try await server.run(transport: transport, ready: {})
                return nil
            }
            group.addTask { try await sell(goods, at: hosts, hub: hub, clock: clock) }
            var found: [Int64] = []
            while let finished = try await group.next() {
                if let finished {
                    found = finished
                    break
                }
            }
            group.cancelAll()
            return found
        }
        await transport.close()
        try? await hub.store.close()
        return lags
    }

    private func sell(_ goods: [TwinSeed.Article], at hosts: [TwinHost], hub: Hub, clock: MachineClock) async throws -> [Int64] {
        try await load(goods, into: hub, clock: clock)
        for (host, entry) in zip(hosts, Self.shops) {
            let settings = await host.settings
            try await hub.store.write { transaction in
                _ = try ChannelAccountTable.add(
                    channel: host.channel, name: entry.title, settings: settings, createsProducts: false, at: clock.now(), in: transaction)
            }
        }
        try await quiet(hub, listings: goods.count * hosts.count)
        var sold: [String: Instant] = [:]
        let start = clock.now()
        for (index, article) in goods.enumerated() {
            try await clock.wait(until: start + .milliseconds(Int64(index * 1000 / ordersPerSecond)))
            // Amazon sells too, but tells of it minutes later by its own rule: only shops with webhooks are timed from the sale.
            let buyer = Buyer(
                name: "Buyer", email: "buyer@example.test",
                shipTo: PostalAddress(name: "Buyer", lines: ["1 Sample Street"], city: "London", postcode: "N1 1AA", country: "GB"))
            sold[article.sku] = clock.now()
            _ = await hosts[index % 2].perform(
                .order(
                    ShopOrder(
                        reference: "S\(index)", lines: [.init(sku: article.sku, title: article.title, quantity: 1, unitPrice: "6.50")], buyer: buyer))
            )
        }
        try await quiet(hub, listings: goods.count * hosts.count)
        return try await lags(sold, hub)
    }

    private func load(_ goods: [TwinSeed.Article], into hub: Hub, clock: MachineClock) async throws {
        try await hub.store.write { transaction in
            guard let home = try LocationTable.all(in: transaction).first?.id else { return }
            var lines: [ChangeStock.Line] = []
            for article in goods {
                guard let sku = SKU(article.sku) else { continue }
                let id = try VariantTable.create(
                    title: article.title, variants: [NewVariant(sku: sku, title: article.title)], at: clock.now(), in: transaction)[0]
                lines.append(.init(variant: id, location: home, units: article.quantity))
            }
            _ = try ChangeStock(key: "opening", lines: lines, reason: .opening, note: "", actor: "bench", at: clock.now()).run(
                with: hub.stock, in: transaction)
        }
    }

    private func quiet(_ hub: Hub, listings: Int) async throws {
        for _ in 0..<12_000 {
            let isQuiet = try await hub.store.read { transaction in
                let due = try PublicationTable.dueCounts(in: transaction).values.reduce(0, +)
                let known = try transaction.number("SELECT COUNT(*) FROM publications WHERE acknowledged IS NOT NULL") ?? 0
                let waiting = try Inbox.waiting(in: transaction) + StockChanges.count(in: transaction)
                return due == 0 && known == listings && waiting == 0
            }
            if isQuiet { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw ChannelFailure.unavailable("the street did not become quiet")
    }

    private func lags(_ sold: [String: Instant], _ hub: Hub) async throws -> [Int64] {
        try await hub.store.read { transaction in
            var lags: [Int64] = []
            try transaction.forEach(
                """
                SELECT v.sku, p.acknowledged_at FROM publications p JOIN variants v ON v.number = p.variant JOIN listings l ON l.number = p.listing
                JOIN order_lines o ON o.variant = v.number JOIN orders r ON r.number = o.order_number
                WHERE r.account <> p.account AND p.acknowledged = 49
                """
            ) { row in
                if let at = sold[row.text(0)] { lags.append(row.integer(1) - at.milliseconds) }
            }
            return lags.sorted()
        }
    }
}
