// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// What the people know: what buyers took in which shop, and what the office did about it. The hub's books are held against it.
struct BuyersBook: Sendable {
    struct Order: Sendable {
        enum State: Sendable { case open, shipped, refunded, cancelled }
        var reference: String
        /// The shop's own key of it.
        var key: String
        var shop: Int
        var article: Int
        var units: Int
        /// Units of it that were not there any more when it was placed.
        var beyond: Int
        var state = State.open
        /// Units of it that left the house, or were given up: nobody holds them any more.
        var gone = 0
        /// Its units are the merchant's again.
        var isGivenBack = false
        /// Buyer and office did different things with it, neither knowing of the other: a person has to say what is so.
        var isContested = false
    }
    static let price = "6.50"

    let articles: [Scenario.Article]
    /// Units that were ever there, of each article.
    private(set) var units: [Int]
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
        units = articles.map(\.units)
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
            let beyond = min(units, max(0, takenUnits.reduce(0) { $0 + $1[article] } - self.units[article]))
            orders.append(Order(reference: order.reference, key: key ?? "", shop: shop, article: article, units: units, beyond: beyond))
        case .soldOut: soldOut += units
        case .unknown, .refused: odd.append("\(order.reference): \(outcome)")
        }
    }

    func placed(in shop: Int, _ number: Int) -> Order? {
        placedIn[shop].isEmpty ? nil : orders[placedIn[shop][number % placedIn[shop].count]]
    }

    func placed(_ reference: String) -> Order? { orders.first { $0.reference == reference } }

    /// The buyer took the order back in the shop.
    mutating func cancelledInShop(_ order: Order) {
        change(order) { order in
            switch order.state {
            case .open: order.state = .cancelled
            case .cancelled: break
            case .shipped, .refunded: order.isContested = true
            }
            order.isGivenBack = true
        }
    }

    /// The office did something with the order, and the hub has taken it down.
    /// - Parameter short: units of it that nobody had for it then.
    mutating func acted(_ act: Scenario.Act, on order: Order, short: Int) {
        change(order) { order in
            switch (act, order.state) {
            // Some shops put back all that was ordered, whatever became of it.
            case (.cancel, .refunded): order.isContested = true
            case (.cancel, _):
                order.state = .cancelled
                order.isGivenBack = true
            case (_, .cancelled): order.isContested = true
            case (.ship, _):
                order.state = .shipped
                order.gone = order.units - short
            case (.refund(let restocks), let state):
                order.state = .refunded
                if state == .shipped {
                    // What was found to be shipped comes back as goods.
                    if restocks { order.gone -= order.units }
                } else if state == .open, !restocks {
                    order.gone = order.units - short
                }
                if restocks { order.isGivenBack = true }
            }
        }
    }

    /// How many orders buyer and office contradict each other about.
    var contested: Int { orders.count(where: \.isContested) }

    private mutating func change(_ order: Order, _ body: (inout Order) -> Void) {
        guard let place = orders.firstIndex(where: { $0.reference == order.reference }) else { return }
        body(&orders[place])
        if orders[place].isGivenBack, !order.isGivenBack { takenUnits[order.shop][order.article] -= order.units }
    }

    /// Goods came in, or were found missing.
    mutating func counted(_ article: Int, _ change: Int) { units[article] += change }

    /// Units that the shop's buyers took and kept.
    func taken(shop: Int, article: Int) -> Int { takenUnits[shop][article] }

    var soldUnits: [Int] { articles.indices.map { article in takenUnits.reduce(0) { $0 + $1[article] } } }

    /// Units that buyers took and kept.
    var sold: Int { soldUnits.reduce(0, +) }
    /// Those of them that were never there, by article.
    var oversold: [Int] { zip(soldUnits, units).map { max(0, $0 - $1) } }

    /// Units that shops of the given numbers sold beyond what was there.
    func oversold(in shops: Set<Int>) -> Int {
        var beyond = [Int](repeating: 0, count: articles.count)
        for order in orders where !order.isGivenBack && shops.contains(order.shop) { beyond[order.article] += order.beyond }
        return zip(beyond, oversold).reduce(0) { $0 + min($1.0, $1.1) }
    }
}
