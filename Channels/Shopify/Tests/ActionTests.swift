// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import ShopifyChannel
import Testing
import Vocabulary

private func shipment(_ order: ChannelOrder, _ lines: [(Int, Int)], _ number: String?, reference: String = "1")
    -> ChannelAction
{
    let lines = lines.map { ChannelShipment.Line(lineID: order.lines[$0.0].externalID, quantity: Quantity($0.1)!) }
    return .ship(
        .init(
            orderID: order.externalID, reference: reference, shippedAt: gifts.start, lines: lines, isLast: false,
            tracking: number.map { Tracking(carrier: "DHL", number: $0, url: "https://track.test/\($0)") }))
}

private func refund(_ order: ChannelOrder, _ lines: [(Int, Int, Bool)], shipping: Int64 = 0, total: Int64)
    -> ChannelAction
{
    let lines = lines.map { line in
        ChannelAction.Refund.Line(
            lineID: order.lines[line.0].externalID, quantity: Quantity(line.1)!, restock: line.2, net: .zero(.gbp),
            tax: .zero(.gbp))
    }
    return .refund(
        .init(
            orderID: order.externalID, lines: lines, shipping: Money(minor: shipping, .gbp),
            total: Money(minor: total, .gbp), note: "broken"))
}

@Test func `two parcels of the same contents are two, and each of them once`() throws {
    var wire = try ShopifyWire(seed: gifts)
    let order = try wire.sold("#1", [("MUG", 2, "6.50")])
    for (number, reference) in [("D1", "1"), ("D1", "1"), ("D2", "2"), ("D2", "2")] {
        _ = try wire.act(shipment(order, [(0, 1)], number, reference: reference), key: "ship-\(reference)")
    }
    let shipped = try wire.read(order.externalID).shipments ?? []
    #expect(
        shipped.flatMap(\.tracking).map(\.number) == ["D1", "D2"] && shipped.first?.tracking.first?.carrier == "DHL")
}

@Test func `a parcel without a number carries the hub's own, so that it too is sent once`() throws {
    var wire = try ShopifyWire(seed: gifts)
    let order = try wire.sold("#1", [("MUG", 2, "6.50")])
    _ = try wire.act(shipment(order, [(0, 1)], nil, reference: "17"), key: "a")
    let again = try wire.act(shipment(order, [(0, 1)], nil, reference: "17"), key: "a")
    let shipped = try wire.read(order.externalID).shipments
    #expect(
        again == .alreadyDone(externalID: shipped?.first?.externalID)
            && shipped?.first?.tracking.first?.number == "parcel-17")
}

@Test func `what somebody else has sent is done, and more than there is is refused`() throws {
    var wire = try ShopifyWire(seed: gifts)
    let order = try wire.sold("#1", [("MUG", 2, "6.50"), ("TEA-S", 1, "4.00")])
    _ = try wire.act(shipment(order, [(0, 2)], "BY-HAND"), key: "a")
    #expect(try wire.act(shipment(order, [(0, 2)], "D2"), key: "b") == .alreadyDone(externalID: nil))
    #expect(throws: ChannelFailure.self) { try wire.act(shipment(order, [(0, 1), (1, 1)], "D3"), key: "c") }
    wire.shop(.refund(reference: "#1", lines: [.init(line: 1, quantity: 1, restock: true)]))
    #expect(throws: ChannelFailure.refused("1 units are not there to be sent any more")) {
        try wire.act(shipment(order, [(1, 1)], "D4"), key: "d")
    }
}

private let emptyOrder =
    #"{"data":{"order":{"id":"gid://shopify/Order/1","name":"1","createdAt":"2026-11-02T09:00:00Z","updatedAt":"2026-11-02T09:00:00Z","cancelledAt":null,"displayFinancialStatus":"PAID","taxesIncluded":false,"currencyCode":"GBP","totalPriceSet":{"shopMoney":{"amount":"3.0","currencyCode":"GBP"}},"lineItems":{"nodes":[{"id":"gid://shopify/LineItem/2","title":"A","quantity":2,"currentQuantity":2,"originalUnitPriceSet":{"shopMoney":{"amount":"1.0"}}},{"id":"gid://shopify/LineItem/3","title":"B","quantity":1,"currentQuantity":1,"originalUnitPriceSet":{"shopMoney":{"amount":"1.0"}}}],"pageInfo":{"hasNextPage":false}},"refunds":[],"fulfillments":[]}}}"#

