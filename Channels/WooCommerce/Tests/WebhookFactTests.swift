// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import Testing
import Vocabulary
import WooCommerceChannel

private let hook = "http://127.0.0.1:8080/hooks/1"

private func subscribed() throws -> ShopWire {
    var wire = try Shop.wire()
    _ = try wire.run { $0.subscribe(to: hook, $1)! }
    return wire
}

@Test func `a ping comes as an unsigned form and is answered without being stored`() throws {
    var wire = try subscribed()
    let pings = wire.twin.departures(at: wire.now)
    #expect(pings.count == 7)
    for ping in pings {
        #expect(
            ping.request.headers["X-WC-Webhook-Signature"] == nil
                && ping.request.headers["Content-Type"] == "application/x-www-form-urlencoded")
        #expect(try wire.connector.receive(ping.request, at: wire.now).isEmpty)
    }
    var forged = pings[0].request
    forged.body = Array(#"{"id":1,"status":"completed"}"#.utf8)
    #expect(throws: WebhookRefusal.badSignature) { try wire.connector.receive(forged, at: wire.now) }
}

@Test func `delivery ids repeat within a second, our keys do not`() throws {
    var wire = try subscribed()
    _ = try wire.deliver()
    for number in 1...3 { _ = try wire.placed(Shop.order("N-\(number)", [("MUG-BLUE", 1, "6.50")])) }
    wire.now = wire.now + .seconds(1)
    let sent = wire.twin.departures(at: wire.now)
    let created = sent.filter { $0.request.headers["X-WC-Webhook-Topic"] == "order.created" }
    #expect(created.count == 3 && Set(created.map { $0.request.headers["X-WC-Webhook-Delivery-ID"] }).count == 1)
    let keys = try sent.map { try wire.connector.receive($0.request, at: wire.now).key }
    #expect(Set(keys).count == keys.count)
    #expect(
        try wire.connector.receive(created[0].request, at: wire.now).key
            == keys[sent.firstIndex { $0.number == created[0].number }!])
}

@Test func `the signature's key is the secret without its HTML entities`() throws {
    var wire = try subscribed()
    _ = try wire.deliver()
    #expect(wire.twin.settings(reachableAt: "x")["webhookSecret"]?.contains("&amp;") == true)
    _ = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "6.50")]))
    wire.now = wire.now + .seconds(1)
    #expect(!(try wire.deliver().isEmpty))
    var request = HTTPRequest(
        .post, "/h", headers: ["X-WC-Webhook-Signature": "AAAA", "X-WC-Webhook-Topic": "order.updated"],
        body: Array("{}".utf8))
    #expect(throws: WebhookRefusal.badSignature) { try wire.connector.receive(request, at: wire.now) }
    request.headers["X-WC-Webhook-Signature"] = nil
    #expect(throws: WebhookRefusal.badSignature) { try wire.connector.receive(request, at: wire.now) }
}

@Test func `nothing goes out before the queue runs, and then it says what is true by then`() throws {
    var wire = try subscribed()
    _ = try wire.deliver()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "6.50")], isPaid: false))
    #expect(wire.twin.departures(at: wire.now).isEmpty)
    _ = wire.shop(.pay(reference: "A"))
    wire.now = wire.now + .seconds(1)
    let created = try wire.deliver().compactMap { if case .order(let order) = $0 { order } else { nil } }
    #expect(
        created.first?.externalID == id && created.first?.payment == .paid,
        "order.created of an order made pending says processing")
}

@Test func `two updates before the run make one delivery`() throws {
    var wire = try subscribed()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "6.50")]))
    wire.now = wire.now + .seconds(1)
    _ = try wire.deliver()
    for note in ["one", "two"] { _ = try wire.call(.put, "orders/\(id)", [], "{\"customer_note\":\"\(note)\"}") }
    wire.now = wire.now + .seconds(1)
    #expect(wire.twin.departures(at: wire.now).count == 1)
}

