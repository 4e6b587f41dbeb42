// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import Testing
import Vocabulary
import WooCommerceChannel

@Test func `stock goes down on processing, on-hold and completed, not on pending`() throws {
    for (status, left) in [("pending", 20), ("processing", 18), ("on-hold", 18), ("completed", 18)] {
        var wire = try Shop.wire()
        let id = try wire.id("MUG-BLUE")
        let body = "{\"status\":\"\(status)\",\"line_items\":[{\"product_id\":\(id),\"quantity\":2}]}"
        #expect(try wire.call(.post, "orders", [], body).status == 201)
        #expect(wire.twin.shelf["MUG-BLUE"] == left)
    }
}

@Test func `cancelling gives back once, going on takes again, failing gives back`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 3, "6.50")]))
    for (status, left) in [
        ("cancelled", 20), ("cancelled", 20), ("processing", 17), ("completed", 17), ("failed", 20), ("completed", 17),
    ] {
        _ = try wire.call(.put, "orders/\(id)", [], "{\"status\":\"\(status)\"}")
        #expect(wire.twin.shelf["MUG-BLUE"] == left)
    }
}

@Test func `trash and deleting give nothing back, and read as deleted`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 3, "6.50")]))
    #expect(try wire.call(.delete, "orders/\(id)").status == 200)
    #expect(wire.twin.shelf["MUG-BLUE"] == 17)
    #expect(try wire.json(.get, "orders/\(id)")["status"]?.string == "trash")
    #expect(try wire.run { $0.order(id, $1) }.flatMap { $0 } == [.orderDeleted(orderID: id)])
    #expect(try wire.poll(from: Shop.start, to: wire.now).isEmpty, "the trash is in no list")
    _ = try wire.call(.delete, "orders/\(id)", [("force", "true")])
    #expect(wire.twin.shelf["MUG-BLUE"] == 17)
    #expect(try wire.run { $0.order(id, $1) }.flatMap { $0 } == [.orderDeleted(orderID: id)])
}

@Test func `a repeated POST makes a second order`() throws {
    var wire = try Shop.wire()
    let id = try wire.id("MUG-BLUE")
    let body = "{\"set_paid\":true,\"line_items\":[{\"product_id\":\(id),\"quantity\":2}]}"
    let first = try wire.json(.post, "orders", [], body)["id"]?.text
    #expect(try wire.json(.post, "orders", [], body)["id"]?.text != first)
    #expect(wire.twin.shelf["MUG-BLUE"] == 16)
}

@Test func `REST never asks whether the shelf holds it`() throws {
    var wire = try Shop.wire()
    let id = try wire.id("MUG-RED")
    _ = try wire.call(.post, "orders", [], "{\"set_paid\":true,\"line_items\":[{\"product_id\":\(id),\"quantity\":9}]}")
    #expect(wire.twin.shelf["MUG-RED"] == -2)
    #expect(
        try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }.first { $0.sku == "MUG-RED" }?.quantity == -2
    )
}

@Test func `a quantity of 0 in a new order crashes the shop, and its server paths stay there`() throws {
    var wire = try Shop.wire()
    let id = try wire.id("MUG-RED")
    let response = try wire.call(.post, "orders", [], "{\"line_items\":[{\"product_id\":\(id),\"quantity\":0}]}")
    #expect(response.status == 500 && String(decoding: response.body, as: UTF8.self).contains("/srv/shop"))
    let exchange = wire.connector.order("1", try wire.access())
    guard case .unavailable(let why)? = failure({ _ = try exchange.read(response) }) else {
        Issue.record("a crash is unavailable")
        return
    }
    #expect(!why.contains("/srv"))
}

@Test func `a coupon that is not known leaves a draft behind, which holds no units`() throws {
    var wire = try Shop.wire()
    _ = try wire.run { $0.subscribe(to: "http://127.0.0.1:8080/h", $1)! }
    _ = try wire.deliver()
    let id = try wire.id("MUG-RED")
    let response = try wire.call(
        .post, "orders", [],
        "{\"line_items\":[{\"product_id\":\(id),\"quantity\":1}],\"coupon_lines\":[{\"code\":\"NOPE\"}]}")
    #expect(response.status == 400)
    let draft = try #require(try Shop.json(response)["data"]?["new_draft_order_id"]?.text)
    #expect(try wire.poll(from: Shop.start, to: wire.now).isEmpty)
    wire.now = wire.now + .seconds(1)
    guard case .order(let told)? = try wire.deliver().first else {
        Issue.record("the draft is announced")
        return
    }
    #expect(told.externalID == draft && !told.claimsStock && told.isOnHold)
}

