// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// The twin's shop: articles on one location, orders with what became of them, and who listens.
struct TwinShop: Sendable {
    struct Article: Sendable {
        var seed: TwinSeed.Article
        var available: Int
        var changedAt: Instant
        var countedAt: Instant
        var product: Int
        /// What its last line keeps of it, for the next to share.
        var sold: TwinOrder.Label?
    }
    struct Product: Sendable {
        var title: String
        var articles: [Int]
    }
    /// That an order changed; out of date once the order has changed again.
    struct Change: Sendable {
        var at: Int64
        var order: Int
    }
    struct PendingCancel: Sendable {
        var job: String
        var order: Int
        var dueAt: Instant
        var restock: Bool
        var refund: Bool
        var reason: String
    }

    let name: String
    let domain: String
    let currency: Currency
    let start: Instant
    var chance: SplitMix64

    var articles: [Article] = []
    var products: [Product] = []
    var articleBySKU: [String: Int] = [:]

    var orders: [TwinOrder] = []
    var orderByReference: [String: Int] = [:]
    /// In the order of time, for polls.
    var changes: [Change] = []
    var customers: [String: Int64] = [:]
    var nextLine: Int64 = 0
    /// The order that each line belongs to is found by the first lines' ids.
    var refundOwner: [Int64: (order: Int, position: Int)] = [:]
    var fulfillmentOwner: [Int64: (order: Int, position: Int)] = [:]
    var pendingCancels: [PendingCancel] = []
    var finishedJobs: [String] = []

    var hooks = TwinHooks()
    var memory = TwinMemory()
    var adjustments = 0

    /// Where each kind of id begins: large and far apart, as the service's are.
    enum FirstID {
        static let product: Int64 = 8_210_000_000_000
        static let variant: Int64 = 45_310_000_000_000
        static let item: Int64 = 47_420_000_000_000
        static let order: Int64 = 5_630_000_000_000
        static let line: Int64 = 14_510_000_000_000
        static let refund: Int64 = 902_100_000_000
        static let fulfillment: Int64 = 5_120_000_000_000
        static let fulfillmentOrder: Int64 = 6_740_000_000_000
        static let fulfillmentOrderLine: Int64 = 13_860_000_000_000
        static let customer: Int64 = 7_350_000_000_000
        static let transaction: Int64 = 6_950_000_000_000
        static let location: Int64 = 70_120_000_000
        static let subscription: Int64 = 1_180_000_000_000
    }

    init(_ seed: TwinSeed) {
        name = seed.shopName
        currency = seed.currency
        start = seed.start
        chance = SplitMix64(seed: seed.seed)
        let letters = seed.shopName.lowercased().utf8.map { byte in
            (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x30 && byte <= 0x39) ? byte : 0x2D
        }
        domain = String(decoding: letters, as: UTF8.self) + ".myshopify.com"
        var productByParent: [String: Int] = [:]
        for article in seed.articles {
            let position = articles.count
            let product: Int
            if let parent = article.parent, let known = productByParent[parent] {
                product = known
                products[known].articles.append(position)
            } else {
                product = products.count
                products.append(Product(title: article.title, articles: [position]))
                if let parent = article.parent { productByParent[parent] = product }
            }
            articles.append(
                Article(
                    seed: article, available: article.quantity, changedAt: seed.start, countedAt: seed.start,
                    product: product))
            articleBySKU[article.sku] = position
        }
    }

    // MARK: Finding

    /// The position that an id of this kind stands for.
    static func position(_ id: String, _ base: Int64, count: Int) -> Int? {
        guard let text = GlobalID.number(id), let number = Int64(text), number >= base, number - base < Int64(count)
        else { return nil }
        return Int(number - base)
    }

    func order(_ id: String) -> Int? { Self.position(id, FirstID.order, count: orders.count) }

    /// The line of an order that an id stands for.
    func line(_ id: String, in order: Int) -> Int? {
        Self.position(id, orders[order].firstLineID, count: orders[order].lines.count)
    }

    /// The line that a line of a fulfilment order stands for.
    func fulfillmentOrderLine(_ id: String, in order: Int) -> Int? {
        Self.position(
            id, orders[order].firstLineID - FirstID.line + FirstID.fulfillmentOrderLine, count: orders[order].lines.count)
    }

    /// The one location with stock.
    static let mainLocation = 0
    static let locations = ["Shop location", "Back room"]

    // MARK: Changing

    /// The order has changed: its time moves on, in whole seconds, and polls find it there.
    mutating func touch(_ order: Int, at now: Instant) {
        let second = max(now.seconds, changes.last?.at ?? Int64.min)
        orders[order].updatedAt = Instant(seconds: second)
        changes.append(Change(at: second, order: order))
    }

    /// Puts units on or takes them off the shelf.
    mutating func move(_ article: Int, by units: Int, at now: Instant) {
        articles[article].available += units
        articles[article].countedAt = Instant(seconds: now.seconds)
    }

    /// Text that looks like a UUID.
    mutating func uuid() -> String {
        let digits = ByteText.hex((0..<2).flatMap { _ in withUnsafeBytes(of: chance.next().bigEndian) { Array($0) } })
        func part(_ from: Int, _ length: Int) -> Substring { digits.dropFirst(from).prefix(length) }
        return "\(part(0, 8))-\(part(8, 4))-4\(part(13, 3))-a\(part(17, 3))-\(part(20, 12))"
    }

    /// Decimal text as GraphQL writes it: `6.5`, `20.0`.
    func amount(_ minor: Int64) -> String {
        var text = Money(minor: minor, currency).decimalText
        guard text.contains(".") else { return text + ".0" }
        while text.hasSuffix("0"), !text.hasSuffix(".0") { text.removeLast() }
        return text
    }

    /// Decimal text as webhooks write it: `6.50`.
    func plainAmount(_ minor: Int64) -> String { Money(minor: minor, currency).decimalText }

    /// Minor units of decimal text; nil when it is no amount or out of all proportion.
    func minor(_ text: String) -> Int64? {
        guard text.utf8.count <= 30, !text.utf8.contains(where: { $0 | 0x20 == 0x65 }),
            let money = Money(text, currency),
            money.minor.magnitude <= UInt64(Fields.moneyMax)
        else { return nil }
        return money.minor
    }
}
