// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import Testing
import Vocabulary
import WooCommerceChannel

private func push(_ stock: String, _ units: Int) -> QuantityPush {
    QuantityPush(key: ListingKey(product: stock, variant: stock, stock: stock), sku: stock, quantity: Quantity(units)!)
}

@Test func `every item of a batch stands for itself, though the batch answers 200`() throws {
    var wire = try Shop.wire()
    let blue = try wire.id("MUG-BLUE")
    let outcomes = try wire.run {
        $0.publish([push(blue, 19), push("999999", 1), push("nonsense", 2)], idempotencyKey: "k", $1)
    }.flatMap { $0 }
    func result(_ stock: String) -> QuantityOutcome.Result? { outcomes.first { $0.key.stock == stock }?.result }
    #expect(outcomes.count == 3 && result(blue) == .acknowledged)
    guard case .refused(let unknown)? = result("999999"), case .refused? = result("nonsense") else {
        Issue.record("\(outcomes)")
        return
    }
    #expect(unknown.hasPrefix("woocommerce_rest_product_invalid_id"))
}

@Test func `an unknown variation is a 404 inside the batch`() throws {
    var wire = try Shop.wire()
    let tee = try #require(
        try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }.first { $0.sku == "TEE-S" }
    ).key.product
    let json = try wire.json(
        .post, "products/\(tee)/variations/batch", [], #"{"update":[{"id":999999,"stock_quantity":1}]}"#)
    #expect(json["update"]?.elements.first { _ in true }?["error"]?["data"]?["status"]?.integer == 404)
}

@Test func `the same product twice in a batch is applied in order`() throws {
    var wire = try Shop.wire()
    let blue = try wire.id("MUG-BLUE")
    let outcomes = try wire.run { $0.publish([push(blue, 4), push(blue, 6)], idempotencyKey: "k", $1) }.flatMap { $0 }
    #expect(outcomes.allSatisfy { $0.result == .acknowledged } && wire.twin.shelf["MUG-BLUE"] == 6)
}

@Test func `plain products go in one call and each variable product in another`() throws {
    var wire = try Shop.wire()
    let listings = try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }
    let before = wire.calls
    let pages = try wire.run {
        $0.publish(
            listings.map { QuantityPush(key: $0.key, sku: $0.sku!, quantity: Quantity(1)!) }, idempotencyKey: "k", $1)
    }
    #expect(wire.calls - before == 2 && pages.map(\.count) == [2, 2])
}

@Test func `over a hundred items are refused with 413 and an empty batch is an empty list`() throws {
    var wire = try Shop.wire()
    let items = [String](repeating: "{\"id\":1}", count: 101).joined(separator: ",")
    let response = try wire.call(.post, "products/batch", [], "{\"update\":[\(items)]}")
    #expect(response.status == 413)
    let exchange = wire.connector.publish([], idempotencyKey: "k", try wire.access())
    guard case .refused? = failure({ _ = try exchange.read(response) }) else {
        Issue.record("413 is a refusal")
        return
    }
    #expect(try wire.run { $0.publish([], idempotencyKey: "k", $1) }.flatMap { $0 }.isEmpty)
}

@Test func `an echo that is not what was sent is not taken for success`() throws {
    let connector = try Shop.wire().connector
    func result(_ body: String) throws -> QuantityOutcome.Result? {
        let exchange = connector.publish(
            [push("12", 7)], idempotencyKey: "k", Access(token: nil, now: Shop.start, nonce: "n"))
        guard case .done(let outcomes) = try outcome(exchange, 200, body) else { return nil }
        return outcomes.first?.result
    }
    #expect(try result(#"{"update":[{"id":12,"manage_stock":true,"stock_quantity":7}]}"#) == .acknowledged)
    #expect(
        try result(#"{"update":[{"id":12,"manage_stock":true,"stock_quantity":0}]}"#)
            == .failed("the shop shows 0 instead"))
    #expect(
        try result(#"{"update":[{"id":12,"manage_stock":true,"stock_quantity":null}]}"#)
            == .failed("the shop shows no quantity of it"))
    #expect(
        try result(#"{"update":[{"id":12,"manage_stock":false,"stock_quantity":null}]}"#)
            == .refused("the shop keeps no stock of it"))
    #expect(
        try result(#"{"update":[{"id":13,"manage_stock":true,"stock_quantity":7}]}"#)
            == .failed("the shop's answer leaves it out"))
    #expect(try result("[]") == .failed("the shop's answer leaves it out"), "PHP's empty map")
    guard case .failed? = try result(#"{"update":[{"id":12,"error":{"code":"x","message":"","data":{"status":500}}}]}"#)
    else {
        Issue.record("a fault of the shop is not for ever")
        return
    }
}