@Test func `odd lines are taken as WooCommerce takes them`() throws {
    var wire = try Shop.wire()
    let id = try wire.id("MUG-RED")
    #expect(
        try wire.call(.post, "orders", [], "{\"line_items\":[{\"product_id\":\(id),\"quantity\":1.5}]}").status == 400)
    #expect(
        try wire.call(.post, "orders", [], #"{"line_items":[{"name":"Gift wrap","quantity":1,"total":"2.50"}]}"#).status
            == 400)
    let nameless = try wire.json(.post, "orders", [], #"{"line_items":[{"product_id":999999,"quantity":1}]}"#)
    let order = try wire.latest(try #require(nameless["id"]?.text))
    #expect(order.lines.first?.variant == nil && order.lines.first?.sku == nil && order.lines.first?.net.minor == 0)
    let bySKU = try wire.json(.post, "orders", [], #"{"line_items":[{"sku":"MUG-RED","quantity":1}]}"#)
    #expect(try wire.latest(try #require(bySKU["id"]?.text)).lines.first?.variant == id)
}

@Test func `a changed quantity moves stock and leaves the line's total`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 2, "13.00"), ("MUG-RED", 1, "10.00")], shipping: "0"))
    let line = try wire.latest(id).lines[0].externalID
    _ = try wire.call(.put, "orders/\(id)", [], "{\"line_items\":[{\"id\":\(line),\"quantity\":5}]}")
    let order = try wire.latest(id)
    #expect(wire.twin.shelf["MUG-BLUE"] == 15 && order.lines[0].quantity.units == 5 && order.lines[0].net.minor == 2600)
    #expect(order.lines[0].unitPrice.description.hasPrefix("5.2"))
    _ = try wire.call(.put, "orders/\(id)", [], "{\"line_items\":[{\"id\":\(line),\"product_id\":null}]}")
    #expect(try wire.latest(id).lines.count == 1 && wire.twin.shelf["MUG-BLUE"] == 20)
}

@Test func `line totals are rounded half up per line, and the unit price is not rounded`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 3, "2.3350")], shipping: "0"))
    let order = try wire.latest(id)
    #expect(order.lines[0].net.minor == 701 && order.total.minor == 701)
    #expect(order.lines[0].unitPrice.description == "2.335")
}

@Test func `statuses say what to hold and what to ship`() throws {
    let wanted: [(String, ChannelOrder.Payment, onHold: Bool, claims: Bool)] = [
        ("pending", .pending, true, true), ("on-hold", .pending, true, true), ("processing", .authorized, false, true),
        ("completed", .authorized, false, true), ("cancelled", .voided, false, true), ("failed", .voided, true, false),
        ("checkout-draft", .pending, true, false), ("refunded", .refunded, false, true),
        ("packed-by-plugin", .authorized, false, true),
    ]
    let connector = try Shop.wire().connector
    var ranks: [Int] = []
    for (status, payment, onHold, claims) in wanted {
        let body = Sample.order(status: status)
        guard case .order(let order)? = try connector.facts(topic: "order.updated", body: Array(body.utf8)).first else {
            Issue.record("\(status)")
            return
        }
        #expect(order.payment == payment && order.isOnHold == onHold && order.claimsStock == claims, "\(status)")
        #expect((order.cancelledAt != nil) == (status == "cancelled"))
        ranks.append(order.revision)
    }
    #expect(
        ranks[0] < ranks[1] && ranks[1] < ranks[2] && ranks[2] < ranks[3] && ranks[3] < ranks[4],
        "states of one second have an order")
    let paid = Sample.order(status: "processing", more: #","date_paid_gmt":"2026-11-22T00:26:25""#)
    guard case .order(let order)? = try connector.facts(topic: "order.created", body: Array(paid.utf8)).first else {
        Issue.record("paid")
        return
    }
    #expect(order.payment == .paid)
}

@Test func `an order of a trashed status is told as deleted and one that cannot be read stands alone`() throws {
    let connector = try Shop.wire().connector
    #expect(
        try connector.facts(topic: "order.updated", body: Array(Sample.order(status: "trash").utf8)) == [
            .orderDeleted(orderID: "7")
        ])
    let exchange = connector.orders(
        changedFrom: Shop.start, to: Shop.start, Access(token: nil, now: Shop.start, nonce: "n"))
    let page = "[\(Sample.order(status: "processing")),\(Sample.order(status: "processing", currency: "XXX"))]"
    guard case .done(let facts) = try outcome(exchange, 200, page) else {
        Issue.record("one page")
        return
    }
    guard facts.count == 2, case .order = facts[0] else {
        Issue.record("\(facts)")
        return
    }
    #expect(facts[1] == .orderChanged(orderID: "7"), "read again alone, where its failure has a name")
}

/// Orders written by us to the specification.
enum Sample {
    static func order(
        status: String, currency: String = "GBP", quantity: String = "2", total: String = "13.00", more: String = ""
    ) -> String {
        """
        {"id":7,"status":"\(status)","currency":"\(currency)","date_created_gmt":"2026-11-22T00:26:20","date_modified_gmt":"2026-11-22T00:26:25",\
        "shipping_total":"0.00","shipping_tax":"0.00","total":"\(total)","customer_id":0,"number":"7","billing":[],"shipping":[],"meta_data":[],\
        "line_items":[{"id":1,"name":"Blue mug","product_id":12,"variation_id":0,"quantity":\(quantity),"total":"13.00","total_tax":"0.00",\
        "sku":"MUG-BLUE","price":6.5,"meta_data":[]}],"fee_lines":[],"refunds":[]\(more)}
        """
    }
}
