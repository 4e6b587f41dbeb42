// SPDX-License-Identifier: Apache-2.0

import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `What the order book tells` {
    @Test func `are the channel's keys of an order's articles, each once`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            var again = shop.told.line("mug", 2)
            again.externalID = "mug-again"
            let lines = [shop.told.line("tin", 1), shop.told.line("mug", 1), again, shop.told.line("jar", 1)]
            let news = shop.told.placed([("mug", 1)]).with { snapshot in
                snapshot.lines = lines
                snapshot.lines[3].variantKey = nil
            }
            let order = try await shop.order(news)
            func keys(_ lines: Set<String>) async throws -> [String] {
                try await rooms.store.read { try OrderReader.variantKeys(of: order, lines: lines, in: $0) }
            }
            #expect(try await rooms.store.read { try OrderReader.variantKeys(of: order, in: $0) } == ["v-mug", "v-tin"])
            #expect(try await keys(["tin", "jar"]) == ["v-tin"], "a line typed in by hand has none")
            #expect(try await keys(["mug", "mug-again"]) == ["v-mug"])
            #expect(try await keys([]) == [], "no lines are named, and that is not all of them")
        }
    }

    @Test func `are the units that all refunds gave back, wherever they are`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let (first, second) = (shop.told.about("1001"), shop.told.about("1002"))
            _ = try await shop.order(first.placed([("mug", 3), ("tin", 1)]))
            _ = try await shop.order(second.placed([("mug", 2)]))
            #expect(try await rooms.store.read { try OrderReader.unitsRefunded(in: $0) } == 0)
            try await shop.hear(first.refund("r1", [("mug", 2), ("tin", 1)], .restocked), second.refund("r2", [("mug", 1)], .unknown))
            #expect(try await rooms.store.read { try OrderReader.unitsRefunded(in: $0) } == 4)
            try await shop.hear(first.refund("r3", [("mug", 1)], .notRestocked))
            #expect(try await rooms.store.read { try OrderReader.unitsRefunded(in: $0) } == 5)
        }
    }

    @Test func `is nothing of a buyer who was forgotten, and later what is said from then on`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 1)]))
            _ = try await rooms.store.write { try $0.execute("DELETE FROM order_buyers") }
            #expect(try await rooms.store.read { try OrderReader.buyer(of: order, in: $0) } == nil)
            let later = shop.told.placed([("mug", 1)], revision: 2).with { $0.buyer = OrderBuyer(email: "ida@example.test") }
            #expect(try await shop.hear(later) == [.changed(order)])
            let buyer = try await rooms.store.read { try OrderReader.buyer(of: order, in: $0) }
            #expect(buyer == OrderBuyer(email: "ida@example.test", country: "GB"), "the country belongs to the books")
        }
    }
}

@Suite(.onEachEngine) struct `What a person has to look at in an order` {
    @Test func `names an unknown line by its title when it has no SKU`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let lines = [shop.told.line("jar", 1), shop.told.line("lid", 1), shop.told.line("mug", 1)]
            let news = shop.told.placed([("jar", 1)]).with { snapshot in
                snapshot.lines = lines
                snapshot.lines[1].sku = nil
            }
            _ = try await shop.order(news)
            let details = try await rooms.store.read { try $0.all("SELECT detail FROM exceptions") { $0.text(0) } }
            #expect(details == [#"{"skus":["JAR","lid"]}"#])
        }
    }

    @Test func `is goods of which nobody has said where they are, until somebody does`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            try await shop.hear(shop.told.refund("r1", [("mug", 2)], .unknown))
            #expect(try await shop.exceptions() == ["disposition-unknown"])
            #expect(try await shop.ship(order) == .now, "the one that is not in question")
            #expect(try await shop.mugs() == ["available": 7, "reserved": 2, "buyers": 1, "suppliers": -10])
            try await shop.hear(shop.told.refund("r1", [("mug", 2)], .removed))
            #expect(try await shop.exceptions() == [])
            #expect(try await shop.mugs() == ["available": 9, "buyers": 1, "suppliers": -10])
            #expect(try await rooms.violations() == [])
        }
    }

    @Test func `is more money given back than was paid, as long as that is so`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            try await shop.hear(shop.told.placed([("mug", 1)]), shop.told.refund("r1", [("mug", 1)], .removed))
            #expect(try await shop.exceptions() == [], "600 of 960")
            try await shop.hear(shop.told.refund("r2", [("mug", 1)], .notRestocked))
            #expect(try await shop.exceptions() == ["refunded-too-much"], "1200 of 960")
            try await shop.hear(shop.told.placed([("mug", 2)], revision: 2))
            #expect(try await shop.exceptions() == [], "1200 of 1560")
            #expect(try await rooms.violations() == [])
        }
    }
}
