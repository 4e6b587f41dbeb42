// SPDX-License-Identifier: Apache-2.0

import Catalog
import ChannelKit
import Inventory
import Ledger
import Storage
import Vocabulary

/// The hub's books against what the people know.
extension BuyersBook {
    /// Every order is in the hub once; of every article what is free, held and short is what the buyers left; every shop shows what is free.
    func compare(with shops: [SimulatedShop], _ policy: PlayedPolicy, in transaction: Transaction) throws -> [(kind: String, detail: String)] {
        var found: [(kind: String, detail: String)] = odd.prefix(3).map { ("odd-answer", $0) }
        var known: [String: Int] = [:]
        try transaction.forEach("SELECT account, external_id, COUNT(*) FROM orders GROUP BY account, external_id") { row in
            known["\(row.integer(0)) \(row.text(1))"] = row.int(2)
        }
        for order in orders {
            let count = known.removeValue(forKey: Self.key(order)) ?? 0
            if count != 1 { found.append(("order-\(count == 0 ? "lost" : "doubled")", "\(order.reference) is in the book \(count) times")) }
        }
        for key in known.keys.sorted().prefix(3) { found.append(("order-invented", key)) }
        for (place, article) in articles.enumerated() {
            guard let sku = SKU(article.sku), let variant = try VariantTable.find(sku: sku, in: transaction)?.id else {
                found.append(("article-lost", article.sku))
                continue
            }
            let stock = try Self.stock(of: variant, in: transaction)
            if let wanted = self.stock(of: place), stock.available != wanted.available || stock.reserved + stock.short != wanted.promised {
                found.append(("stock-differs", "\(article.sku): \(stock), should be \(wanted) of \(units[place])"))
            }
            // A share may differ from what was last wanted: units of it were sold.
            if case .guarded = policy { continue }
            try transaction.forEach(
                """
                SELECT account, wanted, acknowledged FROM publications WHERE variant = \(variant.number) ORDER BY account
                """
            ) { row in
                let shop = shops[row.int(0) - 1]
                let shown = shop.shown(article.sku) ?? -1
                if shown != row.int(1) || row.optionalInt(2) != row.int(1) {
                    found.append(
                        (
                            "shelf-differs",
                            "\(article.sku) at \(shop.title): shown \(shown), wanted \(row.int(1)), confirmed \(row.optionalInt(2) ?? -1)"
                        ))
                }
            }
        }
        return Array(found.prefix(10))
    }

    /// What should be free and promised of an article; nil where buyer and office contradict each other.
    private func stock(of article: Int) -> (available: Int, promised: Int)? {
        let all = orders.filter { $0.article == article }
        guard !all.contains(where: \.isContested) else { return nil }
        let promised = all.filter { $0.state == .open }.reduce(0) { $0 + $1.units }
        let gone = all.reduce(0) { $0 + $1.gone }
        return (max(0, units[article] - gone - promised), promised)
    }

    private static func key(_ order: Order) -> String { "\(order.shop + 1) \(order.key)" }

    private static func stock(of variant: ID<VariantKind>, in transaction: Transaction) throws -> (available: Int, reserved: Int, short: Int) {
        func units(_ kind: BalanceKind) throws -> Int {
            let sum = try transaction.number(
                "SELECT COALESCE(SUM(balance), 0) FROM accounts WHERE number / 4294967296 = \(variant.number) AND number % 256 = \(Int64(kind.number))"
            )
            return Int(sum ?? 0)
        }
        return (try units(StockAccounts.available), try units(StockAccounts.reserved), try StockLevels.short(of: variant, in: transaction))
    }
}