@Test func `a paid order fires created, updated and the product's update`() throws {
    var wire = try subscribed()
    _ = try wire.deliver()
    _ = try wire.placed(Shop.order("A", [("TEE-S", 1, "15.00")]))
    wire.now = wire.now + .seconds(1)
    let sent = wire.twin.departures(at: wire.now)
    #expect(
        sent.map { $0.request.headers["X-WC-Webhook-Topic"] } == ["order.created", "product.updated", "order.updated"])
    let facts = try wire.connector.facts(topic: "product.updated", body: sent[1].request.body)
    guard case .listing(let listing)? = facts.first, case .quantity(let stock, 2, _)? = facts.last else {
        Issue.record("\(facts)")
        return
    }
    #expect(
        stock == listing.key.stock && listing.sku == "TEE-S" && stock.contains("/"),
        "a variation is told by its own id and parent")
}

@Test func `a refund is told as an update with its summary only, so the order is read again`() throws {
    var wire = try subscribed()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 2, "6.50")]))
    wire.now = wire.now + .seconds(1)
    _ = try wire.deliver()
    _ = wire.shop(.refund(reference: "A", lines: [.init(line: 0, quantity: 1, restock: true)]))
    wire.now = wire.now + .seconds(1)
    let facts = try wire.deliver()
    #expect(facts.contains(.orderChanged(orderID: id)))
    let told = facts.compactMap { if case .order(let order) = $0 { order } else { nil } }
    #expect(told.allSatisfy { $0.refunds == nil && $0.payment == .partiallyRefunded } && !told.isEmpty)
}

@Test func `a deletion carries an id only and comes with the trash, not with deleting for ever`() throws {
    var wire = try subscribed()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "6.50")]))
    let mug = try wire.id("MUG-RED")
    wire.now = wire.now + .seconds(1)
    _ = try wire.deliver()
    _ = try wire.call(.delete, "orders/\(id)")
    _ = try wire.call(.delete, "products/\(mug)")
    wire.now = wire.now + .seconds(1)
    #expect(Set(try wire.deliver()) == [.orderDeleted(orderID: id), .listingDeleted(variant: mug)])
    _ = try wire.call(.put, "orders/\(id)", [], #"{"status":"processing"}"#)
    _ = try wire.call(.delete, "orders/\(id)", [("force", "true")])
    _ = try wire.call(.delete, "products/\(mug)", [("force", "true")])
    wire.now = wire.now + .seconds(1)
    #expect(try wire.deliver().isEmpty, "neither restoring nor deleting for ever is told")
}

@Test func `a note fires nothing and a PUT without change fires`() throws {
    var wire = try subscribed()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "6.50")]))
    wire.now = wire.now + .seconds(1)
    _ = try wire.deliver()
    _ = try wire.call(.post, "orders/\(id)/notes", [], #"{"note":"hello"}"#)
    wire.now = wire.now + .seconds(1)
    #expect(wire.twin.departures(at: wire.now).isEmpty)
    _ = try wire.call(.put, "products/\(try wire.id("MUG-RED"))", [], "{}")
    wire.now = wire.now + .seconds(1)
    #expect(wire.twin.departures(at: wire.now).count == 1)
}

/// One change and its failing deliveries; gives the number of pings that followed.
private func fail(_ wire: inout ShopWire, _ id: String) throws -> Int {
    _ = try wire.call(.put, "orders/\(id)", [], "{}")
    wire.now = wire.now + .seconds(1)
    for webhook in wire.twin.departures(at: wire.now) where webhook.request.headers["X-WC-Webhook-Topic"] != nil {
        wire.twin.delivered(webhook, status: 500, at: wire.now)
    }
    let pings = wire.twin.departures(at: wire.now)
    return pings.count
}

private func status(_ wire: inout ShopWire, _ topic: String) throws -> String? {
    try wire.json(.get, "webhooks", [("per_page", "100")]).elements.first { $0["topic"]?.string == topic }?["status"]?
        .string
}

