// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import Synchronization
import Testing
import Vocabulary
import WooCommerceChannel

private func gbp(_ minor: Int64) -> Money { Money(minor: minor, .gbp) }

private func refund(_ id: String, _ lines: [(String, Int, Int64, Bool)], shipping: Int64 = 0, total: Int64)
    -> ChannelAction
{
    .refund(
        .init(
            orderID: id,
            lines: lines.map {
                .init(lineID: $0.0, quantity: Quantity($0.1)!, restock: $0.3, net: gbp($0.2), tax: gbp(0))
            },
            shipping: gbp(shipping), total: gbp(total), note: "broken"))
}

private func body(_ wire: inout ShopWire, _ id: String, _ body: String) throws -> HTTPResponse {
    try wire.call(.post, "orders/\(id)/refunds", [], body)
}

@Test func `a refund restocks by default, and says so only in the order's own counts`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 4, "13.00")]))
    let line = try wire.latest(id).lines[0].externalID
    let item = "\"line_items\":[{\"id\":\(line),\"quantity\":1,\"refund_total\":13.0}]"
    #expect(try body(&wire, id, "{\"api_refund\":false,\(item)}").status == 201)
    #expect(wire.twin.shelf["MUG-BLUE"] == 17)
    #expect(try wire.latest(id).refunds?.first?.lines.first?.disposition == .restocked)
    #expect(try body(&wire, id, "{\"api_refund\":false,\"api_restock\":false,\(item)}").status == 201)
    #expect(wire.twin.shelf["MUG-BLUE"] == 17)
    #expect(
        try wire.latest(id).refunds?.map { $0.lines.first?.disposition } == [.unknown, .unknown],
        "one of two went back: which?")
    let read = try wire.json(.get, "orders/\(id)/refunds").elements.first { _ in true }?["line_items"]?.elements.first {
        _ in true
    }
    #expect(read?["quantity"]?.integer == -1 && read?["total"]?.string == "-13.00")
}

@Test func `units are not limited by the shop, so the connector looks at what is left`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 4, "13.00")]))
    let line = try wire.latest(id).lines[0].externalID
    let action = refund(id, [(line, 5, 100, true)], total: 100)
    guard case .refused? = failure({ _ = try wire.run { $0.perform(action, idempotencyKey: "k", $1) } }) else {
        Issue.record("five of four")
        return
    }
    #expect(
        try body(
            &wire, id,
            "{\"amount\":\"0.50\",\"api_refund\":false,\"line_items\":[{\"id\":\(line),\"quantity\":40,\"refund_total\":0.5}]}"
        ).status == 201)
    #expect(wire.twin.shelf["MUG-BLUE"] == 56, "WooCommerce takes forty of four")
}

@Test func `too much money and a provider that cannot are 500s, told as refusals`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "13.00")], isPaid: false))
    for text in [#"{"amount":"500.00","api_refund":false}"#, #"{"amount":"1.00"}"#] {
        let response = try body(&wire, id, text)
        #expect(response.status == 500)
        let exchange = wire.connector.order(id, try wire.access())
        guard case .refused? = failure({ _ = try exchange.read(response) }) else {
            Issue.record(Comment(rawValue: text))
            return
        }
    }
    let unknown = try body(&wire, "999999", #"{"amount":"1"}"#)
    let exchange = wire.connector.order(id, try wire.access())
    guard unknown.status == 500, case .notFound? = failure({ _ = try exchange.read(unknown) }) else {
        Issue.record("404 in a 500")
        return
    }
    let more = refund(id, [], total: 999_900)
    guard case .refused? = failure({ _ = try wire.run { $0.perform(more, idempotencyKey: "k", $1) } }) else {
        Issue.record("more than the order")
        return
    }
}

@Test func `a refund without amount shows a dash on the order and counts as nothing`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "13.00")]))
    #expect(try Shop.json(try body(&wire, id, #"{"api_refund":false}"#))["amount"]?.string == "")
    #expect(try Shop.json(try body(&wire, id, #"{"amount":"0","api_refund":false}"#))["amount"]?.string == "0.00")
    #expect(try wire.json(.get, "orders/\(id)")["refunds"]?.elements.contains { $0["total"]?.string == "-" } == true)
    let order = try wire.latest(id)
    #expect(order.payment == .paid && order.refunds?.map(\.total.minor) == [0, 0])
}

