// SPDX-License-Identifier: Apache-2.0

import AmazonChannel
import ChannelConformance
import ChannelKit
import JSONText
import Testing
import Vocabulary

@Suite struct ShipTests {
    private func parcel(_ order: ChannelOrder, _ reference: String, _ quantity: Int, carrier: String? = "Royal Mail")
        -> ChannelAction
    {
        .ship(
            .init(
                orderID: order.externalID, reference: reference, shippedAt: order.placedAt + .hours(1),
                lines: [.init(lineID: order.lines[0].externalID, quantity: Quantity(clamping: quantity))], isLast: false,
                tracking: carrier.map { Tracking(carrier: $0, number: "AB123456789GB") }))
    }

    @Test func `an order ships in parcels, each told once`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let order = try #require(try wire.latest(try wire.place(Cast.order("T-1", [("MUG", 3, "6.50")]))))
        #expect(try wire.act(parcel(order, "1", 1)) == .done(externalID: "1"))
        #expect(try wire.act(parcel(order, "1", 1)) == .done(externalID: "1"), "the same number is the same parcel")
        #expect(try wire.act(parcel(order, "2", 2)) == .done(externalID: "2"))
        let shipped = try #require(try wire.latest(order.externalID))
        #expect(shipped.shipments?.map { $0.lines.map(\.quantity.units) } == [[1], [2]])
        #expect(shipped.shipments?.first?.tracking == [Tracking(carrier: "Royal Mail", number: "AB123456789GB")])
        #expect(shipped.revision > order.revision)
    }

    @Test func `what was shipped by hand is done already, and more than was ordered is refused`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let order = try #require(
            try wire.latest(try wire.place(Cast.order("T-1", [("MUG", 1, "6.50"), ("PEN", 1, "0.99")]))))
        _ = try wire.act(parcel(order, "901", 1))
        #expect(try wire.act(parcel(order, "2", 1)) == .alreadyDone(externalID: nil))
        let other = try #require(try wire.latest(try wire.place(Cast.order("T-2", [("MUG", 2, "6.50")]))))
        #expect { try wire.act(parcel(other, "1", 3)) } throws: {
            if case .refused = $0 as? ChannelFailure { true } else { false }
        }
    }

    private func detail(_ reference: String, carrier: String?) throws -> JSON {
        let order = ChannelAction.Shipment(
            orderID: "026-1", reference: reference, shippedAt: Cast.start, lines: [], isLast: true,
            tracking: carrier.map { Tracking(carrier: $0, number: "X") })
        let request = Cast.connector.perform(.ship(order), idempotencyKey: "k", Cast.access).request
        return try #require(try JSON.parse(request.body)["packageDetail"])
    }

    @Test func `carriers have Amazon's spelling, others their name`() throws {
        for (said, code) in [("royal mail", "Royal Mail"), ("DHL Express", "DHL"), ("ups", "UPS"), ("Evri", "Evri")] {
            let detail = try detail("1", carrier: said)
            #expect(detail["carrierCode"]?.string == code && detail["carrierName"] == nil)
        }
        let other = try detail("1", carrier: " Brown & Sons ")
        #expect(other["carrierCode"]?.string == "Other" && other["carrierName"]?.string == "Brown & Sons")
        let none = try detail("1", carrier: nil)
        #expect(none["carrierCode"]?.string == "Other" && none["trackingNumber"]?.string == "")
    }

    @Test func `a package number is a positive number written as text, the same for the same reference`() throws {
        #expect(try detail("17", carrier: nil)["packageReferenceId"]?.string == "17")
        for reference in ["0", "", "-3", "P-17", "99999999999999999999", "١٢"] {
            let number = try #require(try detail(reference, carrier: nil)["packageReferenceId"]?.string)
            #expect(Int(number).map { $0 > 0 } == true, "\(reference)")
            #expect(try detail(reference, carrier: nil)["packageReferenceId"]?.string == number)
        }
        #expect(
            try detail("P-17", carrier: nil)["packageReferenceId"]?.string
                != (try detail("P-18", carrier: nil)["packageReferenceId"]?.string))
    }

    @Test func `an unknown order is not found`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let ghost = ChannelAction.ship(
            .init(
                orderID: "026-0000000-0000000", reference: "1", shippedAt: wire.now,
                lines: [.init(lineID: "1", quantity: Quantity(1)!)],
                isLast: true, tracking: nil))
        #expect { try wire.act(ghost) } throws: { if case .notFound = $0 as? ChannelFailure { true } else { false } }
    }
}

