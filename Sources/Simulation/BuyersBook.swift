// SPDX-License-Identifier: Apache-2.0

import Catalog
import ChannelKit
import Inventory
import Ledger
import Storage
import Vocabulary

/// What the buyers know: what they took, in which shop. The hub's books are held against it.
struct BuyersBook: Sendable {
    struct Order: Sendable {
        var reference: String
        /// The shop's own key of it.
        var key: String
        var shop: Int
        var article: Int
        var units: Int
        /// Units of it that were not there any more when it was placed.
        var beyond: Int
        var isCancelled = false
    }
    static let price = "6.50"

    private let articles: [Scenario.Article]
    private(set) var orders: [Order] = []
    private var placedIn: [[Int]]
    /// By shop and article: units that are taken and not given back.
    private var takenUnits: [[Int]]
    private var tries = 0
    private(set) var soldOut = 0
    /// Answers that no shop should give.
    private(set) var odd: [String] = []

    init(_ scenario: Scenario) {
        articles = scenario.articles
        placedIn = [[Int]](repeating: [], count: scenario.shops.count)
        takenUnits = [[Int]](repeating: [Int](repeating: 0, count: scenario.articles.count), count: scenario.shops.count)
    }

    mutating func order(shop: Int, article: Int, units: Int) -> ShopOrder {
        tries += 1
        let sku = articles[article].sku
        let address = PostalAddress(name: "Ada Example", lines: ["1 Sample Street"], city: "London", postcode: "N1 1AA", country: "GB")
        return ShopOrder(
            reference: "S\(shop + 1)-\(tries)", lines: [.init(sku: sku, title: sku, quantity: units, unitPrice: Self.price)],
            buyer: Buyer(name: "Ada Example", email: "ada@example.test", shipTo: address), shipping: "3.95")
    }

    mutating func note(_ outcome: ShopOutcome, of order: ShopOrder, shop: Int, article: Int, units: Int) {
        switch outcome {
        case .done(let key):
            placedIn[shop].append(orders.count)
            takenUnits[shop][article] += units
            let beyond = min(units, max(0, takenUnits.reduce(0) { $0 + $1[article] } - articles[article].units))
            orders.append(Order(reference: order.reference, key: key ?? "", shop: shop, article: article, units: units, beyond: beyond))
        case .soldOut: soldOut += units
        case .unknown, .refused: odd.append("\(order.reference): \(outcome)")
        }
    }

    func placed(in shop: Int, _ number: Int) -> Order? {
        placedIn[shop].isEmpty ? nil : orders[placedIn[shop][number % placedIn[shop].count]]
    }

    mutating func cancelled(_ order: Order) {
        guard let place = orders.firstIndex(where: { $0.reference == order.reference }), !orders[place].isCancelled else { return }
        orders[place].isCancelled = true
        takenUnits[order.shop][order.article] -= order.units
    }

    /// Units that the shop's buyers took and kept.
    func taken(shop: Int, article: Int) -> Int { takenUnits[shop][article] }

    private var soldUnits: [Int] { articles.indices.map { article in takenUnits.reduce(0) { $0 + $1[article] } } }

    /// Units that buyers took and kept.
    var sold: Int { soldUnits.reduce(0, +) }
    /// Those of them that were never there, by article.
    var oversold: [Int] { zip(soldUnits, articles).map { max(0, $0 - $1.units) } }

    /// Units that shops of the given numbers sold beyond what was there.
    func oversold(in shops: Set<Int>) -> Int {
        var beyond = [Int](repeating: 0, count: articles.count)
        for order in orders where !order.isCancelled && shops.contains(order.shop) { beyond[order.article] += order.beyond }
        return zip(beyond, oversold).reduce(0) { $0 + min($1.0, $1.1) }
    }

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
        let sold = soldUnits
        for (place, article) in articles.enumerated() {
            guard let sku = SKU(article.sku), let variant = try VariantTable.find(sku: sku, in: transaction)?.id else {
                found.append(("article-lost", article.sku))
                continue
            }
            let stock = try Self.stock(of: variant, in: transaction)
            let wanted = (available: max(0, article.units - sold[place]), promised: sold[place])
            if stock.available != wanted.available || stock.reserved + stock.short != wanted.promised {
                found.append(("stock-differs", "\(article.sku): \(stock), of \(article.units) units \(sold[place]) are sold"))
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