@Test func `all the money back sets refunded and puts nothing on the shelf`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 2, "13.00")], shipping: "0"))
    #expect(try body(&wire, id, #"{"amount":"26.00","api_refund":false}"#).status == 201)
    #expect(try wire.json(.get, "orders/\(id)")["status"]?.string == "refunded")
    #expect(wire.twin.shelf["MUG-BLUE"] == 18)
    let other = try wire.placed(Shop.order("B", [("MUG-BLUE", 2, "13.00")], shipping: "0"))
    _ = try wire.call(.put, "orders/\(other)", [], #"{"status":"refunded"}"#)
    let order = try wire.latest(other)
    #expect(order.payment == .refunded && order.refunds?.first?.total.minor == 2600 && order.cancelledAt == nil)
    #expect(wire.twin.shelf["MUG-BLUE"] == 16)
    let refundID = try #require(order.refunds?.first?.externalID)
    #expect(try wire.call(.delete, "orders/\(other)/refunds/\(refundID)").status == 200)
    #expect(try wire.call(.delete, "orders/\(other)/refunds/\(refundID)").status == 404)
    #expect(wire.twin.shelf["MUG-BLUE"] == 16, "deleting a refund leaves stock as it is")
}

@Test func `a line of another order is passed over`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "13.00")]))
    let json = try Shop.json(
        try body(
            &wire, id,
            #"{"amount":"1.00","api_refund":false,"line_items":[{"id":999999,"quantity":1,"refund_total":1}]}"#))
    #expect(json["line_items"]?.elements.isEmptyList == true && wire.twin.shelf["MUG-BLUE"] == 19)
    let strange = refund(id, [("999999", 1, 100, true)], total: 100)
    guard case .refused? = failure({ _ = try wire.run { $0.perform(strange, idempotencyKey: "k", $1) } }) else {
        Issue.record("not ours")
        return
    }
}

@Test func `a refund is made once, found by our key, and says what became of the goods`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 2, "6.50"), ("MUG-RED", 1, "10.00")]))
    let lines = try wire.latest(id).lines.map(\.externalID)
    let action = refund(id, [(lines[0], 1, 650, true)], shipping: 395, total: 1045)
    guard case .done(let first?)? = try wire.run({ $0.perform(action, idempotencyKey: "k", $1) }).last else {
        Issue.record("done")
        return
    }
    #expect(try wire.run { $0.perform(action, idempotencyKey: "k", $1) } == [.alreadyDone(externalID: first)])
    let read = try #require(try wire.latest(id).refunds)
    #expect(read.count == 1 && read[0].total.minor == 1045 && read[0].shipping.minor == 395)
    #expect(read[0].lines.map(\.net.minor) == [650], "the shop writes it below zero")
    #expect(read[0].lines.map(\.disposition) == [.restocked] && wire.twin.shelf["MUG-BLUE"] == 19)
    let keep = refund(id, [(lines[1], 1, 1000, false)], total: 1000)
    _ = try wire.run { $0.perform(keep, idempotencyKey: "k2", $1) }
    #expect(try wire.latest(id).refunds?.first { $0.externalID != first }?.lines.first?.disposition == .notRestocked)
    #expect(wire.twin.shelf["MUG-RED"] == 6)
}

@Test func `lines that go back and lines that do not make two refunds, once each`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 2, "6.50"), ("MUG-RED", 2, "10.00")]))
    let lines = try wire.latest(id).lines.map(\.externalID)
    let action = refund(id, [(lines[0], 2, 1300, true), (lines[1], 1, 1000, false)], shipping: 395, total: 2695)
    let count = Counter()
    wire.disturb = { request, response in
        if request.method == .post, count.next() == 2 { return nil }
        return response
    }
    guard case .lost? = failure({ _ = try wire.run { $0.perform(action, idempotencyKey: "k", $1) } }) else {
        Issue.record("lost")
        return
    }
    wire.disturb = nil
    guard case .alreadyDone? = try wire.run({ $0.perform(action, idempotencyKey: "k", $1) }).last else {
        Issue.record("both were made")
        return
    }
    let read = try #require(try wire.latest(id).refunds)
    #expect(read.count == 2 && read.reduce(0) { $0 + $1.total.minor } == 2695)
    #expect(wire.twin.shelf["MUG-BLUE"] == 20 && wire.twin.shelf["MUG-RED"] == 5)
    #expect(read.flatMap(\.lines).allSatisfy { ($0.disposition == .restocked) == ($0.lineID == lines[0]) })
}

