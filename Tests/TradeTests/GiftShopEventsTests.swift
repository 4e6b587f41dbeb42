// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Testing
import Trade
import Vocabulary

/// One long run, looked at from all sides. A Monday in November begins it.
@Suite struct `The made-up gift shop` {
    private static let shop = GiftShop(seed: 20_261_102, start: Instant(iso: "2026-11-02T00:00:00Z") ?? .distantPast)
    private static let business = shop.business
    private static let run = Array(business.events.prefix(30_000))
    private static let orders = run.compactMap { event -> (at: Instant, channel: Int, order: ShopOrder)? in
        if case .shop(let channel, .order(let order)) = event.kind { (event.at, channel, order) } else { nil }
    }
    private static let byReference = Dictionary(uniqueKeysWithValues: orders.map { ($0.order.reference, $0) })

    private static func share(_ count: Int) -> Double { Double(count) / Double(orders.count) }

    @Test func `does the same for the same seed, however often it is asked`() {
        #expect(Array(Self.business.events.prefix(3_000)) == Array(Self.run.prefix(3_000)))
        #expect(Array(Self.shop.business.events.prefix(3_000)) == Array(Self.run.prefix(3_000)))
        var other = Self.shop
        other.seed += 1
        #expect(Array(other.business.events.prefix(100)) != Array(Self.run.prefix(100)))
    }

    @Test func `goes on by itself from a copy of the iterator`() {
        var first = Self.business.events.makeIterator()
        for _ in 0..<500 { _ = first.next() }
        var second = first
        let here = (0..<500).map { _ in first.next() }
        #expect((0..<500).map { _ in second.next() } == here)
    }

    @Test func `never goes back in time and never before its start`() {
        #expect(Self.run.first.map { $0.at >= Self.business.start } == true)
        #expect(zip(Self.run, Self.run.dropFirst()).allSatisfy { $0.at <= $1.at })
    }

    @Test func `takes orders from seven to nine in the evening and never on a Saturday`() {
        for (at, _, _) in Self.orders {
            #expect((7...20).contains(CalendarTime(at).hour))
            #expect((at.seconds / 86_400 + 3) % 7 != 5)
        }
    }

    @Test func `takes as many orders in an open hour as it is told`() {
        let weeks = 4
        let end = Self.business.start + .days(Int64(7 * weeks))
        let count = Self.business.events.prefix { $0.at < end }.count { event in
            if case .shop(_, .order) = event.kind { true } else { false }
        }
        let perHour = Double(count) / Double(weeks * 6 * 14)
        #expect(abs(perHour - 30) < 2)
        var always = Self.shop
        always.hours = .always
        always.ordersPerHour = 100
        let day = always.business.events.prefix { $0.at < always.start + .days(1) }.count
        #expect(day > 2_200 && day < 3_200)
    }

    @Test(arguments: [1, 4, 21]) func `fills baskets to the mean it is told, with a long tail`(basket: Int) {
        var shop = Self.shop
        shop.basket = basket
        let sizes = shop.business.events.prefix(8_000).compactMap { event -> Int? in
            if case .shop(_, .order(let order)) = event.kind { order.lines.count } else { nil }
        }
        let mean = Double(sizes.reduce(0, +)) / Double(sizes.count)
        // A basket of one still has its tail, and what is drawn twice is bought once.
        #expect(mean > Double(basket) * 0.85 && mean < Double(basket) * 1.15 + 0.5)
        #expect(sizes.contains { $0 > basket * 4 })
        #expect(sizes.allSatisfy { $0 >= 1 })
    }

    @Test func `sells mostly at home, through all its shops`() {
        let home = Self.orders.count { $0.order.buyer.shipTo?.country == "GB" }
        #expect(abs(Self.share(home) - 0.91) < 0.02)
        let shares = (0..<3).map { channel in Self.share(Self.orders.count { $0.channel == channel }) }
        #expect(shares[0] > shares[1] && shares[1] > shares[2] && shares[2] > 0.1)
    }