@Suite struct CancelTests {
    private func cancel(_ id: String, _ reason: ChannelAction.Cancellation.Reason = .outOfStock) -> ChannelAction {
        .cancel(.init(orderID: id, reason: reason, refund: false, restock: false))
    }

    @Test(arguments: ChannelAction.Cancellation.Reason.allCases)
    func `an order is cancelled once, whatever the reason`(reason: ChannelAction.Cancellation.Reason) throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let id = try wire.place(Cast.order("T-1", [("MUG", 3, "6.50"), ("PEN", 1, "0.99")]))
        #expect(try wire.act(cancel(id, reason)) == .done(externalID: nil))
        #expect(try wire.act(cancel(id, reason)) == .alreadyDone(externalID: nil))
        #expect(try wire.latest(id)?.cancelledAt != nil)
        #expect(wire.twin.shelf["MUG"] == 7, "Amazon leaves the count to the next push")
    }

    @Test func `what the buyer cancelled meanwhile is done already`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let id = try wire.place(Cast.order("T-1", [("MUG", 3, "6.50")]))
        #expect(wire.shop(.cancel(reference: "T-1")) == .done(externalID: id))
        #expect(try wire.act(cancel(id)) == .alreadyDone(externalID: nil))
    }

    @Test func `a cancellation between looking and the feed is found by looking again`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let id = try wire.place(Cast.order("T-1", [("MUG", 3, "6.50")]))
        let report =
            "Feed Processing Summary:\n\tNumber of records processed\t\t1\n\tNumber of records successful\t\t0\n\noriginal-record-number\torder-id\terror-code\terror-type\terror-message\n1\t\t18056\tError\tToo late\n"
        wire.disturb = { request, response in
            request.method == .get && request.url.contains("feeds-documents") ? Cast.answer(report) : response
        }
        #expect(
            try wire.act(cancel(id)) == .alreadyDone(externalID: nil), "the twin did cancel it, whatever the report says")
    }

    @Test func `what has shipped is not cancelled`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let order = try #require(try wire.latest(try wire.place(Cast.order("T-1", [("MUG", 2, "6.50")]))))
        let part = ChannelAction.ship(
            .init(
                orderID: order.externalID, reference: "1", shippedAt: wire.now,
                lines: [.init(lineID: order.lines[0].externalID, quantity: Quantity(1)!)],
                isLast: false, tracking: nil))
        _ = try wire.act(part)
        #expect { try wire.act(cancel(order.externalID)) } throws: {
            if case .refused = $0 as? ChannelFailure { true } else { false }
        }
    }
}

@Suite struct LostAnswerTests {
    @Test func `what must not be sent twice says so, and the rest may be`() {
        let key = ListingKey(product: "MUG", variant: "MUG", stock: "MUG")
        let push = QuantityPush(key: key, sku: "MUG", quantity: Quantity(1)!)
        #expect(!Cast.connector.publish([push], idempotencyKey: "k", Cast.access).isRepeatable)
        #expect(Cast.connector.order("1", Cast.access).isRepeatable)
        let ship = ChannelAction.ship(
            .init(orderID: "1", reference: "1", shippedAt: Cast.start, lines: [], isLast: true, tracking: nil))
        #expect(Cast.connector.perform(ship, idempotencyKey: "k", Cast.access).isRepeatable)
    }

    @Test func `the call that creates a feed is not repeated blindly`() throws {
        let pushes = (0..<21).map {
            QuantityPush(key: .init(product: "", variant: "\($0)", stock: "\($0)"), sku: "\($0)", quantity: .zero)
        }
        let first = Cast.connector.publish(pushes, idempotencyKey: "k", Cast.access)
        guard
            case .then(let put) = try first.read(
                Cast.answer("{\"feedDocumentId\":\"d\",\"url\":\"http://127.0.0.1/feeds-documents/d\"}", status: 201)),
            case .then(let create) = try put.read(Cast.answer(""))
        else {
            Issue.record("the feed's first steps")
            return
        }
        #expect(put.request.headers["x-amz-access-token"] == nil && !create.isRepeatable)
    }
}
