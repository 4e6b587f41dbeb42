// SPDX-License-Identifier: Apache-2.0

import Catalog
import ChannelSync
import Inventory
import Orders
import SQLiteStorage
import Storage
import Vocabulary

extension TestHouse {
    /// One order of a shop. Prices are 6.95 without tax a unit, 20 % tax, 3.95 shipping with its tax.
    func news(
        _ reference: String, account: Int, _ lines: [(sku: String, units: Int)], at: Instant, buyer: String = "Ida Buyer",
        email: String = "ida@example.test",
        payment: Order.Payment = .paid, isOnHold: Bool = false
    ) async throws -> OrderNews {
        let account = accounts[account]
        let known = try await store.read { transaction in
            try lines.map { line in try SKU(line.sku).flatMap { try VariantFinder.find($0, in: transaction) } }
        }
        var made: [Order.Line] = []
        for (index, line) in lines.enumerated() {
            let net = Int64(line.units) * 695
            made.append(
                Order.Line(
                    externalID: "l\(index)", variantKey: "v-\(line.sku)", sku: line.sku,
                    title: TestHouse.articles.first { $0.sku == line.sku }?.title ?? line.sku,
                    variant: known[index], ordered: line.units, unitPrice: "6.95", net: net, tax: net / 5))
        }
        let goods = made.reduce(Int64(0)) { $0 + $1.net + $1.tax }
        let header = Order.Header(
            reference: reference, placedAt: at, changedAt: at, revision: 1, payment: payment, cancelledAt: nil, isOnHold: isOnHold, claimsStock: true,
            isFulfilledByChannel: false, currency: .gbp, shipping: 395, fees: 0, tax: 79, total: goods + 395 + 79)
        let who = OrderBuyer(name: buyer, email: email, phone: nil, address: [buyer, "1 Sample Street", "London", "N1 1AA"], country: "GB")
        return OrderNews(
            account: account, externalID: "ext-\(reference)", snapshot: .init(header: header, lines: made, buyer: who),
            source: "channel:\(account) webhook orders/create")
    }

    @discardableResult
    func importOrders(_ news: [OrderNews]) async throws -> [ID<OrderKind>] {
        let orders = hub.orders
        let now = clock.now()
        let outcomes = try await store.write { try ImportOrders(news: news, actor: news.first?.source ?? "", at: now).run(with: orders, in: $0) }
        return outcomes.compactMap { outcome in
            switch outcome {
            case .imported(let id), .changed(let id), .known(let id): id
            case .early: nil
            }
        }
    }

    func order(_ reference: String, account: Int = 0, _ lines: [(sku: String, units: Int)], buyer: String = "Ida Buyer") async throws -> ID<OrderKind>
    {
        let ids = try await importOrders([news(reference, account: account, lines, at: clock.now(), buyer: buyer)])
        return ids[0]
    }

    /// Everything the database holds, as one number of rows for each table: what a GET must not change.
    func rowCounts() async throws -> [String: Int64] {
        try await store.read { transaction in
            let tables = try transaction.all("SELECT name FROM sqlite_master WHERE type = 'table'") { $0.text(0) }
            var counts: [String: Int64] = [:]
            for table in tables {
                let text = "SELECT COUNT(*) FROM \"" + table + "\""
                counts[table] = try transaction.number(SQL(text))
            }
            counts["sequences"] = try transaction.number("SELECT COALESCE(SUM(next), 0) FROM sequences")
            return counts
        }
    }
}