    @Test func `is as untidy as real shops are`() {
        let lines = Self.orders.flatMap(\.order.lines)
        let known = Set(Self.business.listings.map(\.sku))
        let folded = Set(Self.business.listings.compactMap { SKU($0.sku) })
        #expect(
            lines.contains { $0.title.isEmpty } && lines.contains { $0.title == "?" }
                && lines.contains { $0.title.hasSuffix(" ") })
        #expect(lines.contains { line in !known.contains(line.sku) && SKU(line.sku).map(folded.contains) == true })
        #expect(lines.contains { line in SKU(line.sku).map(folded.contains) == false })
        #expect(lines.allSatisfy { $0.quantity > 0 && Decimal10($0.unitPrice) != nil && SKU($0.sku) != nil })
    }

    @Test func `gives back parts of about fifteen orders in a hundred, never more than was sold`() {
        var refunds = 0
        var restocked = 0
        var lost = 0
        for event in Self.run {
            guard case .shop(let channel, .refund(let reference, let lines)) = event.kind else { continue }
            refunds += 1
            let sale = Self.byReference[reference]
            #expect(sale?.channel == channel && sale.map { $0.at < event.at } == true)
            #expect(Set(lines.map(\.line)).count == lines.count)
            for line in lines {
                #expect(sale?.order.lines.indices.contains(line.line) == true)
                #expect(line.quantity >= 1 && line.quantity <= sale?.order.lines[line.line].quantity ?? 0)
                if line.restock { restocked += 1 } else { lost += 1 }
            }
        }
        #expect(abs(Self.share(refunds) - 0.15) < 0.03)
        #expect(restocked > lost && lost > 0)
    }

    @Test func `lets pending payments be paid or given up, and cancels some orders`() {
        let pending = Set(Self.orders.filter { !$0.order.isPaid }.map(\.order.reference))
        var paid: Set<String> = []
        var cancelled: Set<String> = []
        for event in Self.run {
            guard case .shop(let channel, let act) = event.kind else { continue }
            switch act {
            case .pay(let reference):
                #expect(pending.contains(reference) && paid.insert(reference).inserted)
                #expect(Self.byReference[reference]?.channel == channel)
            case .cancel(let reference):
                #expect(cancelled.insert(reference).inserted && !paid.contains(reference))
                #expect(Self.byReference[reference].map { $0.at < event.at && $0.channel == channel } == true)
            case .order, .refund, .edit: break
            }
        }
        #expect(abs(Self.share(paid.count) - 0.045) < 0.01)
        #expect(abs(Self.share(cancelled.count) - 0.036) < 0.01)
    }

    @Test func `notices absurdly large orders within twelve to sixteen minutes`() {
        let cancellations = Self.run.reduce(into: [String: Instant]()) { found, event in
            if case .shop(_, .cancel(let reference)) = event.kind { found[reference] = event.at }
        }
        let absurd = Self.orders.filter { $0.order.ignoresShelf }
        #expect(absurd.count > 20)
        for (at, _, order) in absurd.dropLast(2) {
            #expect(order.lines.count == 1 && order.lines[0].quantity >= 40_000)
            let after = cancellations[order.reference].map { ($0 - at).milliseconds / 1000 }
            #expect(after.map { (720...960).contains($0) } == true)
        }
    }

    @Test func `gets goods in for ever, but runs short in between`() {
        var books = StockRoom(Self.business)
        for event in Self.run { books.take(event) }
        let received = Self.run.suffix(5_000).count { event in
            if case .adjust(let adjustment) = event.kind {
                adjustment.note == "goods received" && adjustment.units > 0
            } else {
                false
            }
        }
        #expect(received > 20)
        let soldOut = Self.share(books.soldOut)
        #expect(soldOut > 0.005 && soldOut < 0.25)
        #expect(books.left.values.allSatisfy { $0 >= 0 && $0 < 40_000 })
    }
}

/// A shelf that turns buyers away, as the shops do.
private struct StockRoom {
    var left: [String: Int]
    var soldOut = 0
    private let components: [String: [TradeBundle.Component]]

    init(_ business: Business) {
        left = Dictionary(uniqueKeysWithValues: business.articles.map { ($0.sku, $0.quantity) })
        components = Dictionary(uniqueKeysWithValues: business.bundles.map { ($0.article.sku, $0.components) })
    }

    mutating func take(_ event: TradeEvent) {
        switch event.kind {
        case .adjust(let adjustment):
            left[adjustment.sku, default: 0] = max(left[adjustment.sku, default: 0] + adjustment.units, 0)
        case .shop(_, .order(let order)) where !order.ignoresShelf:
            var wanted: [String: Int] = [:]
            for line in order.lines {
                let sku = line.sku.uppercased()
                let parts = components[sku] ?? [TradeBundle.Component(sku: sku, units: 1)]
                for part in parts where left[part.sku] != nil {
                    wanted[part.sku, default: 0] += part.units * line.quantity
                }
            }
            if wanted.contains(where: { left[$0.key, default: 0] < $0.value }) {
                soldOut += 1
            } else {
                for (sku, units) in wanted { left[sku, default: 0] -= units }
            }
        case .shop: break
        }
    }
}
