// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Foundation
import House

import Storage
import Vocabulary
import WooCommerceChannel

/// Orders imported in batches of a hundred, beside the bare database writing the very same rows in transactions of the same size.
struct ImportBench {
    let folder: URL

    private static let count = 5_000
    private static let batch = 100

    func run() async throws -> [Figure] {
        var shop = try await BenchShop(database: folder.appendingPathComponent("import.sqlite").path)
        var rates: [Double] = []
        for _ in 0..<5 {
            let deliveries = shop.deliveries(Self.count)
            let seconds = try await Bench.seconds { try await importAll(deliveries, shop) }
            rates.append(Double(Self.count) / seconds)
        }
        let bare = try await bareRates(shop.hub)
        let violations = try await Audit.run(shop.hub)
        precondition(violations.isEmpty, "the books are wrong after the import: \(violations.prefix(3))")
        return [
            Figure(
                name: "orders imported in batches of 100", value: rates.sorted()[2], unit: "orders/s", limit: bare,
                aim: "a third of the bare SQLite rate",
                betterIsHigher: true)
        ]
    }

    private func importAll(_ deliveries: [ChannelKit.HTTPRequest], _ shop: BenchShop) async throws {
        let hub = shop.hub
        for start in stride(from: 0, to: deliveries.count, by: Self.batch) {
            var facts: [ChannelFact] = []
            for request in deliveries[start..<min(start + Self.batch, deliveries.count)] {
                let delivery = try shop.connector.receive(request, at: hub.clock.now())
                facts += try shop.connector.facts(topic: delivery.topic, body: request.body)
            }
            let work = TakeInFacts(
                account: shop.account, profile: type(of: shop.connector).profile, createsProducts: false, facts: facts, source: "bench",
                at: hub.clock.now())
            try await hub.store.write { try work.run(with: hub, in: $0) }
        }
    }

    /// The same rows written by bare statements: nothing is parsed, checked, decided or hashed.
    private func bareRates(_ hub: Hub) async throws -> Double {
        let address = try DatabaseAddress("sqlite:\(folder.path)/bare.sqlite")
        let bare = try await address.open(clock: hub.clock)
        try await bare.store.write { transaction in
            try transaction.execute("INSERT INTO products (number, title, created_at) VALUES (1, 'P', 0)")
            let variants = (1...1000).map { number -> [SQLValue] in [.integer(number), .text("ART-\(number)")] }
            try transaction.execute(
                """
                INSERT INTO variants (number, product, sku, sku_folded, title, options, is_bundle, created_at) VALUES (?1, 1, ?2, ?2, ?2, '[]', 0, 0)
                """, each: variants)
            let accounts = (0..<2006).map { number -> [SQLValue] in [.integer(number), .integer(1_000_000_000)] }
            try transaction.execute("INSERT INTO accounts (number, balance, may_be_negative) VALUES (?, ?, 1)", each: accounts)
        }
        var order = 0
        var rates: [Double] = []
        for _ in 0..<5 {
            let seconds = try await Bench.seconds {
                for _ in 0..<(Self.count / Self.batch) {
                    let first = order + 1
                    try await bare.store.write { try BareRows(first: first, count: Self.batch).write(in: $0) }
                    order += Self.batch
                }
            }
            rates.append(Double(Self.count) / seconds)
        }
        try await bare.store.close()
        return rates.sorted()[2]
    }
}