@Test func `a failed delivery is not repeated, and the seventh in a row switches the webhook off until we wake it`()
    throws
{
    var wire = try subscribed()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "6.50")]))
    wire.now = wire.now + .seconds(1)
    _ = try wire.deliver()
    for _ in 1...6 { #expect(try fail(&wire, id) == 1, "each failure is followed by a ping and by no second try") }
    #expect(try status(&wire, "order.updated") == "active")
    #expect(try fail(&wire, id) == 0)
    #expect(try status(&wire, "order.updated") == "disabled")
    _ = try wire.run { $0.subscribe(to: hook, $1)! }
    #expect(try status(&wire, "order.updated") == "active")
    _ = wire.twin.departures(at: wire.now)
    _ = try fail(&wire, id)
    #expect(
        try status(&wire, "order.updated") == "disabled",
        "waking does not clear the count: one more failure and it sleeps again")
    _ = try wire.run { $0.subscribe(to: hook, $1)! }
    #expect(try status(&wire, "order.updated") == "active")
    _ = try wire.call(.put, "orders/\(id)", [], "{}")
    wire.now = wire.now + .seconds(1)
    _ = try wire.deliver()
    _ = try fail(&wire, id)
    #expect(try status(&wire, "order.updated") == "active", "a success clears it")
}

@Test func `statuses up to 302 count as delivered`() throws {
    for (answer, alive) in [(204, true), (302, true), (303, false), (410, false)] {
        var wire = try subscribed()
        let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "6.50")]))
        _ = wire.twin.departures(at: wire.now)
        for _ in 1...7 {
            _ = try wire.call(.put, "orders/\(id)", [], "{}")
            wire.now = wire.now + .seconds(1)
            for webhook in wire.twin.departures(at: wire.now) {
                wire.twin.delivered(webhook, status: answer, at: wire.now)
            }
        }
        #expect(try status(&wire, "order.updated") == (alive ? "active" : "disabled"))
    }
}

@Test func `subscribing twice makes no second webhook, and one that a person paused is left alone`() throws {
    var wire = try subscribed()
    let paused = try #require(
        try wire.json(.get, "webhooks").elements.first { $0["topic"]?.string == "product.updated" }?["id"]?.text)
    _ = try wire.call(.put, "webhooks/\(paused)", [], #"{"status":"paused"}"#)
    _ = try wire.run { $0.subscribe(to: hook, $1)! }
    #expect(try wire.call(.head, "webhooks").headers["X-WP-Total"] == "7")
    #expect(try status(&wire, "product.updated") == "paused")
}

@Test func `a private target is accepted and never heard of`() throws {
    var wire = try Shop.wire()
    wire.twin.refusesPrivateTargets = true
    _ = try wire.run { $0.subscribe(to: hook, $1)! }
    _ = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "6.50")]))
    #expect(wire.twin.departures(at: wire.now + .seconds(2)).isEmpty)
    #expect(try status(&wire, "order.updated") == "active")
}

@Test func `bad topics and targets are refused, a missing secret is invented`() throws {
    var wire = try Shop.wire()
    #expect(
        try wire.call(.post, "webhooks", [], #"{"topic":"order.exploded","delivery_url":"http://x"}"#).status == 400)
    #expect(try wire.call(.post, "webhooks", [], #"{"topic":"order.created","delivery_url":"ftp://x"}"#).status == 400)
    let made = try wire.json(
        .post, "webhooks", [],
        #"{"topic":"action.woocommerce_order_status_completed","delivery_url":"http://127.0.0.1/x"}"#)
    #expect(made["resource"]?.string == "action" && made["secret"] == nil)
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "6.50")]))
    _ = try wire.call(.put, "orders/\(id)", [], #"{"status":"completed"}"#)
    let sent = wire.twin.departures(at: wire.now + .seconds(1)).compactMap {
        $0.request.headers["X-WC-Webhook-Topic"] == nil ? nil : $0.request.body
    }
    #expect(sent.count == 1)
    let facts = try wire.connector.facts(
        topic: "action.woocommerce_order_status_completed", body: try #require(sent.first))
    #expect(facts == [.orderChanged(orderID: id)])
}
