// SPDX-License-Identifier: Apache-2.0

import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Figures of sales` {
    /// What was sold between two hours of the day.
    private func totals(_ rooms: Rooms, from: Int64, to: Int64) async throws -> SalesFigures.Totals {
        let (start, end) = (Rooms.morning + .hours(from), Rooms.morning + .hours(to))
        return try await rooms.store.read { try SalesFigures.totals(from: start, to: end, in: $0) }
    }

    private func slots(_ rooms: Rooms, from: Int64, to: Int64) async throws -> [String] {
        let (start, end) = (Rooms.morning + .hours(from), Rooms.morning + .hours(to))
        let slots = try await rooms.store.read { try SalesFigures.slots(from: start, to: end, width: .hours(1), in: $0) }
        return slots.map { "\($0.index): \($0.account) \($0.currency) \($0.orders) \($0.sales)" }
    }

    /// Orders of mugs in two shops and two currencies, one of them a cart and one cancelled.
    private func sell(in shop: OrderShop) async throws {
        let orders: [(name: String, account: Int64, hour: Int64, units: Int, currency: Currency)] = [
            ("A", 1, 0, 1, .gbp), ("B", 1, 1, 2, .gbp), ("C", 1, 1, 3, .gbp), ("D", 2, 1, 1, .gbp), ("E", 1, 1, 1, .eur), ("F", 1, 2, 1, .gbp),
        ]
        for (name, account, hour, units, currency) in orders {
            let news = shop.told.about(name, at: ID(account)).placed([("mug", units)])
            let told = news.with { snapshot in
                snapshot.header.placedAt = Rooms.morning + .hours(hour)
                snapshot.header.currency = currency
            }
            _ = try await shop.order(told)
        }
        _ = try await shop.order(shop.told.about("cart").placed([("mug", 1)], claimsStock: false))
        _ = try await shop.order(shop.told.about("off").placed([("mug", 1)], isCancelled: true))
    }

    @Test func `are told by slot of time, shop and currency, without carts and cancelled orders`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            try await sell(in: shop)
            #expect(try await slots(rooms, from: 0, to: 2) == ["0: 1 GBP 1 960", "1: 1 EUR 1 960", "1: 1 GBP 2 3720", "1: 2 GBP 1 960"])
            #expect(try await slots(rooms, from: 1, to: 2) == ["0: 1 EUR 1 960", "0: 1 GBP 2 3720", "0: 2 GBP 1 960"])
            #expect(try await slots(rooms, from: 3, to: 9) == [])
        }
    }

    @Test func `add up to what the period sold, its end not counted`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            try await sell(in: shop)
            let sold = try await totals(rooms, from: 0, to: 2)
            #expect(sold.orders == 5 && sold.units == 8)
            let sales: [Currency: Int64] = [.gbp: 960 + 3720 + 960, .eur: 960]
            #expect(sold.sales == sales)
            #expect(sold.refunds == [:])
            #expect(try await totals(rooms, from: 3, to: 9) == SalesFigures.Totals())
        }
    }

    @Test func `count money given back when it is given, whenever the order was placed`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            try await shop.hear(shop.told.placed([("mug", 3)]), shop.told.refund("r1", [("mug", 1)], .restocked))
            let before = try await totals(rooms, from: 0, to: 3)
            #expect(before.orders == 1 && before.units == 3 && before.refunds == [:])
            let after = try await totals(rooms, from: 3, to: 4)
            #expect(after.orders == 0 && after.units == 0 && after.sales == [:])
            let refunds: [Currency: Int64] = [.gbp: 600]
            #expect(after.refunds == refunds)
        }
    }

    @Test func `are refused rather than told in money that nobody knows`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            try await shop.hear(shop.told.placed([("mug", 3)]), shop.told.refund("r1", [("mug", 1)], .restocked))
            _ = try await rooms.store.write { try $0.execute("UPDATE orders SET currency = 'XXX'") }
            let failure = StorageFailure.other("unknown currency XXX")
            await #expect(throws: failure) { try await slots(rooms, from: 0, to: 1) }
            await #expect(throws: failure) { try await totals(rooms, from: 0, to: 1) }
            await #expect(throws: failure) { try await totals(rooms, from: 3, to: 4) }
        }
    }
}

extension OrderShop {
    fileprivate func sales(of variants: [ID<VariantKind>], from: Int64, to: Int64, limit: Int = 50) async throws -> [ArticleSale] {
        let (start, end) = (Rooms.morning + .hours(from), Rooms.morning + .hours(to))
        return try await rooms.store.read { try ArticleSale.list(of: variants, from: start, to: end, limit: limit, in: $0) }
    }
}

@Suite(.onEachEngine) struct `Sales of an article` {
    @Test func `are the newest of the time, told oldest first`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let orders: [(name: String, hour: Int64, article: String, units: Int)] = [
                ("A", 1, "mug", 2), ("B", 2, "mug", 1), ("C", 3, "mug", 3), ("D", 4, "mug", 1), ("E", 2, "tin", 4),
            ]
            for (name, hour, article, units) in orders {
                let news = shop.told.about(name).placed([(article, units)])
                _ = try await shop.order(news.with { $0.header.placedAt = Rooms.morning + .hours(hour) })
            }
            for news in [
                shop.told.about("cart").placed([("mug", 1)], claimsStock: false),
                shop.told.about("theirs").placed([("mug", 1)], isFulfilledByChannel: true),
            ] {
                _ = try await shop.order(news.with { $0.header.placedAt = Rooms.morning + .hours(2) })
            }
            func sales(_ variants: [ID<VariantKind>], limit: Int = 50) async throws -> [String] {
                try await shop.sales(of: variants, from: 1, to: 3, limit: limit).map { "\($0.reference) \($0.units)" }
            }
            #expect(try await sales([shop.mug]) == ["#A 2", "#B 1", "#C 3"], "both ends count; carts and what the channel ships do not")
            #expect(try await sales([shop.mug, shop.tin]) == ["#A 2", "#B 1", "#E 4", "#C 3"])
            #expect(try await sales([shop.mug], limit: 2) == ["#B 1", "#C 3"])
            #expect(try await sales([shop.mug, shop.tin], limit: 2) == ["#E 4", "#C 3"])
            #expect(try await sales([]) == [])
        }
    }

    @Test func `say when the buyer bought, when the hub heard of it, and when it was off`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let bought = Rooms.morning - .hours(1)
            let told = shop.told.about("told").placed([("mug", 2)], isCancelled: true).with { $0.header.placedAt = bought }
            let order = try await shop.order(told)
            let here = try await shop.order(shop.told.about("here").placed([("mug", 1)]))
            _ = try await shop.cancel(here)
            _ = try await shop.order(shop.told.about("on").placed([("mug", 1)]))
            let sales = try await shop.sales(of: [shop.mug], from: -2, to: 1)
            #expect(sales.map(\.reference) == ["#told", "#here", "#on"])
            let first = try #require(sales.first)
            #expect(first.order == order && first.account == shop.told.shop && first.variant == shop.mug)
            #expect(first.placedAt == bought && first.receivedAt == Rooms.morning)
            let offAtShop = Rooms.morning + .minutes(1)
            #expect(sales.map(\.cancelledAt) == [offAtShop, Rooms.morning, nil])
        }
    }
}
