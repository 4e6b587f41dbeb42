// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import Foundation
import JSONText
import ShopifyChannel
import Testing
import Vocabulary

private func orders(_ facts: [ChannelFact]) -> [ChannelOrder] {
    facts.compactMap { if case .order(let order) = $0 { order } else { nil } }
}

/// The latest order in the facts.
private func told(_ facts: [ChannelFact], _ id: String) -> ChannelOrder? { orders(facts).last { $0.externalID == id } }

@Test(arguments: 1...12)
func `the same order is the same value from a webhook and from GraphQL`(seed: UInt64) throws {
    var chance = SplitMix64(seed: seed)
    var wire = try ShopifyWire(seed: gifts)
    try wire.listen()
    let prices = ["6.50", "0.1255", "4", "7.250", "12.3"]
    let lines = (0..<chance.number(in: 1...6)).map { _ in
        (
            ["MUG", "TEA-S", "TEA-L", "BY-HAND"][chance.number(in: 0...3)], chance.number(in: 1...3),
            prices[chance.number(in: 0...4)]
        )
    }
    guard case .done(let id?) = wire.shop(sale("#\(seed)", lines, paid: chance.number(in: 0...1) == 1)) else {
        Issue.record("seed \(seed)"); return
    }
    func compare(_ what: String) throws {
        wire.now = wire.now + .seconds(3)
        let message = told(try wire.deliver(), id)
        let read = try wire.read(id)
        #expect(message == read, "\(what), seed \(seed)")
    }
    try compare("placed")
    if try wire.read(id).payment == .pending {
        wire.shop(.pay(reference: "#\(seed)"))
        try compare("paid")
    }
    let order = try wire.read(id)
    if chance.number(in: 0...1) == 1 {
        let part = ChannelShipment.Line(lineID: order.lines[0].externalID, quantity: Quantity(1)!)
        let tracking = Tracking(carrier: "Royal Mail", number: "RM1", url: "https://track.test/RM1")
        _ = try wire.act(
            .ship(
                .init(
                    orderID: id, reference: "1", shippedAt: wire.now, lines: [part], isLast: false, tracking: tracking)),
            key: "s")
        try compare("part sent")
        wire.shop(
            .refund(reference: "#\(seed)", lines: [.init(line: 0, quantity: 1, restock: chance.number(in: 0...1) == 1)])
        )
        try compare("refunded")
    } else {
        wire.shop(.cancel(reference: "#\(seed)"))
        try compare("cancelled")
    }
}

@Test func `a lone refund and a lone fulfilment are those of the order`() throws {
    var wire = try ShopifyWire(seed: gifts)
    try wire.listen()
    let order = try wire.sold("#1", [("MUG", 2, "6.50")])
    let line = order.lines[0].externalID
    _ = try wire.act(
        .ship(
            .init(
                orderID: order.externalID, reference: "9", shippedAt: wire.now,
                lines: [.init(lineID: line, quantity: Quantity(1)!)], isLast: false, tracking: nil)),
        key: "s")
    wire.shop(.refund(reference: "#1", lines: [.init(line: 0, quantity: 1, restock: true)]))
    let facts = try wire.deliver()
    let whole = try wire.read(order.externalID)
    #expect(facts.contains(.refund(orderID: order.externalID, try #require(whole.refunds?.first))))
    #expect(facts.contains(.shipment(orderID: order.externalID, try #require(whole.shipments?.first))))
    #expect(whole.refunds?.first?.lines.first?.disposition == .removed, "the unit had not left")
}

