// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Inventory
import Orders
import RoomSupport
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Units that come back` {
    static let mugs = ShopStreet.articles(["MUG": 10])

    /// A shop sold three, and where asked, they left.
    private func sold(_ shop: Int, ships: Bool, _ body: (ShopStreet) async throws -> Void) async throws -> ShopStreet {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            await street.buy(shop, "A-1", [("MUG", 3)])
            try await street.settle()
            if ships {
                try await street.ship(street.order(shop), tracking: "RM-1", key: "parcel")
                try await street.settle()
            }
            try await body(street)
        }
        #expect(try await street.differences() == [])
        return street
    }

    // Pain 10: woocommerce#22489, #27504, #30618.
    @Test(arguments: 0..<2) func `a unit is restocked once, though webhook, refund event and poll all tell of it and each comes three times`(
        shop: Int
    ) async throws {
        let street = try await sold(shop, ships: true) { street in
            #expect(try await street.balance("MUG", StockAccounts.buyers) == 3)
            await street.act(shop, .refund(reference: "A-1", lines: [.init(line: 0, quantity: 1, restock: true)]))
            for _ in 0..<20 {
                await street.step(.milliseconds(500))
                try await street.deliverWebhooks(copies: 3)
            }
            try await street.settle()
            try await street.pass(.minutes(12))
            try await street.settle()
        }
        #expect(try await street.stock("MUG") == (available: 8, reserved: 0, short: 0))
        #expect(try await street.balance("MUG", StockAccounts.buyers) == 2)
        #expect(try await street.order(shop).refunds.count == 1)
        #expect(try await street.exceptions() == [])
    }

    // Pain 11: woocommerce#28854, #20114.
    @Test(arguments: 0..<2) func `a shipped unit that is refunded without restock stays with the buyer`(shop: Int) async throws {
        let street = try await sold(shop, ships: true) { street in
            await street.act(shop, .refund(reference: "A-1", lines: [.init(line: 0, quantity: 1, restock: false)]))
            try await street.settle()
        }
        #expect(try await street.stock("MUG") == (available: 7, reserved: 0, short: 0))
        #expect(try await street.balance("MUG", StockAccounts.buyers) == 3)
        #expect(try await street.exceptions() == [])
    }

    // Pain 11.
    @Test(arguments: 0..<2) func `an unshipped unit that is refunded without restock is written off, with restock it is free again`(shop: Int)
        async throws
    {
        let street = try await sold(shop, ships: false) { street in
            await street.act(shop, .refund(reference: "A-1", lines: [.init(line: 0, quantity: 1, restock: false)]))
            try await street.settle()
            #expect(try await street.stock("MUG") == (available: 7, reserved: 2, short: 0))
            #expect(try await street.balance("MUG", StockAccounts.adjustments) == 1)
            await street.act(shop, .refund(reference: "A-1", lines: [.init(line: 0, quantity: 1, restock: true)]))
            try await street.settle()
        }
        #expect(try await street.stock("MUG") == (available: 8, reserved: 1, short: 0))
        #expect(try await street.balance("MUG", StockAccounts.adjustments) == 1)
        #expect(try await street.exceptions() == [])
    }

    // Pain 11: Amazon says nothing of the goods.
    @Test func `a refund at Amazon moves no unit by itself: a person is asked where the goods are`() async throws {
        let street = try await sold(2, ships: true) { street in
            await street.act(2, .refund(reference: "A-1", lines: [.init(line: 0, quantity: 1, restock: false)]))
            try await street.settle()
            try await street.pass(.minutes(10))
        }
        #expect(try await street.order(2).refunds.map(\.total) == [650])
        #expect(try await street.stock("MUG") == (available: 7, reserved: 0, short: 0))
        #expect(try await street.balance("MUG", StockAccounts.buyers) == 3)
        #expect(try await street.exceptions() == ["disposition-unknown"])
    }

    // Pain 11, the other way: the hub says what becomes of the goods.
    @Test(arguments: 0..<3, [true, false])
    func `a refund in the hub reaches the shop once, restocks only when it was said, and comes back without being counted twice`(
        shop: Int, restock: Bool
    ) async throws {
        let street = try await sold(shop, ships: true) { street in
            let order = try await street.order(shop)
            #expect(try await street.refund(order, [.init(position: 0, units: 2, restock: restock)], shipping: 100, key: "r-1") == .now)
            #expect(try await street.refund(order, [.init(position: 0, units: 2, restock: restock)], shipping: 100, key: "r-1") == .before)
            try await street.settle()
            try await street.pass(.minutes(12))
            try await street.settle()
            let told = try await street.look(shop, order.externalID)
            #expect(told.refunds?.map(\.total.minor) == [1400], "once, and all of it")
        }
        #expect(try await street.stock("MUG") == (available: restock ? 9 : 7, reserved: 0, short: 0))
        #expect(try await street.balance("MUG", StockAccounts.buyers) == (restock ? 1 : 3))
        let order = try await street.order(shop)
        #expect(order.refunds.filter { $0.total > 0 }.count == 1)
        #expect(OrderFold(order).refunded == 1400)
        #expect(await street.shelves("MUG") == (restock ? [9, 9, 9] : [7, 7, 7]))
        #expect(try await street.exceptions() == [])
    }

    @Test(arguments: 0..<2) func `units taken off an order before it was shipped, in the hub, are free again at the hub and at every shop`(shop: Int)
        async throws
    {
        let street = try await sold(shop, ships: false) { street in
            let order = try await street.order(shop)
            try await street.refund(order, [.init(position: 0, units: 1, restock: true)], key: "r-1")
            try await street.settle()
            try await street.ship(street.order(shop), tracking: "RM-1", key: "parcel")
            try await street.settle()
        }
        #expect(try await street.stock("MUG") == (available: 8, reserved: 0, short: 0))
        #expect(try await street.balance("MUG", StockAccounts.buyers) == 2)
        #expect(await street.shelves("MUG") == [8, 8, 8])
        #expect(try await street.exceptions() == [])
    }
}
