// SPDX-License-Identifier: Apache-2.0

import Inventory
import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

extension OrderShop {
    /// What the book has told of the channel's buyers since it was asked last: article, units, and whether the moment is known.
    fileprivate func claims() async throws -> [String] {
        try await rooms.store.write { try ChannelClaims.take(in: $0) }.map { claim in
            "\(claim.variantKey.dropFirst(2)) \(claim.units)\(claim.placedAt == nil ? "" : " placed")"
        }
    }
}

@Suite(.onEachEngine) struct `What channels' buyers claim` {
    @Test func `is told with the order, and taken back with a cancellation, each once`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3), ("tin", 1)]))
            let placed = try await shop.claims()
            #expect(placed == ["mug 3 placed", "tin 1 placed"])
            try await shop.hear(shop.told.placed([("mug", 3), ("tin", 1)]))
            #expect(try await shop.claims() == [], "heard again")
            _ = try await shop.cancel(order)
            #expect(try await shop.claims() == ["mug -3", "tin -1"])
        }
    }

    @Test func `moves with what is taken off and what comes back, and not with parcels`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 5)]))
            _ = try await shop.claims()
            _ = try await shop.ship(order, [0: 2])
            #expect(try await shop.claims() == [])
            try await shop.hear(shop.told.refund("r1", [("mug", 3)], .restocked))
            #expect(try await shop.claims() == ["mug -3"])
            try await shop.hear(shop.told.refund("r2", [("mug", 2)], .notRestocked))
            #expect(try await shop.claims() == [], "what is gone stays claimed")
        }
    }

    @Test func `of an order that is known as cancelled at once was taken and given back`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            try await shop.hear(shop.told.refund("r1", [("mug", 2)], .restocked), shop.told.placed([("mug", 2)]))
            #expect(try await shop.claims() == ["mug 2 placed", "mug -2"])
        }
    }

    @Test func `counts nothing for a line that has no listing`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let typed = shop.told.placed([("mug", 3), ("tin", 1)]).with { $0.lines[0].variantKey = nil }
            let order = try await shop.order(typed)
            #expect(try await shop.claims() == ["tin 1 placed"])
            #expect(try await shop.mugs()["reserved"] == 3, "its units are held all the same")
            _ = try await shop.cancel(order)
            #expect(try await shop.claims() == ["tin -1"])
        }
    }

    @Test func `counts a line that is named later from the hearing on`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(Told(tin: shop.tin).placed([("mug", 3), ("tin", 1)]))
            #expect(try await shop.claims() == ["tin 1 placed"], "nobody knows yet what the other line is")
            let (desk, mug) = (rooms.orders, shop.mug)
            let named = try await rooms.store.write { transaction in
                try MapOrderLine(order: order, position: 0, variant: mug, actor: "person:1", at: Rooms.morning).run(with: desk, in: transaction)
            }
            #expect(named == .now)
            #expect(try await shop.claims() == ["mug 3"])
        }
    }
}
