// SPDX-License-Identifier: Apache-2.0

import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Shipping an order` {
    @Test func `is done once by its key, and the channel is told once`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3), ("tin", 1)]))
            #expect(try await shop.mugs() == ["available": 7, "reserved": 3, "suppliers": -10])
            #expect(try await shop.ship(order, [0: 2], key: "p1") == .now)
            #expect(try await shop.mugs() == ["available": 7, "reserved": 1, "buyers": 2, "suppliers": -10])
            #expect(try await shop.status(order) == .partial)
            let figures = try await shop.figures()
            #expect(try await shop.ship(order, [0: 2], key: "p1") == .before)
            #expect(try await shop.figures() == figures)
            #expect(try await shop.ship(order, key: "p2") == .now)
            #expect(try await shop.status(order) == .shipped)
            #expect(try await shop.mugs()["buyers"] == 3)
            #expect(try await shop.tins()["buyers"] == 1)
            #expect(try await shop.actions() == ["ship:\(order):p1", "ship:\(order):p2"])
            #expect(try await rooms.violations() == [])
        }
    }

    @Test func `is refused with the reason`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms, mugs: 2)
            let order = try await shop.order(shop.told.placed([("mug", 3), ("tin", 1)]))
            #expect(try await refusal { try await shop.ship(ID(99)) }?.message == "order.unknown")
            #expect(try await refusal { try await shop.ship(order, [7: 1]) }?.message == "order.no-such-line")
            #expect(try await refusal { try await shop.ship(order, [0: -1]) }?.message == "order.no-such-line")
            #expect(try await refusal { try await shop.ship(order, [0: 4]) }?.message == "order.more-than-open")
            #expect(
                try await refusal { try await shop.ship(order, [0: 3]) }
                    == Refusal(.conflict, "order.not-in-stock", ["line": "mug", "reserved": "2"]))
            #expect(try await refusal { try await shop.ship(order, [:]) }?.message == "order.nothing-to-ship")
            var told = shop.told
            told.order = "held"
            let held = try await shop.order(told.placed([("tin", 1)], isOnHold: true))
            #expect(try await refusal { try await shop.ship(held) }?.message == "order.held")
            told.order = "theirs"
            let theirs = try await shop.order(told.placed([("tin", 1)], isFulfilledByChannel: true))
            #expect(try await refusal { try await shop.ship(theirs) }?.message == "order.by-channel")
            #expect(try await shop.actions() == [])
            #expect(try await shop.ship(order) == .now, "all that can leave: two mugs and the tin")
            #expect(try await shop.mugs()["buyers"] == 2)
            #expect(try await refusal { try await shop.ship(order, key: "again") }?.message == "order.nothing-to-ship")
        }
    }

    @Test func `moves the parts of a bundle`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms, mugs: 5, tins: 9)
            let set = try await rooms.article("SET", of: ["MUG": 2, "TIN": 1])
            // "mug" stands for the set here: three sets take six mugs, and there are five.
            let order = try await shop.order(Told(mug: set).placed([("mug", 3)]))
            #expect(try await shop.mugs() == ["reserved": 5, "suppliers": -5])
            #expect(try await shop.tins() == ["available": 6, "reserved": 3, "suppliers": -9])
            #expect(try await shop.exceptions() == ["oversold"])
            #expect(try await refusal { try await shop.ship(order, [0: 3]) }?.values["reserved"] == "2")
            #expect(try await shop.ship(order, [0: 2]) == .now)
            #expect(try await shop.mugs() == ["reserved": 1, "buyers": 4, "suppliers": -5])
            #expect(try await shop.tins() == ["available": 6, "reserved": 1, "buyers": 2, "suppliers": -9])
            #expect(try await shop.refund(order, [.init(position: 0, units: 2, restock: true)]) == .now)
            // One set had not left and one comes back: a mug that was held is free, two mugs and a tin are on the shelf again.
            #expect(try await shop.mugs() == ["available": 3, "buyers": 2, "suppliers": -5])
            #expect(try await shop.tins() == ["available": 8, "buyers": 1, "suppliers": -9])
            #expect(try await shop.exceptions() == [])
            #expect(try await rooms.violations() == [])
        }
    }
}

@Suite(.onEachEngine) struct `Cancelling an order` {
    @Test func `frees its units and takes the sale back, once`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            #expect(try await rooms.money(of: ID(1)) == ["receivable": 2160, "sales": -1500, "tax": -360, "shipping": -300])
            #expect(try await shop.cancel(order) == .now)
            let figures = try await shop.figures()
            #expect(try await shop.cancel(order) == .before)
            #expect(try await shop.figures() == figures)
            #expect(try await shop.mugs() == ["available": 10, "suppliers": -10])
            #expect(try await rooms.money(of: ID(1)) == [:])
            #expect(try await shop.status(order) == .cancelled)
            #expect(try await shop.actions() == ["cancel:\(order):1"])
            #expect(try await refusal { try await shop.ship(order) }?.message == "order.cancelled")
            // The channel confirms it: nothing more happens to stock or money.
            try await shop.hear(shop.told.placed([("mug", 3)], revision: 2, isCancelled: true))
            #expect(try await shop.mugs() == ["available": 10, "suppliers": -10])
            #expect(try await rooms.violations() == [])
        }
    }

    @Test func `gives what is free again to the order that waits`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms, mugs: 3)
            let first = try await shop.order(shop.told.placed([("mug", 3)]))
            var told = shop.told
            told.order = "B"
            let second = try await shop.order(told.placed([("mug", 2)]))
            #expect(try await refusal { try await shop.ship(second) }?.message == "order.nothing-to-ship")
            #expect(try await shop.cancel(first) == .now)
            #expect(try await shop.mugs() == ["available": 1, "reserved": 2, "suppliers": -3])
            #expect(try await shop.ship(second) == .now)
            #expect(try await rooms.violations() == [])
        }
    }

    @Test func `is refused once something has left, and for what the channel ships`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            _ = try await shop.ship(order, [0: 1])
            #expect(try await refusal { try await shop.cancel(order) } == Refusal(.conflict, "order.already-shipped", ["order": "#A-1"]))
            var told = shop.told
            told.order = "theirs"
            let theirs = try await shop.order(told.placed([("mug", 1)], isFulfilledByChannel: true))
            #expect(try await refusal { try await shop.cancel(theirs) }?.message == "order.by-channel")
            #expect(try await refusal { try await shop.cancel(ID(99)) } == Refusal(.notFound, "order.unknown", ["order": "99"]))
        }
    }

    @Test func `after shipping, told by the channel, is for a person to look at`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            _ = try await shop.ship(order, [0: 2])
            try await shop.hear(shop.told.placed([("mug", 3)], revision: 2, isCancelled: true))
            #expect(try await shop.mugs() == ["available": 8, "buyers": 2, "suppliers": -10], "what was held is free, what left has left")
            #expect(try await shop.exceptions() == ["cancelled-after-shipping"])
            try await shop.hear(shop.told.refund("r1", [("mug", 3)], .restocked))
            #expect(try await shop.exceptions() == [], "and closes by itself when it is mended")
            #expect(try await shop.mugs() == ["available": 10, "suppliers": -10])
            #expect(try await rooms.violations() == [])
        }
    }
}

@Suite(.onEachEngine) struct `Refunding an order` {
    private func line(_ position: Int, _ units: Int, restock: Bool = true) -> RefundOrder.Line {
        .init(position: position, units: units, restock: restock)
    }

    @Test func `gives the money back and the goods where the person says, once by its key`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3), ("tin", 2)]))
            _ = try await shop.ship(order, [0: 3])
            #expect(try await shop.refund(order, [line(0, 1), line(1, 1, restock: false)], shipping: 100) == .now)
            let figures = try await shop.figures()
            #expect(try await shop.refund(order, [line(0, 1)], key: "refund-1") == .before)
            #expect(try await shop.figures() == figures)
            #expect(try await shop.mugs() == ["available": 8, "buyers": 2, "suppliers": -10])
            #expect(
                try await shop.tins() == ["available": 8, "reserved": 1, "adjustments": 1, "suppliers": -10],
                "the tin that is not to come back is written off")
            #expect(try await rooms.money(of: ID(1)) == ["receivable": 2060, "sales": -2500, "returns": 1000, "tax": -360, "shipping": -200])
            #expect(try await shop.actions().last == "refund:\(order):refund-1")
            #expect(try await rooms.violations() == [])
        }
    }

    @Test func `is refused beyond what was sold or paid`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            #expect(try await refusal { try await shop.refund(order, []) }?.message == "refund.empty")
            #expect(try await refusal { try await shop.refund(order, [line(0, 0)]) }?.message == "refund.empty")
            #expect(try await refusal { try await shop.refund(order, [], shipping: -1) }?.message == "refund.bad-shipping")
            #expect(try await refusal { try await shop.refund(order, [line(4, 1)]) } == Refusal(.invalid, "order.no-such-line", ["line": "5"]))
            #expect(
                try await refusal { try await shop.refund(order, [line(0, 2), line(0, 2)]) }
                    == Refusal(.conflict, "refund.more-than-sold", ["line": "mug", "left": "1"]))
            #expect(try await refusal { try await shop.refund(order, [line(0, -1)]) }?.message == "refund.more-than-sold")
            #expect(
                try await refusal { try await shop.refund(order, [line(0, 3)], shipping: 361) }
                    == Refusal(.conflict, "refund.more-than-paid", ["left": "21.60"]))
            #expect(try await shop.actions() == [])
            #expect(try await shop.refund(order, [line(0, 3)], shipping: 360) == .now)
            #expect(try await refusal { try await shop.refund(order, [], shipping: 1, key: "more") }?.message == "refund.more-than-paid")
            #expect(try await refusal { try await shop.refund(order, [line(0, 1)], key: "more") }?.message == "refund.more-than-sold")
            #expect(try await rooms.money(of: ID(1))["receivable"] == nil, "all of it went back")
        }
    }

    @Test func `is known again when the channel tells of it`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            _ = try await shop.refund(order, [line(0, 1)])
            _ = try await shop.ship(order, [0: 1], key: "p1")
            let mugs = try await shop.mugs()
            let money = try await rooms.money(of: ID(1))
            try await shop.hear(shop.told.refund("r-77", [("mug", 1)], .restocked), shop.told.parcel("p-77", [("mug", 1)]))
            #expect(try await shop.mugs() == mugs)
            #expect(try await rooms.money(of: ID(1)) == money)
            #expect(try await shop.record(order)?.order.refunds.map(\.externalID) == ["r-77"])
            #expect(try await shop.record(order)?.order.shipments.map(\.externalID) == ["p-77"])
        }
    }
}