@Test func `units edited away are no longer ordered and units refunded still are`() throws {
    let body = #"""
        {"id":1,"name":"1","created_at":"2026-11-02T09:00:00Z","updated_at":"2026-11-02T09:00:00Z","currency":"GBP","financial_status":"paid","total_price":"30.00",
         "line_items":[{"id":2,"quantity":3,"current_quantity":1,"price":"10.00","title":"Mug"}],
         "refunds":[{"id":5,"created_at":"2026-11-02T09:00:00Z","refund_line_items":[{"line_item_id":2,"quantity":1,"restock_type":"cancel","subtotal":10.0,"total_tax":0.0}],"transactions":[]}]}
        """#
    guard case .order(let order)? = try connector().facts(topic: "orders/updated", body: Array(body.utf8)).first else {
        return
    }
    #expect(order.lines[0].quantity.units == 2 && order.lines[0].net.minor == 2000)
    #expect(order.refunds?.first?.lines.first?.disposition == .removed)
}

@Test func `prices that include tax are taken apart`() throws {
    let body = #"""
        {"id":1,"name":"1","created_at":"2026-11-02T09:00:00Z","updated_at":"2026-11-02T09:00:00Z","currency":"GBP","financial_status":"paid","total_price":"16.00","taxes_included":true,
         "line_items":[{"id":2,"quantity":1,"current_quantity":1,"price":"12.00","title":"Mug","tax_lines":[{"price":"2.00"}]}],
         "shipping_lines":[{"price":"6.00","is_removed":false,"discount_allocations":[{"amount":"2.00"}],"tax_lines":[{"price":"0.67"}]},{"price":"99.00","is_removed":true}]}
        """#
    guard case .order(let order)? = try connector().facts(topic: "orders/updated", body: Array(body.utf8)).first else {
        return
    }
    #expect(order.lines[0].net.minor == 1000 && order.lines[0].tax.minor == 200)
    #expect(order.shipping.minor == 333 && order.shippingTax.minor == 67 && order.total.minor == 1600)
}

@Test func `an order of 1,100 lines is read to its end, also its refund and its parcel`() throws {
    var wire = try ShopifyWire(seed: gifts)
    try wire.listen()
    _ = try wire.deliver()
    let lines = (0..<1100).map { ("HAND-\($0)", 1 + $0 % 3, "1.25") }
    let order = try wire.sold("#big", lines)
    #expect(order.lines.count == 1100 && order.lines[1099].sku == "HAND-1099")
    wire.now = wire.now + .seconds(60)
    let parcel = order.lines.prefix(600).map { ChannelShipment.Line(lineID: $0.externalID, quantity: $0.quantity) }
    let ship = ChannelAction.ship(
        .init(
            orderID: order.externalID, reference: "7", shippedAt: wire.now, lines: parcel, isLast: false,
            tracking: Tracking(carrier: "DHL", number: "D1")))
    guard case .done = try wire.act(ship, key: "s") else { Issue.record("sent"); return }
    guard case .alreadyDone = try wire.act(ship, key: "s") else { Issue.record("sent once"); return }
    wire.shop(.refund(reference: "#big", lines: (0..<1100).map { .init(line: $0, quantity: 1, restock: false) }))
    wire.now = wire.now + .seconds(60)
    let read = try wire.read(order.externalID)
    #expect(read.shipments?.flatMap(\.lines).count == 600)
    #expect(read.refunds?.first?.lines.count == 1100)
    #expect(told(try wire.deliver(), order.externalID) == read)
    let end = wire.now
    let polled = try wire.run { $0.orders(changedFrom: gifts.start, to: end, $1) }.flatMap { $0 }
    #expect(told(polled, order.externalID) == read)
}

@Test func `a poll reads every order of the window once, page by page, oldest change first`() throws {
    var wire = try ShopifyWire(seed: gifts)
    for number in 0..<130 {
        // Several within a second.
        if number % 4 == 0 { wire.now = wire.now + .seconds(1) }
        wire.shop(
            .order(
                ShopOrder(
                    reference: "#\(number)", lines: [.init(sku: "X", title: "X", quantity: 1, unitPrice: "1.00")],
                    buyer: ada)))
    }
    let end = wire.now
    wire.now = wire.now + .seconds(10)
    wire.shop(.refund(reference: "#0", lines: [.init(line: 0, quantity: 1, restock: false)]))
    let last = wire.now
    let pages = try wire.run { $0.orders(changedFrom: gifts.start, to: last, $1) }
    let found = orders(pages.flatMap { $0 })
    #expect(pages.count == 3 && found.count == 130 && Set(found.map(\.externalID)).count == 130)
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.changedAt <= $1.changedAt })
    #expect(found.last?.number == "#0" && found.last?.payment == .refunded)
    let window = try wire.run { $0.orders(changedFrom: end, to: end, $1) }.flatMap { $0 }
    #expect(orders(window).count == 2, "the window's ends belong to it")
}

@Test func `an order that cannot be read does not keep its neighbours back`() throws {
    var wire = try ShopifyWire(seed: gifts)
    _ = try wire.sold("#1", [("MUG", 1, "6.50")])
    let second = try wire.sold("#2", [("MUG", 1, "6.50")])
    let third = try wire.sold("#3", [("MUG", 1, "6.50")])
    let spoil = "\"name\":\"#2\""
    wire.disturb = { _, response in
        var response = response
        let text = String(decoding: response.body, as: UTF8.self)
        guard let at = text.range(of: spoil) else { return response }
        response.body = Array((text[..<at.lowerBound] + "\"name\":null" + text[at.upperBound...]).utf8)
        return response
    }
    let end = wire.now
    let facts = try wire.run { $0.orders(changedFrom: gifts.start, to: end, $1) }.flatMap { $0 }
    #expect(facts.count == 3 && facts[1] == .orderChanged(orderID: second.externalID) && orders(facts).last == third)
}

@Test func `an order that the shop does not have is not found`() throws {
    var wire = try ShopifyWire(seed: gifts)
    #expect(throws: ChannelFailure.notFound("order 17")) { try wire.read("17") }
}

@Test func `paying within the second of placing makes the later snapshot the newer one`() throws {
    var wire = try ShopifyWire(seed: gifts)
    let placed = try wire.sold("#1", [("MUG", 1, "6.50")], paid: false)
    wire.shop(.pay(reference: "#1"))
    let paid = try wire.read(placed.externalID)
    #expect(
        placed.payment == .pending && paid.payment == .paid && placed.changedAt == paid.changedAt
            && paid.revision > placed.revision)
}
