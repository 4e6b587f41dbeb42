// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import Testing
import Vocabulary

/// What every connector and its twin have to show, whatever the channel: a test for each ability it claims.
///
/// A channel's tests call `runAll`; each step records its own issue, named by what the merchant is promised.
public struct ConformanceSuite<Connector: Channel, Twin: ChannelTwin> {
    public init() {}

    public static var seed: TwinSeed {
        TwinSeed(
            shopName: "Conformance Gifts", currency: .gbp,
            articles: [
                .init(sku: "MUG-BLUE", title: "Blue mug", price: "6.50", gtin: "4006381333931", quantity: 10),
                .init(sku: "MUG-RED", title: "Red mug", price: "6.50", quantity: 7),
                .init(sku: "SHIRT-S", title: "Shirt", price: "20.00", quantity: 3, parent: "SHIRT", options: [.init(name: "Size", value: "S")]),
                .init(sku: "SHIRT-M", title: "Shirt", price: "20.00", quantity: 4, parent: "SHIRT", options: [.init(name: "Size", value: "M")]),
            ],
            start: Instant(iso: "2026-11-02T09:00:00Z")!, seed: 7)
    }

    static var buyer: Buyer {
        Buyer(
            name: "Ada Example", email: "ada@example.test", phone: "+44 20 7946 0000",
            shipTo: PostalAddress(name: "Ada Example", lines: ["1 Sample Street"], city: "London", postcode: "N1 1AA", country: "GB"))
    }

    static func order(_ reference: String, _ lines: [(String, Int, String)], paid: Bool = true) -> ShopAct {
        .order(
            ShopOrder(
                reference: reference, lines: lines.map { .init(sku: $0.0, title: $0.0, quantity: $0.1, unitPrice: $0.2) }, buyer: buyer,
                isPaid: paid, shipping: "3.95"))
    }

    public func runAll() throws {
        try testsCredentials()
        try listsArticles()
        try publishesQuantities()
        try readsOrders()
        try shipsCancelsRefunds()
        try hearsWebhooks()
    }

    func testsCredentials() throws {
        var wire = try Wire<Connector, Twin>(seed: Self.seed)
        let identity = try wire.run { $0.test($1) }.last
        #expect(identity?.name.isEmpty == false, "the test names the shop")
    }

