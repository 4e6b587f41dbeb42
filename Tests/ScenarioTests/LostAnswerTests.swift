// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Orders
import RoomSupport
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Answers that are lost after the shop has acted` {
    static let mugs = ShopStreet.articles(["MUG": 10])

    /// Loses the first answers to what changes something in the way of the word, each time after the shop has done it.
    private func lose(_ street: ShopStreet, _ shop: Int, _ kind: String, answers: Int = 1) async -> Turnstile {
        let gate = Turnstile(answers)
        await street.twins[shop].disturb { request, response in
            guard Self.changes(request, kind), response.status < 300, gate.take() else { return response }
            return nil
        }
        return gate
    }

    private static func changes(_ request: HTTPRequest, _ kind: String) -> Bool {
        switch kind {
        case "publish":
            request.says("inventorySetQuantities(") || request.path.hasSuffix("/batch") || request.method == .patch
        case "ship":
            request.says("fulfillmentCreate") || request.path.hasSuffix("/shipmentConfirmation")
                || (request.method == .put && request.path.contains("/orders/") && request.says("meta_data"))
        case "cancel":
            request.says("orderCancel(") || (request.method == .put && request.says("\"cancelled\""))
                || (request.method == .post && request.path.hasSuffix("/feeds"))
        default:
            request.says("refundCreate(") || (request.method == .post && request.path.hasSuffix("/refunds"))
                || (request.method == .post && request.path.hasSuffix("/feeds"))
        }
    }

    private func street(_ shop: Int, _ body: (ShopStreet, Order) async throws -> Void) async throws -> ShopStreet {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            await street.buy(shop, "A-1", [("MUG", 4)])
            try await street.settle()
            try await body(street, street.order(shop))
            try await street.settle()
            try await street.pass(.minutes(12))
            try await street.settle()
        }
        #expect(try await street.exceptions() == [])
        #expect(try await street.differences() == [])
        return street
    }

    @Test(arguments: 0..<3) func `a quantity whose acknowledgement was lost is settled, and the shop shows what the hub wants`(shop: Int) async throws
    {
        let street = try await street(shop) { street, _ in
            let gate = await lose(street, shop, "publish")
            try await street.receive("MUG", 5, key: "delivery")
            try await street.settle()
            #expect(gate.count > 0)
        }
        #expect(await street.shelves("MUG") == [11, 11, 11])
    }

    @Test(arguments: 0..<3) func `a parcel whose acknowledgement was lost is told once`(shop: Int) async throws {
        let street = try await street(shop) { street, order in
            let gate = await lose(street, shop, "ship")
            try await street.ship(order, [0: 1], tracking: "RM-1", key: "parcel 1")
            try await street.settle()
            #expect(gate.count > 0)
            try await street.ship(order, tracking: "RM-2", key: "parcel 2")
            try await street.settle()
            let told = try await street.look(shop, order.externalID)
            #expect((told.shipments ?? []).flatMap(\.tracking).map(\.number).sorted() == ["RM-1", "RM-2"])
            #expect((told.shipments ?? []).flatMap(\.lines).reduce(0) { $0 + $1.quantity.units } == 4)
        }
        #expect(try await street.status(shop) == .shipped)
        #expect(try await street.stock("MUG") == (available: 6, reserved: 0, short: 0))
        #expect(try await street.order(shop).shipments.filter { !$0.isCancelled }.count == 2)
    }

    @Test(arguments: 0..<3) func `a refund whose acknowledgement was lost is paid once`(shop: Int) async throws {
        let street = try await street(shop) { street, order in
            try await street.ship(order, tracking: "RM-1", key: "parcel")
            try await street.settle()
            let gate = await lose(street, shop, "refund")
            try await street.refund(order, [.init(position: 0, units: 1, restock: true)], key: "r-1")
            try await street.settle()
            #expect(gate.count > 0)
            #expect(try await street.look(shop, order.externalID).refunds?.map(\.total.minor) == [650])
        }
        let paidBack = OrderFold(try await street.order(shop)).refunded
        #expect(paidBack == 650)
        #expect(try await street.stock("MUG") == (available: 7, reserved: 0, short: 0))
    }

    @Test(arguments: 0..<3) func `a cancellation whose acknowledgement was lost is done once`(shop: Int) async throws {
        let street = try await street(shop) { street, order in
            let gate = await lose(street, shop, "cancel")
            try await street.cancel(order)
            try await street.settle()
            #expect(gate.count > 0)
            let told = try await street.look(shop, order.externalID)
            #expect(told.cancelledAt != nil)
            #expect((told.refunds ?? []).reduce(0) { $0 + $1.total.minor } <= told.total.minor)
        }
        #expect(try await street.status(shop) == .cancelled)
        #expect(try await street.stock("MUG") == (available: 10, reserved: 0, short: 0))
        #expect(await street.shelves("MUG") == [10, 10, 10])
    }
}