private func work(_ status: String) -> String {
    func part(_ id: Int, _ status: String, _ location: Int, _ line: Int, _ remaining: Int) -> String {
        #"{"id":"gid://shopify/FulfillmentOrder/\#(id)","status":"\#(status)","assignedLocation":{"location":{"id":"gid://shopify/Location/\#(location)"}},"lineItems":{"nodes":[{"id":"gid://shopify/FulfillmentOrderLineItem/\#(id)0","remainingQuantity":\#(remaining),"lineItem":{"id":"gid://shopify/LineItem/\#(line)"}}],"pageInfo":{"hasNextPage":false}}}"#
    }
    let parts = [part(1, "OPEN", 1, 2, 2), part(2, status, 2, 3, 1), part(3, "CLOSED", 1, 3, 0)].joined(separator: ",")
    return
        #"{"data":{"order":{"id":"gid://shopify/Order/1","fulfillmentOrders":{"nodes":[\#(parts)],"pageInfo":{"hasNextPage":false}}}}}"#
}

@Test func `each location's part of a parcel is a call of its own`() throws {
    let lines = [("2", 1), ("3", 1)].map { ChannelShipment.Line(lineID: $0.0, quantity: Quantity($0.1)!) }
    let action = ChannelAction.ship(
        .init(
            orderID: "1", reference: "5", shippedAt: gifts.start, lines: lines, isLast: true,
            tracking: Tracking(carrier: "DHL", number: "D1")))
    let done = answer(
        #"{"data":{"fulfillmentCreate":{"fulfillment":{"id":"gid://shopify/Fulfillment/8"},"userErrors":[]}}}"#)
    let played = try play(
        connector().perform(action, idempotencyKey: "k", access),
        [answer(emptyOrder), answer(work("OPEN")), done, done])
    #expect(played.outputs == [.done(externalID: "8")])
    let sent = played.asked.compactMap { $0["variables"]?["fulfillment"]?["lineItemsByFulfillmentOrder"] }.map {
        Array($0.elements)
    }
    #expect(sent.map(\.count) == [1, 1])
    #expect(
        sent.first?.first?["fulfillmentOrderLineItems"]?.elements.map { $0["quantity"]?.integer } == [1],
        "part of it is told by line")
    #expect(sent.last?.first?["fulfillmentOrderId"]?.string == "gid://shopify/FulfillmentOrder/2")
    #expect(sent.last?.first?["fulfillmentOrderLineItems"] == nil, "all of it needs no lines")
    let held = try connector().perform(action, idempotencyKey: "k", access)
    #expect(throws: ChannelFailure.refused("1 units cannot be sent: their fulfilment order is ON_HOLD")) {
        try play(held, [answer(emptyOrder), answer(work("ON_HOLD"))])
    }
}

@Test func `a fulfilment that Shopify turns down is refused in its words`() throws {
    let action = ChannelAction.ship(
        .init(
            orderID: "1", reference: "5", shippedAt: gifts.start, lines: [.init(lineID: "2", quantity: Quantity(1)!)],
            isLast: true, tracking: nil))
    let no = answer(
        #"{"data":{"fulfillmentCreate":{"fulfillment":null,"userErrors":[{"field":["fulfillment"],"message":"not yours"}]}}}"#
    )
    let exchange = try connector().perform(action, idempotencyKey: "k", access)
    #expect(throws: ChannelFailure.refused("not yours")) {
        try play(exchange, [answer(emptyOrder), answer(work("OPEN")), no])
    }
}

@Test func `a cancellation waits for the job, gives the money back and is done once`() throws {
    var wire = try ShopifyWire(seed: gifts)
    let order = try wire.sold("#1", [("MUG", 2, "6.50")])
    let cancel = ChannelAction.cancel(.init(orderID: order.externalID, reason: .customer, refund: true, restock: true))
    #expect(try wire.act(cancel, key: "c") == .done(externalID: nil))
    #expect(try wire.act(cancel, key: "c") == .alreadyDone(externalID: nil))
    let read = try wire.read(order.externalID)
    #expect(
        read.payment == .refunded && read.refunds?.first?.total.minor == order.total.minor
            && wire.twin.shelf["MUG"] == 40)
    #expect(read.refunds?.first?.lines.first?.disposition == .removed && read.lines.first?.quantity.units == 2)
}

@Test func `a cancellation without restock and refund moves neither units nor money`() throws {
    var wire = try ShopifyWire(seed: gifts)
    let order = try wire.sold("#1", [("MUG", 2, "6.50")])
    _ = try wire.act(.cancel(.init(orderID: order.externalID, reason: .fraud, refund: false, restock: false)), key: "c")
    let read = try wire.read(order.externalID)
    #expect(read.cancelledAt != nil && read.payment == .paid && wire.twin.shelf["MUG"] == 38)
}

