// SPDX-License-Identifier: Apache-2.0

import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `News that overtook its order` {
    @Test func `is taken in as it was told, to the last word`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let refund = Refund(
                externalID: "r1", key: nil, at: Rooms.morning + .hours(3),
                lines: [
                    .init(lineID: "mug", units: 1, disposition: .notRestocked, net: 500, tax: 100),
                    .init(lineID: "tin", units: 2, disposition: .removed, net: 1000, tax: 200),
                ], shipping: 50, shippingTax: 10, total: 1860, source: "webhook")
            let parcel = Shipment(
                externalID: "p1", key: nil, at: Rooms.morning + .hours(2), lines: [.init(lineID: "mug", units: 1)],
                tracking: [
                    .init(carrier: "Royal Mail", number: "RM1", url: "https://track.example/RM1"),
                    .init(carrier: "DHL", number: "“D1”\n", url: nil),
                ], isCancelled: true, source: "poll")
            let told = shop.told
            let news = OrderNews(
                account: told.shop, externalID: told.order, refunds: [refund], shipments: [parcel], isDeleted: true, source: "webhook")
            #expect(try await shop.hear(news) == [.early])
            let order = try await shop.order(told.placed([("mug", 3), ("tin", 2)]))
            let known = try #require(try await shop.record(order)).order
            #expect(known.refunds == [refund])
            #expect(known.shipments == [parcel])
            #expect(known.isDeleted)
            #expect(try await rooms.count("early_news") == 0)
            #expect(try await rooms.violations() == [])
        }
    }

    @Test func `waits for its own order of its own shop`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            #expect(try await shop.hear(shop.told.parcel("p1", [("mug", 1)])) == [.early])
            let elsewhere = try await shop.order(shop.told.about("A-1", at: ID(2)).placed([("mug", 1)]))
            let another = try await shop.order(shop.told.about("A-2").placed([("mug", 1)]))
            #expect(try await shop.status(elsewhere) == .open)
            #expect(try await shop.status(another) == .open)
            let order = try await shop.order(shop.told.placed([("mug", 1)]))
            #expect(try await shop.status(order) == .shipped)
        }
    }

    @Test func `that lacks parts is taken in with those it has`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            try await shop.hear(shop.told.parcel("p1", [("mug", 1)]))
            let text = #"{"refunds":[{"total":500},{"id":"r1","lines":[{}]}],"shipments":[{"id":"p1"},{"id":"p2","lines":[{}],"tracking":[{}]}]}"#
            _ = try await rooms.store.write { try $0.execute("UPDATE early_news SET news = \(text)") }
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            let known = try #require(try await shop.record(order)).order
            let past = Instant.distantPast
            let nothing = Refund.Line(lineID: "", units: 0, disposition: .unknown, net: 0, tax: 0)
            let refunds = [
                Refund(externalID: nil, key: nil, at: past, lines: [], shipping: 0, shippingTax: 0, total: 500, source: ""),
                Refund(externalID: "r1", key: nil, at: past, lines: [nothing], shipping: 0, shippingTax: 0, total: 0, source: ""),
            ]
            #expect(known.refunds == refunds)
            let blank = Shipment.Tracking(carrier: "", number: "", url: nil)
            let shipments = [
                Shipment(externalID: "p1", key: nil, at: past, lines: [], tracking: [], isCancelled: false, source: ""),
                Shipment(
                    externalID: "p2", key: nil, at: past, lines: [.init(lineID: "", units: 0)], tracking: [blank], isCancelled: false, source: ""),
            ]
            #expect(known.shipments == shipments)
            #expect(!known.isDeleted)
            #expect(try await shop.mugs() == ["available": 7, "reserved": 3, "suppliers": -10], "and moves no unit that it does not name")
            #expect(try await shop.exceptions() == [])
            let money = ["receivable": 1660, "sales": -1500, "tax": -360, "shipping": -300, "difference": 500]
            #expect(try await rooms.money(of: ID(1)) == money, "the money went back, whatever it was for")
            #expect(try await rooms.violations() == [])
        }
    }

    @Test func `that says nothing at all changes nothing, and is gone`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            try await shop.hear(shop.told.parcel("p1", [("mug", 1)]))
            _ = try await rooms.store.write { try $0.execute("UPDATE early_news SET news = '{}'") }
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            let known = try #require(try await shop.record(order)).order
            #expect(known.refunds == [] && known.shipments == [] && !known.isDeleted)
            #expect(try await rooms.count("early_news") == 0)
        }
    }

    @Test func `that cannot be read is not thrown away, and its order is not taken in without it`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            try await shop.hear(shop.told.parcel("p1", [("mug", 1)]))
            _ = try await rooms.store.write { try $0.execute("UPDATE early_news SET news = '{broken'") }
            await #expect(throws: (any Error).self) { try await shop.order(shop.told.placed([("mug", 3)])) }
            #expect(try await rooms.count("orders") == 0)
            #expect(try await rooms.count("early_news") == 1)
            #expect(try await shop.mugs() == ["available": 10, "suppliers": -10])
        }
    }
}
