// SPDX-License-Identifier: Apache-2.0

import Inventory
import Journal
import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Taking orders in` {
    @Test func `knows an order by its account and key for ever`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            let figures = try await shop.figures()
            #expect(try await shop.hear(shop.told.placed([("mug", 3)])) == [.known(order)])
            #expect(try await shop.figures() == figures, "heard again, nothing is written")
            #expect(try await shop.hear(shop.told.placed([("mug", 2)], revision: 2)) == [.changed(order)])
            var elsewhere = shop.told
            elsewhere.shop = ID(2)
            let outcome = try await shop.hear(elsewhere.placed([("mug", 1)]))
            #expect(outcome != [.known(order)] && outcome != [.changed(order)], "another account's order of the same key is another")
            #expect(try await rooms.count("orders") == 2)
        }
    }

    @Test func `takes a list with the same order several times as one order`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let told = shop.told
            try await shop.hear(
                told.refund("r1", [("mug", 1)], .restocked), told.placed([("mug", 3)], revision: 2), told.placed([("mug", 5)]),
                told.placed([("mug", 3)], revision: 2),
                told.parcel("p1", [("mug", 1)]))
            #expect(try await rooms.count("orders") == 1)
            #expect(try await shop.mugs() == ["available": 8, "reserved": 1, "buyers": 1, "suppliers": -10])
        }
    }

    @Test func `keeps news that overtook its order until the order comes`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let refund = shop.told.refund("r1", [("mug", 1)], .restocked)
            #expect(try await shop.hear(refund) == [.early])
            #expect(try await shop.hear(refund) == [.early])
            #expect(try await shop.hear(shop.told.parcel("p1", [("mug", 1)])) == [.early])
            #expect(try await rooms.count("early_news") == 2, "each once")
            #expect(try await rooms.count("orders") == 0)
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            #expect(try await rooms.count("early_news") == 0)
            #expect(try await shop.mugs() == ["available": 8, "reserved": 1, "buyers": 1, "suppliers": -10])
            #expect(try await shop.record(order)?.order.refunds.count == 1)
            #expect(try await shop.hear(refund) == [.known(order)])
        }
    }

    @Test func `books a refund of which more becomes known anew, and not on top`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            try await shop.hear(shop.told.placed([("mug", 3), ("tin", 1)]))
            try await shop.hear(shop.told.refund("r1", [("mug", 1)], .restocked))
            try await shop.hear(shop.told.refund("r1", [("mug", 1), ("tin", 1)], .restocked))
            #expect(try await rooms.money(of: ID(1)) == ["receivable": 1560, "sales": -2000, "returns": 1000, "tax": -260, "shipping": -300])
            #expect(try await rooms.violations() == [])
        }
    }

    @Test func `promises what is nowhere as a shortage, and serves it from the next goods`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms, mugs: 2)
            let order = try await shop.order(shop.told.placed([("mug", 5)]))
            #expect(try await shop.mugs() == ["reserved": 2, "suppliers": -2])
            #expect(try await shop.exceptions() == ["oversold"])
            try await rooms.receive(4, of: shop.mug, at: shop.main, key: "more")
            #expect(try await shop.mugs() == ["available": 1, "reserved": 5, "suppliers": -6])
            try await rooms.store.write { try OrderExceptions.closeFilled(at: Rooms.morning, in: $0) }
            #expect(try await shop.exceptions() == [])
            #expect(try await shop.ship(order) == .now)
            #expect(try await rooms.violations() == [])
        }
    }

    @Test func `finds and tells what has left though nobody had it`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms, mugs: 1)
            try await shop.hear(shop.told.placed([("mug", 3)]), shop.told.parcel("p1", [("mug", 3)]))
            #expect(try await shop.mugs() == ["buyers": 3, "suppliers": -1, "adjustments": -2])
            #expect(try await shop.exceptions() == ["shipped-unseen"])
            #expect(try await rooms.violations() == [])
        }
    }

    @Test func `moves no unit of ours for what the channel ships from its own warehouse`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            try await shop.hear(
                shop.told.placed([("mug", 3)], isFulfilledByChannel: true), shop.told.parcel("p1", [("mug", 3)]),
                shop.told.refund("r1", [("mug", 1)], .restocked))
            #expect(try await shop.mugs() == ["available": 10, "suppliers": -10])
            #expect(try await shop.exceptions() == [])
            #expect(try await rooms.violations() == [])
        }
    }

    @Test func `leaves the decision to a person when the channel throws an order away`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let told = shop.told
            try await shop.hear(told.placed([("mug", 3)]))
            try await shop.hear(OrderNews(account: told.shop, externalID: told.order, isDeleted: true, source: "test"))
            #expect(try await shop.exceptions() == ["deleted-at-channel"])
            #expect(try await shop.mugs()["reserved"] == 3)
        }
    }

    @Test func `keeps what is known of the buyer when a later word says less, and adds what it says more`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            var bare = shop.told.placed([("mug", 1)])
            bare.snapshot?.buyer = OrderBuyer()
            let order = try await shop.order(bare)
            #expect(try await shop.hear(shop.told.placed([("mug", 1)])) == [.changed(order)], "the same order, now with its buyer")
            try await shop.hear(bare)
            var partial = shop.told.placed([("mug", 1)], revision: 2)
            partial.snapshot?.buyer = OrderBuyer(email: "ida@example.test")
            try await shop.hear(partial)
            var old = shop.told.placed([("mug", 1)])
            old.snapshot?.buyer = OrderBuyer(name: "Somebody Else", address: ["Elsewhere"])
            try await shop.hear(old)
            let buyer = try await rooms.store.read { try OrderReader.buyer(of: order, in: $0) }
            #expect(buyer == OrderBuyer(name: "Ida Buyer", email: "ida@example.test", address: ["1 Sample Street", "London"], country: "GB"))
        }
    }
}

@Suite(.onEachEngine) struct `Lines that nobody knows` {
    @Test func `take their stock when their listing is mapped`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(Told(tin: shop.tin).placed([("mug", 3), ("tin", 1)]))
            #expect(try await shop.exceptions() == ["unknown-sku"])
            #expect(try await shop.mugs()["reserved"] == nil)
            #expect(try await refusal { try await shop.ship(order, [0: 1]) }?.message == "order.not-in-stock")
            func map(_ account: ID<AccountKind>) async throws -> [ID<OrderKind>] {
                try await rooms.store.write { transaction in
                    try MapOrderLines(account: account, variantKey: "v-mug", variant: shop.mug, actor: "person:1", at: Rooms.morning).run(
                        with: rooms.orders, in: transaction)
                }
            }
            #expect(try await map(ID(2)) == [], "another account's listing says nothing of this one")
            #expect(try await map(ID(1)) == [order])
            #expect(try await map(ID(1)) == [])
            #expect(try await shop.mugs() == ["available": 7, "reserved": 3, "suppliers": -10])
            #expect(try await shop.exceptions() == [])
            #expect(try await rooms.violations() == [])
        }
    }

    @Test func `are named by a person, once`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(Told().placed([("mug", 3)]))
            func name(_ position: Int, _ variant: ID<VariantKind>) async throws -> Done {
                try await rooms.store.write { transaction in
                    try MapOrderLine(order: order, position: position, variant: variant, actor: "person:1", at: Rooms.morning).run(
                        with: rooms.orders, in: transaction)
                }
            }
            #expect(try await refusal { try await name(1, shop.mug) }?.message == "order.no-such-line")
            #expect(try await name(0, shop.mug) == .now)
            #expect(try await name(0, shop.mug) == .before)
            #expect(try await refusal { try await name(0, shop.tin) }?.message == "order.line-mapped")
            #expect(try await shop.mugs()["reserved"] == 3)
        }
    }
}