@Test func `an order that has left cannot be cancelled, and a job may end in nothing`() throws {
    var wire = try ShopifyWire(seed: gifts)
    let order = try wire.sold("#1", [("MUG", 2, "6.50")])
    _ = try wire.act(shipment(order, [(0, 1)], "D1"), key: "s")
    let cancel = ChannelAction.cancel(.init(orderID: order.externalID, reason: .other, refund: true, restock: true))
    #expect(throws: ChannelFailure.self) { try wire.act(cancel, key: "c") }
    let open = answer(#"{"data":{"order":{"id":"gid://shopify/Order/1","cancelledAt":null}}}"#)
    let job = answer(
        #"{"data":{"orderCancel":{"job":{"id":"gid://shopify/Job/a-1","done":false},"orderCancelUserErrors":[]}}}"#)
    let over = answer(#"{"data":{"job":{"id":"gid://shopify/Job/a-1","done":true}}}"#)
    let exchange = try connector().perform(cancel, idempotencyKey: "k", access)
    #expect(throws: ChannelFailure.refused("Shopify's job ended without cancelling the order")) {
        try play(exchange, [open, job, over, open])
    }
    let late = answer(
        #"{"data":{"orderCancel":{"job":null,"orderCancelUserErrors":[{"code":"INVALID","field":["orderId"],"message":"Cannot cancel an order that has already been canceled"}]}}}"#
    )
    #expect(try play(exchange, [open, late]).outputs == [.alreadyDone(externalID: nil)])
}

@Test func `units that had left come back as a return, the others as a cancellation`() throws {
    var wire = try ShopifyWire(seed: gifts)
    let order = try wire.sold("#1", [("MUG", 3, "6.50"), ("TEA-S", 1, "4.00")])
    _ = try wire.act(shipment(order, [(0, 2)], "D1"), key: "s")
    guard case .done(let id) = try wire.act(refund(order, [(0, 2, true), (1, 1, false)], total: 1700), key: "r") else {
        Issue.record("refunded"); return
    }
    let read = try wire.read(order.externalID)
    let given = read.refunds?.first
    #expect(given?.externalID == id && given?.total.minor == 1700)
    #expect(
        given?.lines.map(\.disposition) == [.removed, .restocked, .notRestocked]
            && given?.lines.map(\.quantity.units) == [1, 1, 1])
    #expect(wire.twin.shelf == ["MUG": 39, "TEA-S": 29, "TEA-L": 20])
}

@Test func `a refund is given once, by its note and by its key`() throws {
    var wire = try ShopifyWire(seed: gifts)
    let order = try wire.sold("#1", [("MUG", 2, "6.50")])
    let action = refund(order, [(0, 1, false)], shipping: 395, total: 1045)
    guard case .done(let id) = try wire.act(action, key: "r1") else { Issue.record("refunded"); return }
    #expect(try wire.act(action, key: "r1") == .alreadyDone(externalID: id))
    var read = try wire.read(order.externalID)
    #expect(
        read.refunds?.count == 1 && read.refunds?.first?.shipping.minor == 395 && read.payment == .partiallyRefunded)
    guard case .done = try wire.act(refund(order, [(0, 1, false)], total: 650), key: "r2") else {
        Issue.record("another"); return
    }
    read = try wire.read(order.externalID)
    #expect(read.refunds?.count == 2 && read.payment == .refunded)
}

@Test func `more than was paid cannot go back, and Shopify's own refusal is told`() throws {
    var wire = try ShopifyWire(seed: gifts)
    let order = try wire.sold("#1", [("MUG", 1, "6.50")])
    #expect(throws: ChannelFailure.refused("more is to go back than was paid and not given back yet")) {
        try wire.act(refund(order, [(0, 1, false)], total: 99_999), key: "r")
    }
    #expect(throws: ChannelFailure.refused("Quantity cannot refund more items than were purchased")) {
        try wire.act(refund(order, [(0, 5, false)], total: 650), key: "r")
    }
    #expect(throws: ChannelFailure.notFound("order 5")) {
        var other = order
        other.externalID = "5"
        _ = try wire.act(refund(other, [(0, 1, false)], total: 650), key: "r")
    }
}

@Test func `an action on answers that never came is settled by the next try`() throws {
    var wire = try ShopifyWire(seed: gifts)
    let order = try wire.sold("#1", [("MUG", 2, "6.50")])
    wire.disturb = { request, response in
        String(decoding: request.body, as: UTF8.self).contains("mutation") ? nil : response
    }
    #expect(throws: ChannelFailure.lost("no answer")) { try wire.act(shipment(order, [(0, 1)], "D1"), key: "s") }
    #expect(throws: ChannelFailure.lost("no answer")) {
        try wire.act(refund(order, [(0, 1, true)], total: 650), key: "r")
    }
    wire.disturb = nil
    guard case .alreadyDone = try wire.act(shipment(order, [(0, 1)], "D1"), key: "s"),
        case .alreadyDone = try wire.act(refund(order, [(0, 1, true)], total: 650), key: "r")
    else { Issue.record("both had taken effect"); return }
    let read = try wire.read(order.externalID)
    #expect(read.shipments?.count == 1 && read.refunds?.count == 1)
}
