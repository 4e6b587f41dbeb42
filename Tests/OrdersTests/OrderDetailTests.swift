// SPDX-License-Identifier: Apache-2.0

import Catalog
import Journal
import Ledger
import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `All there is to know of an order` {
    private func find(_ order: ID<OrderKind>, _ rooms: Rooms) async throws -> OrderDetail? {
        let ledger = rooms.ledger
        return try await rooms.store.read { try OrderDetail(order, ledger: ledger, in: $0) }
    }

    @Test func `is where its units are, which are missing, and how many can leave`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms, mugs: 5, tins: 9)
            let set = try await rooms.article("SET", of: ["MUG": 2, "TIN": 1])
            // "mug" stands for the set here: three sets take six mugs, and there are five.
            let order = try await shop.order(Told(mug: set).placed([("mug", 3)]))
            let bundles = try await rooms.store.read { try VariantTable.bundles(in: $0) }
            let detail = try #require(try await find(order, rooms))
            #expect(detail.holds.map(\.variant) == [shop.mug, shop.tin])
            #expect(detail.holds.map(\.units) == [5, 3])
            #expect(detail.holds.map(\.line) == [0, 0])
            #expect(detail.holds.map(\.location) == ["Main", "Main"])
            #expect(detail.shortages.map(\.variant) == [shop.mug])
            #expect(detail.shortages.map(\.units) == [1])
            #expect(detail.variants.keys.sorted() == [shop.mug, shop.tin, set])
            #expect(detail.variants[set]?.sku.text == "SET")
            #expect(detail.exceptions.map(\.kind) == ["oversold"])
            #expect(detail.shippable(0, bundles: bundles) == 2, "two whole sets, and one that lacks a mug")
            #expect(detail.refundable(0) == 3)
            #expect(detail.buyer?.name == "Ida Buyer" && detail.receivedAt == Rooms.morning)
        }
    }

    @Test func `is what was done to it, what moved, and what the channel is to be told`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3), ("tin", 1)]))
            let fresh = try #require(try await find(order, rooms))
            #expect(fresh.actions == [], "nothing yet")
            _ = try await shop.ship(order, [0: 2], key: "p1")
            _ = try await shop.refund(order, [.init(position: 0, units: 1, restock: true)], key: "r1")
            let detail = try #require(try await find(order, rooms))
            #expect(detail.actions.map(\.key) == ["ship:\(order):p1", "refund:\(order):r1"])
            #expect(detail.events.map { $0.event.kind } == ["order.imported", "order.shipped", "order.refunded"])
            #expect(Set(detail.transfers.map(\.verb)) == ["order", "ship", "refund", "change"])
            #expect(detail.refundable(0) == 2 && detail.refundable(1) == 1)
            #expect(detail.fold.lines.map(\.shipped) == [2, 0] && detail.fold.refunded == 600)
            #expect(detail.order.shipments.map(\.key) == ["p1"])
            #expect(detail.exceptions.map(\.kind) == [])
        }
    }

    @Test func `is also the trouble of what the channel was told`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            _ = try await shop.cancel(order)
            let job = try #require(try await find(order, rooms)?.actions.first)
            #expect(job.key == "cancel:\(order):1")
            let number = job.number
            _ = try await rooms.store.write { transaction in
                try transaction.execute(
                    """
                    INSERT INTO exceptions (number, kind, key, account, subject, subject_number, detail, opened_at, closed_at, resolution)
                    VALUES (900, 'action-refused', 'job', 1, 'job', \(number), '{}', 0, NULL, NULL)
                    """)
            }
            #expect(try await find(order, rooms)?.exceptions.map(\.kind) == ["action-refused"])
        }
    }

    @Test func `lets nothing leave of a line that nobody knows, and nothing be refunded twice`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(Told(tin: shop.tin).placed([("mug", 3), ("tin", 1)]))
            let bundles = try await rooms.store.read { try VariantTable.bundles(in: $0) }
            let detail = try #require(try await find(order, rooms))
            #expect(detail.shippable(0, bundles: bundles) == 0 && detail.shippable(1, bundles: bundles) == 1)
            #expect(detail.variants.keys.sorted() == [shop.tin])
            try await shop.hear(shop.told.refund("r1", [("mug", 9)], .unknown))
            #expect(try await find(order, rooms)?.refundable(0) == 0, "the channel gave back more than was sold")
            #expect(try await find(order, rooms)?.refundable(1) == 1)
        }
    }

    @Test func `is nothing when there is no such order`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            _ = try await shop.order(shop.told.placed([("mug", 3)]))
            let isThere = try await find(ID(99), rooms) != nil
            #expect(!isThere)
        }
    }
}

@Suite(.onEachEngine) struct `A parcel` {
    private func send(_ order: ID<OrderKind>, _ shop: OrderShop, tracking: Shipment.Tracking? = nil) async throws -> Done {
        let desk = shop.rooms.orders
        return try await shop.rooms.store.write { transaction in
            try ShipOrder(order: order, units: nil, tracking: tracking, key: "p1", actor: "person:1", at: Rooms.morning).run(
                with: desk, in: transaction)
        }
    }

    @Test func `leaves without a number, or with one and the way to look it up`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let bare = try await shop.order(shop.told.about("1001").placed([("mug", 1)]))
            let tracked = try await shop.order(shop.told.about("1002").placed([("mug", 1)]))
            let tracking = Shipment.Tracking(carrier: "DHL", number: "D1", url: "https://track.example/D1")
            #expect(try await send(bare, shop) == .now)
            #expect(try await send(tracked, shop, tracking: tracking) == .now)
            #expect(try await shop.record(bare)?.order.shipments[0].tracking == [])
            #expect(try await shop.record(tracked)?.order.shipments[0].tracking == [tracking])
        }
    }

    @Test func `does not leave for a cart`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let cart = try await shop.order(shop.told.placed([("mug", 1)], claimsStock: false))
            #expect(try await refusal { try await send(cart, shop) } == Refusal(.conflict, "order.cancelled", ["order": "#A-1"]))
            #expect(try await shop.mugs() == ["available": 10, "suppliers": -10])
            #expect(try await shop.actions() == [])
        }
    }
}