@Test func `the provider sends the money only where the merchant wants it`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 2, "6.50")]))
    let line = try wire.latest(id).lines[0].externalID
    _ = try wire.run { $0.perform(refund(id, [(line, 1, 650, false)], total: 650), idempotencyKey: "k", $1) }
    #expect(try wire.json(.get, "orders/\(id)/refunds").elements.allSatisfy { $0["refunded_payment"]?.bool == false })
    var settings = wire.twin.settings(reachableAt: ShopWire.address)
    settings.values["gatewayRefunds"] = "true"
    wire.connector = try WooCommerceConnector(settings)
    _ = try wire.run { $0.perform(refund(id, [(line, 1, 650, false)], total: 650), idempotencyKey: "k2", $1) }
    #expect(try wire.json(.get, "orders/\(id)/refunds").elements.contains { $0["refunded_payment"]?.bool == true })
}

@Test func `a tax goes back by its rates, as the order was taxed`() throws {
    guard let order = try Recording.named("151") else { return }
    let settings = WooCommerceTwin(Shop.seed).settings(reachableAt: "https://shop.example.test")
    let connector = try WooCommerceConnector(settings)
    func usd(_ minor: Int64) -> Money { Money(minor: minor, .usd) }
    let action = ChannelAction.refund(
        .init(
            orderID: "135",
            lines: [.init(lineID: "4", quantity: Quantity(1)!, restock: true, net: usd(1800), tax: usd(160))],
            shipping: usd(544),
            total: usd(2504), note: ""))
    let access = Access(token: nil, now: Shop.start, nonce: "n")
    guard case .then(let look) = try connector.perform(action, idempotencyKey: "k", access).read(order.response) else {
        Issue.record("look")
        return
    }
    guard case .then(let post) = try outcome(look, 200, "[]") else {
        Issue.record("post")
        return
    }
    let sent = try JSON.parse(post.request.body)
    let items = Array(try #require(sent["line_items"]).elements)
    #expect(
        !post.isRepeatable && sent["amount"]?.string == "25.04" && sent["api_restock"]?.bool == true
            && sent["api_refund"]?.bool == false)
    #expect(items.count == 2 && items[0]["refund_total"]?.text == "18.00" && items[1]["id"]?.integer == 5)
    #expect(items[0]["refund_tax"]?.elements.map { $0["refund_total"]?.text } == ["1.60"])
    #expect(
        items[1]["refund_total"]?.text == "5.00"
            && items[1]["refund_tax"]?.elements.map { $0["refund_total"]?.text } == ["0.44"])
}

@Test func `a poll reads each order's refunds and keeps the order of changes`() throws {
    var wire = try Shop.wire()
    for number in 1...4 {
        wire.now = wire.now + .seconds(1)
        _ = try wire.placed(Shop.order("N-\(number)", [("MUG-BLUE", 2, "6.50")]))
        if number.isMultiple(of: 2) {
            _ = wire.shop(.refund(reference: "N-\(number)", lines: [.init(line: 0, quantity: 1, restock: false)]))
        }
    }
    let found = try wire.poll(from: Shop.start, to: wire.now).compactMap {
        if case .order(let order) = $0 { order } else { nil }
    }
    #expect(found.map(\.number) == ["N-1", "N-2", "N-3", "N-4"])
    #expect(found.map { $0.refunds?.count } == [0, 1, 0, 1] && found[1].payment == .partiallyRefunded)
}

private final class Counter: Sendable {
    private let value = Mutex(0)
    func next() -> Int {
        value.withLock {
            $0 += 1
            return $0
        }
    }
}
