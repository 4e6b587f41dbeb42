// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// The twin's shop: articles counted at one location, orders with what became of them, and who listens.
struct TwinShop: Sendable {
    struct Article: Sendable {
        var seed: TwinSeed.Article
        var count: Int
        var countedAt: Instant
        /// When somebody counted the shelf: what happened before that is in the count.
        var recountedAt: Instant
        var item: Int
    }
    struct Item: Sendable {
        var title: String
        var articles: [Int]
    }
    /// That an order changed; out of date once the order has changed again.
    struct Change: Sendable {
        var at: Instant
        var order: Int
    }

    let name: String
    let currency: Currency
    let start: Instant
    let location = "LTWIN00LOCATION"
    let merchant = "MTWIN00MERCHANT"

    var articles: [Article] = []
    var items: [Item] = []
    var articleBySKU: [String: Int] = [:]
    var orders: [TwinOrder] = []
    var orderByReference: [String: Int] = [:]
    /// In the order of time, for polls.
    var changes: [Change] = []
    var hooks: TwinHooks
    var memory = TwinMemory()
    var adjustments = 0
    private var events = 0
    private let seed: UInt64

    /// How long a refund is under way.
    static let refundTakes = Span.seconds(5)

    init(_ seed: TwinSeed) {
        name = seed.shopName
        currency = seed.currency
        start = seed.start
        self.seed = seed.seed
        hooks = TwinHooks()
        var itemByParent: [String: Int] = [:]
        for article in seed.articles {
            let position = articles.count
            let item: Int
            if let parent = article.parent, let known = itemByParent[parent] {
                item = known
                items[known].articles.append(position)
            } else {
                item = items.count
                items.append(Item(title: article.title, articles: [position]))
                if let parent = article.parent { itemByParent[parent] = item }
            }
            articles.append(Article(seed: article, count: article.quantity, countedAt: seed.start, recountedAt: .distantPast, item: item))
            articleBySKU[article.sku] = position
        }
    }

    // MARK: Finding

    func article(_ id: String) -> Int? { TwinID.variation.number(id).flatMap { articles.indices.contains($0.number) ? $0.number : nil } }
    func order(_ id: String) -> Int? { TwinID.order.number(id).flatMap { orders.indices.contains($0.number) ? $0.number : nil } }

    // MARK: Changing

    /// The order has changed: its version and its time move on, and polls find it there.
    mutating func touch(_ order: Int, at now: Instant) {
        let at = max(now, changes.last?.at ?? now)
        orders[order].updatedAt = at
        changes.append(Change(at: at, order: order))
    }

    /// Puts units into stock or takes them out.
    mutating func move(_ article: Int, by units: Int, at now: Instant) {
        articles[article].count += units
        articles[article].countedAt = max(now, articles[article].countedAt)
    }

    /// A sale is closed once it is paid and its parcel has come to an end.
    mutating func closeIfDone(_ order: Int, at now: Instant) {
        guard orders[order].state == "OPEN", orders[order].paidAt != nil, !orders[order].parcel.isOpen else { return }
        orders[order].state = "COMPLETED"
        orders[order].closedAt = now
    }

    // MARK: Telling

    func money(_ minor: Int64) -> JSONValue { ["amount": .integer(minor), "currency": .string(currency.code)] }

    /// An event of the shop to everybody who listens. The body is written at once and only when somebody does.
    mutating func announce(
        _ type: String, id: String, kind: String, after wait: Span = .seconds(0), at now: Instant, _ object: (TwinShop) -> JSONValue
    ) {
        guard hooks.listens(to: type) else { return }
        events += 1
        let body: JSONValue = [
            "merchant_id": .string(merchant), "type": .string(type), "event_id": .string(event(events)), "created_at": .string((now + wait).iso),
            "data": ["type": .string(kind), "id": .string(id), "object": object(self)],
        ]
        hooks.send(type, body.bytes, at: now + wait)
    }

    mutating func announce(order: Int, _ what: String, at now: Instant) {
        announce("order.\(what)", id: TwinID.order.text(order), kind: "order_\(what)", at: now) { shop in
            let now = shop.orders[order]
            var told: JSONValue = [
                "order_id": .string(TwinID.order.text(order)), "version": .integer(now.version), "location_id": .string(shop.location),
                "state": .string(now.state), "created_at": .string(now.createdAt.iso),
            ]
            if what == "updated" { told.add("updated_at", .string(now.updatedAt.iso)) }
            return .object([.init("order_\(what)", told)])
        }
    }

    /// Counts that changed, in one message.
    mutating func announce(counts: [Int], at now: Instant) {
        guard !counts.isEmpty else { return }
        announce("inventory.count.updated", id: event(events + 1), kind: "inventory_counts", at: now) { shop in
            ["inventory_counts": .array(counts.map { shop.count(of: $0) })]
        }
    }

    func count(of article: Int) -> JSONValue {
        [
            "catalog_object_id": .string(TwinID.variation.text(article)), "catalog_object_type": "ITEM_VARIATION", "state": "IN_STOCK",
            "location_id": .string(location), "quantity": .string(String(articles[article].count)),
            "calculated_at": .string(articles[article].countedAt.iso),
        ]
    }

    /// An event's id looks like a UUID and is another for every shop.
    private func event(_ number: Int) -> String {
        let hex = ByteText.hex(Signature.sha256(Array("\(seed) \(number)".utf8)).prefix(16))
        func part(_ from: Int, _ length: Int) -> Substring { hex.dropFirst(from).prefix(length) }
        return "\(part(0, 8))-\(part(8, 4))-\(part(12, 4))-\(part(16, 4))-\(part(20, 12))"
    }
}