    func listsArticles() throws {
        var wire = try Wire<Connector, Twin>(seed: Self.seed)
        let listings = try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }
        let bySKU = Dictionary(listings.compactMap { listing in listing.sku.map { ($0, listing) } }, uniquingKeysWith: { first, _ in first })
        for article in Self.seed.articles {
            #expect(bySKU[article.sku]?.quantity == article.quantity, "the listing of \(article.sku) shows its quantity")
        }
        #expect(Set(listings.map(\.key.variant)).count == listings.count, "variant keys are unique")
    }

    func publishesQuantities() throws {
        var wire = try Wire<Connector, Twin>(seed: Self.seed)
        let listings = try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }.filter { $0.sku != nil && $0.quantity != nil }
        let pushes = listings.map { QuantityPush(key: $0.key, sku: $0.sku!, quantity: Quantity(clamping: $0.quantity! + 5), expected: $0.quantity) }
        let outcomes = try wire.run { $0.publish(pushes, idempotencyKey: "conformance-1", $1) }.flatMap { $0 }
        #expect(outcomes.count == pushes.count && outcomes.allSatisfy { $0.result == .acknowledged }, "every quantity is acknowledged: \(outcomes)")
        for listing in listings { #expect(wire.twin.shelf[listing.sku!] == listing.quantity! + 5, "the shop shows what was published") }
        let read = try wire.run { $0.quantities(of: listings.map(\.key), $1) }.flatMap { $0 }
        for listing in listings {
            #expect(
                read.contains {
                    if case .quantity(let stock, let quantity, _) = $0 {
                        stock == listing.key.stock && quantity == listing.quantity! + 5
                    } else {
                        false
                    }
                },
                "the quantity can be read back")
        }
        let zero = listings.map { QuantityPush(key: $0.key, sku: $0.sku!, quantity: .zero, expected: $0.quantity! + 5) }
        _ = try wire.run { $0.publish(zero, idempotencyKey: "conformance-2", $1) }
        #expect(wire.twin.shelf.values.allSatisfy { $0 == 0 }, "nothing left means nothing shown")
        #expect(wire.shop(Self.order("T-0", [("MUG-BLUE", 1, "6.50")])) == .soldOut(sku: "MUG-BLUE"), "the shop does not sell what it does not show")
        if Connector.profile.abilities.quantityWrite == .compareAndSet, let first = listings.first {
            let stale = QuantityPush(key: first.key, sku: first.sku!, quantity: Quantity(clamping: 9), expected: 4711)
            let outcome = try wire.run { $0.publish([stale], idempotencyKey: "conformance-3", $1) }.flatMap { $0 }.first
            guard case .stale = outcome?.result else {
                Issue.record("a stale compare-and-set changes nothing: \(String(describing: outcome))"); return
            }
            #expect(wire.twin.shelf[first.sku!] == 0)
        }
        if Connector.profile.abilities.quantityWrite == .delta { try movesQuantities() }
    }

    /// What a channel that takes differences promises: each is added once for its key, and no sale is lost.
    func movesQuantities() throws {
        var wire = try Wire<Connector, Twin>(seed: Self.seed)
        guard let mug = try wire.run({ $0.listings(changedSince: nil, $1) }).flatMap({ $0 }).first(where: { $0.sku == "MUG-BLUE" }) else {
            Issue.record("the mug is listed"); return
        }
        func push(_ quantity: Int, from expected: Int?, key: String) throws -> QuantityOutcome? {
            let push = QuantityPush(key: mug.key, sku: "MUG-BLUE", quantity: Quantity(clamping: quantity), expected: expected)
            return try wire.run { $0.publish([push], idempotencyKey: key, $1) }.flatMap { $0 }.first
        }
        func stands(_ count: Int) -> Bool { wire.twin.shelf["MUG-BLUE"] == count }
        let first = try push(15, from: 10, key: "delta-1")
        #expect(first?.result == .acknowledged && first?.quantity.units == 15 && stands(15), "a delta moves the count: \(String(describing: first))")
        let again = try push(15, from: 10, key: "delta-1")
        #expect(again?.result == .acknowledged && stands(15), "a delta applied twice with one key moves once")
        wire.now = wire.now + .minutes(1)
        let later = try push(15, from: 10, key: "delta-1")
        #expect(later?.result == .acknowledged && stands(15), "also when it is tried again later")
        _ = try push(18, from: 15, key: "delta-2")
        let second = try push(16, from: 18, key: "delta-3")
        #expect(second?.quantity.units == 16 && stands(16), "two deltas add up")
        guard case .done = wire.shop(Self.order("T-9", [("MUG-BLUE", 4, "6.50")])) else { Issue.record("an order"); return }
        let unheard = try push(20, from: 16, key: "delta-4")
        #expect(unheard?.result == .acknowledged && stands(16), "a sale in between is not lost")
        #expect(unheard?.quantity.units == 16, "the acknowledgement tells what stands there, not what was wanted")
        let same = try push(20, from: 20, key: "delta-5")
        #expect(same?.result == .acknowledged && same?.quantity.units == 16 && stands(16), "no difference moves nothing and tells what stands there")
        let blind = try push(20, from: nil, key: "delta-6")
        #expect(blind?.result == .stale(actual: nil) && stands(16), "without a belief there is no difference: nothing is moved")
    }

    /// Lets enough time pass that a poll's window may reach what has just happened.
    func poll(_ wire: inout Wire<Connector, Twin>, from: Instant) throws -> [ChannelFact] {
        wire.now = wire.now + Connector.profile.abilities.pollHorizon + .seconds(5)
        let to = wire.now - Connector.profile.abilities.pollHorizon
        return try wire.run { $0.orders(changedFrom: from, to: to, $1) }.flatMap { $0 }
    }

    func orders(in facts: [ChannelFact]) -> [ChannelOrder] { facts.compactMap { if case .order(let order) = $0 { order } else { nil } } }

    func readsOrders() throws {
        var wire = try Wire<Connector, Twin>(seed: Self.seed)
        let start = wire.now
        wire.now = wire.now + .minutes(1)
        for number in 1...5 {
            guard
                case .done = wire.shop(
                    Self.order("T-\(number)", [("MUG-BLUE", 1, "6.50"), ("SHIRT-S", number == 1 ? 2 : 0, "20.00")].filter { $0.1 > 0 }))
            else {
                Issue.record("order \(number) was not taken"); return
            }
            wire.now = wire.now + .seconds(7)
        }
        let found = orders(in: try poll(&wire, from: start))
        let unique = Dictionary(found.map { ($0.externalID, $0) }, uniquingKeysWith: { $0.changedAt >= $1.changedAt ? $0 : $1 })
        #expect(unique.count == 5, "a poll finds every order")
        let big = unique.values.first { $0.lines.count == 2 }
        #expect(big?.lines.first { $0.sku == "SHIRT-S" }?.quantity.units == 2)
        #expect(big?.lines.first { $0.sku == "SHIRT-S" }?.net.minor == 4000)
        #expect(big?.shipping.minor == 395)
        if let big {
            let sum = big.lines.reduce(Money.zero(.gbp)) { $0 + $1.net + $1.tax } + big.shipping + big.shippingTax + big.fees + big.feesTax
            #expect(sum == big.total, "lines, tax and shipping add up to the total")
            #expect(big.claimsStock && big.payment == .paid && big.buyer.shipTo?.country == "GB")
            let again = orders(in: try wire.run { $0.order(big.externalID, $1) }.flatMap { $0 }).first
            #expect(again?.lines == big.lines, "one order can be read again")
        }
        #expect(wire.twin.shelf["MUG-BLUE"] == 5 && wire.twin.shelf["SHIRT-S"] == 1, "the shop lowers its own count")
    }

    /// The latest state the channel tells of the order.
    func latest(_ wire: inout Wire<Connector, Twin>, _ id: String) throws -> ChannelOrder? {
        orders(in: try wire.run { $0.order(id, $1) }.flatMap { $0 }).max { ($0.changedAt, $0.revision) < ($1.changedAt, $1.revision) }
    }

    func shipsCancelsRefunds() throws {
        var wire = try Wire<Connector, Twin>(seed: Self.seed)
        let abilities = Connector.profile.abilities
        guard case .done(let id?) = wire.shop(Self.order("T-1", [("MUG-BLUE", 2, "6.50"), ("MUG-RED", 1, "6.50")])),
            let order = try latest(&wire, id)
        else { Issue.record("the order can be placed and read"); return }
        wire.now = wire.now + .minutes(5)
        if abilities.partialShipment {
            let part = ChannelAction.ship(
                .init(
                    orderID: id, reference: "1", shippedAt: wire.now, lines: [.init(lineID: order.lines[0].externalID, quantity: Quantity(1)!)],
                    isLast: false, tracking: Tracking(carrier: "Royal Mail", number: "AB123456789GB")))
            _ = try wire.run { $0.perform(part, idempotencyKey: "ship-1", $1) }
            _ = try wire.run { $0.perform(part, idempotencyKey: "ship-1", $1) }
            let shipped = try latest(&wire, id)?.shipments
            #expect(shipped?.count == 1, "a repeated shipment is one shipment")
            #expect(shipped?.first?.lines.first?.quantity.units == 1, "part of a line can be shipped")
        }
        let refund = ChannelAction.refund(
            .init(
                orderID: id,
                lines: [
                    .init(lineID: order.lines[1].externalID, quantity: Quantity(1)!, restock: false, net: order.lines[1].net, tax: order.lines[1].tax)
                ],
                shipping: .zero(.gbp), total: order.lines[1].net + order.lines[1].tax, note: "broken"))
        if abilities.refund {
            _ = try wire.run { $0.perform(refund, idempotencyKey: "refund-1", $1) }
            _ = try wire.run { $0.perform(refund, idempotencyKey: "refund-1", $1) }
            wire.now = wire.now + .minutes(5)
            var refunds = try latest(&wire, id)?.refunds ?? []
            if refunds.isEmpty {
                let facts = try poll(&wire, from: Self.seed.start)
                refunds = facts.compactMap { if case .refund(id, let refund) = $0 { refund } else { nil } }
            }
            #expect(Set(refunds.map(\.externalID)).count == 1, "a repeated refund is one refund")
            #expect(refunds.first?.total.minor == order.lines[1].net.minor + order.lines[1].tax.minor)
        }
        if abilities.cancel {
            guard case .done(let other?) = wire.shop(Self.order("T-2", [("MUG-RED", 1, "6.50")])) else { Issue.record("a second order"); return }
            let cancel = ChannelAction.cancel(.init(orderID: other, reason: .outOfStock, refund: true, restock: true))
            _ = try wire.run { $0.perform(cancel, idempotencyKey: "cancel-1", $1) }
            _ = try wire.run { $0.perform(cancel, idempotencyKey: "cancel-1", $1) }
            wire.now = wire.now + .minutes(1)
            #expect(try latest(&wire, other)?.cancelledAt != nil, "a cancelled order reads as cancelled")
        }
    }

    /// The orders that messages tell of, read where a message only says that one changed.
    func heard(_ facts: [ChannelFact], _ wire: inout Wire<Connector, Twin>) throws -> [ChannelOrder] {
        var told = orders(in: facts)
        for case .orderChanged(let id) in facts { told += orders(in: try wire.run { $0.order(id, $1) }.flatMap { $0 }) }
        return told
    }

    func hearsWebhooks() throws {
        guard Connector.profile.abilities.webhooks else { return }
        var wire = try Wire<Connector, Twin>(seed: Self.seed)
        guard wire.connector.subscribe(to: "http://127.0.0.1:8080/hooks/1", try wire.access()) != nil else {
            Issue.record("a channel with webhooks can subscribe"); return
        }
        _ = try wire.run { $0.subscribe(to: "http://127.0.0.1:8080/hooks/1", $1)! }
        _ = try wire.run { $0.subscribe(to: "http://127.0.0.1:8080/hooks/1", $1)! }
        _ = try wire.deliver()
        guard case .done(let id?) = wire.shop(Self.order("T-1", [("MUG-BLUE", 1, "6.50")])) else { Issue.record("an order"); return }
        wire.now = wire.now + .minutes(2)
        let told = try heard(try wire.deliver(), &wire)
        #expect(told.contains { $0.externalID == id }, "a webhook tells of the order")
        _ = wire.shop(.cancel(reference: "T-1"))
        wire.now = wire.now + .minutes(2)
        var cancelled = try heard(try wire.deliver(), &wire)
        if cancelled.isEmpty { cancelled = orders(in: try wire.run { $0.order(id, $1) }.flatMap { $0 }) }
        #expect(cancelled.contains { $0.externalID == id && $0.cancelledAt != nil }, "a webhook tells of the cancellation")
        #expect(
            Set(wire.received.filter { !$0.isEmpty }.map(\.key)).count == wire.received.filter { !$0.isEmpty }.count,
            "each delivery has a key of its own")
        _ = wire.shop(Self.order("T-3", [("MUG-BLUE", 1, "6.50")]))
        wire.now = wire.now + .minutes(2)
        for webhook in wire.twin.departures(at: wire.now) {
            var forged = webhook.request
            forged.body.append(0x20)
            #expect(throws: WebhookRefusal.self, "a changed body is turned away") { try wire.connector.receive(forged, at: wire.now) }
        }
    }
}
