// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Orders
import RoomSupport
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Parcels` {
    static let articles = ShopStreet.articles(["MUG": 10, "CUP": 10])

    // Pain 36: vendure#3588, selling-partner-api-docs#1847, ShopifySharp#492.
    @Test(arguments: 0..<3) func `an order shipped in parts shows the shop every parcel with its own tracking number, and each counts once`(shop: Int)
        async throws
    {
        let street = try await ShopStreet(articles: Self.articles)
        try await street.open(Self.articles)
        try await street.whileRunning {
            try await street.settle()
            await street.buy(shop, "A-1", [("MUG", 3), ("CUP", 2)])
            try await street.settle()
            let order = try await street.order(shop)
            #expect(try await street.ship(order, [0: 1], tracking: "RM-1", key: "parcel 1") == .now)
            #expect(try await street.ship(order, [0: 1], tracking: "RM-1", key: "parcel 1") == .before)
            try await street.settle()
            #expect(try await street.status(shop) == .partial)
            #expect(try await street.stock("MUG") == (available: 7, reserved: 2, short: 0))
            try await street.ship(order, [0: 1, 1: 2], tracking: "RM-2", key: "parcel 2")
            try await street.ship(order, tracking: "RM-3", key: "parcel 3")
            try await street.settle()
            try await street.pass(.minutes(12))
            try await street.settle()
            let told = try await street.look(shop, order.externalID)
            #expect((told.shipments ?? []).flatMap(\.tracking).map(\.number).sorted() == ["RM-1", "RM-2", "RM-3"])
            #expect((told.shipments ?? []).flatMap(\.lines).reduce(0) { $0 + $1.quantity.units } == 5)
        }
        let order = try await street.order(shop)
        #expect(order.shipments.filter { !$0.isCancelled }.count == 3)
        #expect(OrderFold(order).status == .shipped)
        #expect(try await street.stock("MUG") == (available: 7, reserved: 0, short: 0))
        #expect(try await street.stock("CUP") == (available: 8, reserved: 0, short: 0))
        #expect(try await street.exceptions() == [])
        #expect(try await street.differences() == [])
    }

    @Test func `more than is open, more than is there and anything of a cancelled order cannot be shipped, and nothing is told`() async throws {
        let street = try await ShopStreet(articles: Self.articles)
        try await street.open(Self.articles)
        try await street.whileRunning {
            try await street.settle()
            await street.buy(0, "A-1", [("MUG", 12)], ignoresShelf: true)
            await street.buy(1, "B-1", [("CUP", 1)])
            try await street.settle()
            let short = try await street.order(0)
            await #expect(throws: Refusal.self) { try await street.ship(short, [0: 11], tracking: "RM-1", key: "k1") }
            await #expect(throws: Refusal.self) { try await street.ship(short, [0: 13], tracking: "RM-1", key: "k2") }
            let order = try await street.order(1)
            try await street.cancel(order)
            await #expect(throws: Refusal.self) { try await street.ship(order, tracking: "RM-1", key: "k3") }
            try await street.settle()
            await #expect(throws: Refusal.self) { try await street.ship(order, tracking: "RM-1", key: "k4") }
            #expect(try await street.look(0, short.externalID).shipments?.isEmpty ?? true)
            #expect(try await street.orders().flatMap(\.shipments).isEmpty)
        }
        #expect(try await street.differences() == [])
    }
}
