// SPDX-License-Identifier: Apache-2.0

import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

extension OrderShop {
    /// The channel has done what it was told, and names it.
    fileprivate func acknowledge(_ action: OrderAction, of order: ID<OrderKind>, key: String, as externalID: String?) async throws {
        let desk = rooms.orders
        try await rooms.store.write { transaction in
            try AcknowledgeAction(order: order, action: action, key: key, externalID: externalID, actor: "channel:1", at: Rooms.morning).run(
                with: desk, in: transaction)
        }
    }

    /// What happened to all orders, oldest first.
    fileprivate func happened() async throws -> [String] {
        try await rooms.store.read { try $0.all("SELECT kind FROM events WHERE subject = 'order' ORDER BY number") { $0.text(0) } }
    }
}

@Suite(.onEachEngine) struct `What a channel acknowledges` {
    private func mug(_ units: Int) -> RefundOrder.Line { .init(position: 0, units: units, restock: true) }

    @Test func `gets its name, so that the channel's own news of it is known for what it is`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            _ = try await shop.ship(order, [0: 1])
            _ = try await shop.refund(order, [mug(1)])
            try await shop.acknowledge(.ship, of: order, key: "parcel-1", as: "p-9")
            try await shop.acknowledge(.refund, of: order, key: "refund-1", as: "r-9")
            #expect(try await shop.record(order)?.order.shipments.map(\.externalID) == ["p-9"])
            #expect(try await shop.record(order)?.order.refunds.map(\.externalID) == ["r-9"])
            let kinds = ["order.imported", "order.shipped", "order.refunded", "order.ship-acknowledged", "order.refund-acknowledged"]
            #expect(try await shop.happened() == kinds)
            let figures = try await shop.figures()
            #expect(try await shop.hear(shop.told.parcel("p-9", [("mug", 1)])) == [.known(order)])
            #expect(try await shop.hear(shop.told.refund("r-9", [("mug", 1)], .restocked)) == [.known(order)])
            #expect(try await shop.figures() == figures)
        }
    }

    @Test func `keeps the name it got first, and gives none to what was not done here`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            _ = try await shop.ship(order, [0: 1])
            _ = try await shop.refund(order, [mug(1)])
            for name in ["first", "second"] {
                try await shop.acknowledge(.ship, of: order, key: "parcel-1", as: name)
                try await shop.acknowledge(.refund, of: order, key: "refund-1", as: name)
                try await shop.acknowledge(.ship, of: order, key: "nobody's", as: "other")
                try await shop.acknowledge(.refund, of: order, key: "nobody's", as: "other")
            }
            #expect(try await shop.record(order)?.order.shipments.map(\.externalID) == ["first"])
            #expect(try await shop.record(order)?.order.refunds.map(\.externalID) == ["first"])
            #expect(try await shop.mugs() == ["available": 8, "reserved": 1, "buyers": 1, "suppliers": -10])
        }
    }

    @Test func `stays without a name when the channel gives it none`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            _ = try await shop.ship(order, [0: 1])
            try await shop.acknowledge(.ship, of: order, key: "parcel-1", as: nil)
            let externalIDs = try await shop.record(order)?.order.shipments.map(\.externalID)
            #expect(externalIDs == [String?.none])
            #expect(try await shop.happened().last == "order.ship-acknowledged")
        }
    }

    @Test func `counts once when the channel's parcel was taken for another before`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 5)]))
            _ = try await shop.ship(order, [0: 2])
            var parcel = shop.told.parcel("p-9", [("mug", 2)])
            parcel.shipments[0].tracking = [.init(carrier: "DHL", number: "D-1", url: nil)]
            try await shop.hear(parcel)
            #expect(try await shop.mugs() == ["available": 5, "reserved": 1, "buyers": 4, "suppliers": -10], "two parcels, as far as anybody knows")
            try await shop.acknowledge(.ship, of: order, key: "parcel-1", as: "p-9")
            #expect(try await shop.mugs() == ["available": 5, "reserved": 3, "buyers": 2, "suppliers": -10])
            let shipments = try #require(try await shop.record(order)).order.shipments
            #expect(shipments.map(\.isCancelled) == [true, false])
            #expect(shipments.map(\.externalID) == [nil, "p-9"], "the channel's word stands")
            #expect(try await shop.status(order) == .partial)
            #expect(try await rooms.violations() == [])
        }
    }

    @Test func `is paid once when the channel's refund was taken for another before`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            _ = try await shop.refund(order, [mug(1)], shipping: 40)
            var refund = shop.told.refund("r-9", [("mug", 1)], .restocked)
            refund.refunds[0].total = 550
            try await shop.hear(refund)
            #expect(try await rooms.money(of: ID(1))["receivable"] == 2160 - 640 - 550, "two refunds, as far as anybody knows")
            try await shop.acknowledge(.refund, of: order, key: "refund-1", as: "r-9")
            let money = ["receivable": 1610, "sales": -1500, "returns": 500, "tax": -260, "shipping": -300, "difference": -50]
            #expect(try await rooms.money(of: ID(1)) == money, "what the channel says it paid")
            #expect(try await shop.mugs() == ["available": 8, "reserved": 2, "suppliers": -10])
            let refunds = try #require(try await shop.record(order)).order.refunds
            #expect(refunds.map(\.total) == [0, 550])
            #expect(refunds[0].lines == [] && refunds[0].shipping == 0 && refunds[0].shippingTax == 0)
            #expect(try await rooms.violations() == [])
        }
    }

    @Test func `brings back what a cancellation freed at the channel, too`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            _ = try await shop.cancel(order)
            func expected() async throws -> Int64? {
                try await rooms.store.read { try $0.number("SELECT COUNT(*) FROM coming_back WHERE arrived_at IS NULL") }
            }
            #expect(try await expected() == 1)
            try await shop.acknowledge(.cancel, of: order, key: "1", as: "c-9")
            #expect(try await expected() == 0)
            #expect(try await shop.status(order) == .cancelled)
            #expect(try await shop.happened() == ["order.imported", "order.cancelled", "order.cancel-acknowledged"])
        }
    }

    @Test func `is refused of an order that nobody knows`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let unknown = try await refusal { try await shop.acknowledge(.ship, of: ID(99), key: "k", as: "p") }
            #expect(unknown == Refusal(.notFound, "order.unknown", ["order": "99"]))
        }
    }
}
