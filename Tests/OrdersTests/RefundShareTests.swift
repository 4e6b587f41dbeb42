// SPDX-License-Identifier: Apache-2.0

import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `The shares of a refund` {
    @Test func `add up to what was paid, however it is split`() {
        let seed: UInt64 = 97
        var chance = SplitMix64(seed: seed)
        for _ in 0..<5_000 {
            let units = chance.number(in: 1...40)
            let amount = Int64(chance.number(in: 0...1_000_000))
            var left = units
            var given: Int64 = 0
            while left > 0 {
                let part = chance.number(in: 1...left)
                let share = RefundOrder.share(amount, before: units - left, units: part, of: units)
                #expect(share >= 0 && share <= amount, "seed \(seed)")
                given += share
                left -= part
            }
            #expect(given == amount, "\(amount) over \(units), seed \(seed)")
        }
    }

    @Test func `bear amounts that no shop has`() {
        let most = Int64.max
        #expect(
            RefundOrder.share(most, before: 0, units: 999_999_999, of: 1_000_000_000)
                + RefundOrder.share(most, before: 999_999_999, units: 1, of: 1_000_000_000) == most)
        #expect(RefundOrder.share(100, before: 0, units: 0, of: 0) == 0)
    }

    @Test(arguments: ["JPY", "GBP", "KWD"]) func `end at nothing in currencies with and without decimals`(code: String) async throws {
        let currency = try #require(Currency(code))
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            var news = shop.told.placed([("mug", 7)])
            news.snapshot?.header.currency = currency
            news.snapshot?.lines[0].net = 1_000
            news.snapshot?.lines[0].tax = 199
            news.snapshot?.header.total = 1_000 + 199 + 360
            let order = try await shop.order(news)
            #expect(try await rooms.money(of: ID(1), currency) == ["receivable": 1_559, "sales": -1_000, "tax": -259, "shipping": -300])
            for (key, units) in [3, 1, 2, 1].enumerated() {
                #expect(try await shop.refund(order, [.init(position: 0, units: units, restock: true)], key: "r\(key)") == .now)
            }
            #expect(try await shop.refund(order, [], shipping: 360, key: "shipping") == .now)
            let money = try await rooms.money(of: ID(1), currency)
            #expect(money["receivable"] == nil, "to the minor unit")
            #expect(money["returns"] == 1_000)
            let paid = try await refusal { try await shop.refund(order, [], shipping: 1, key: "more") }
            #expect(paid?.values["left"] == Money.zero(currency).decimalText)
            #expect(try await rooms.violations() == [])
        }
    }
}
