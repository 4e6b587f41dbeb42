// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import Testing
import Vocabulary
import WooCommerceChannel

private func quantity(_ wire: inout ShopWire, _ id: String, _ body: String) throws -> JSON {
    try wire.json(.put, "products/\(id)", [], body)
}

@Test func `single calls check what batch items do not`() throws {
    var wire = try Shop.wire()
    let id = try wire.id("MUG-BLUE")
    #expect(try wire.call(.put, "products/\(id)", [], #"{"stock_quantity":2.5}"#).status == 400)
    #expect(try wire.call(.put, "products/\(id)", [], #"{"regular_price":12.5}"#).status == 400)
    #expect(try quantity(&wire, id, #"{"stock_quantity":"8"}"#)["stock_quantity"]?.integer == 8)
    #expect(try quantity(&wire, id, #"{"stock_quantity":-3}"#)["stock_quantity"]?.integer == -3)
    let batch = try wire.json(.post, "products/batch", [], "{\"update\":[{\"id\":\(id),\"stock_quantity\":2.5}]}")
    #expect(batch["update"]?.elements.first { _ in true }?["stock_quantity"]?.integer == 2)
    _ = try wire.json(.post, "products/batch", [], "{\"update\":[{\"id\":\(id),\"stock_quantity\":\"x\"}]}")
    #expect(wire.twin.shelf["MUG-BLUE"] == 0, "what it cannot read becomes nothing, with 200")
}

@Test func `a quantity of null empties the shelf`() throws {
    var wire = try Shop.wire()
    let json = try quantity(&wire, try wire.id("MUG-BLUE"), #"{"stock_quantity":null}"#)
    #expect(json["stock_quantity"]?.integer == 0 && json["stock_status"]?.string == "outofstock")
}

@Test func `a quantity is ignored while stock is not managed, so publishing switches that on`() throws {
    var wire = try Shop.wire()
    let id = try wire.id("MUG-BLUE")
    _ = try quantity(&wire, id, #"{"manage_stock":false}"#)
    #expect(try quantity(&wire, id, #"{"stock_quantity":33}"#)["stock_quantity"]?.isNull == true)
    let listing = try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }.first { $0.sku == "MUG-BLUE" }
    #expect(listing != nil && listing?.quantity == nil)
    let push = QuantityPush(key: try #require(listing?.key), sku: "MUG-BLUE", quantity: Quantity(5)!)
    let outcome = try wire.run { $0.publish([push], idempotencyKey: "k", $1) }.flatMap { $0 }
    #expect(outcome.map(\.result) == [.acknowledged] && wire.twin.shelf["MUG-BLUE"] == 5)
}

@Test func `an inventory delta works, loses to an absolute value, and is lost between two calls at once`() throws {
    var wire = try Shop.wire()
    let id = try wire.id("MUG-BLUE")
    #expect(try quantity(&wire, id, #"{"inventory_delta":-4}"#)["stock_quantity"]?.integer == 16)
    wire.now = wire.now + .seconds(1)
    #expect(try quantity(&wire, id, #"{"stock_quantity":20,"inventory_delta":-5}"#)["stock_quantity"]?.integer == 20)
    wire.now = wire.now + .seconds(1)
    for _ in 1...4 { _ = try quantity(&wire, id, #"{"inventory_delta":-1}"#) }
    #expect(wire.twin.shelf["MUG-BLUE"] == 19, "four clients in one instant: three sales are lost")
}

@Test func `variations are written under their parent only`() throws {
    var wire = try Shop.wire()
    let listing = try #require(
        try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }.first { $0.sku == "TEE-S" })
    #expect(
        listing.key.stock == "\(listing.key.product)/\(listing.key.variant)" && listing.title == "Tee"
            && listing.options.map(\.value) == ["S"])
    #expect(try wire.call(.get, "products/\(listing.key.variant)").status == 200)
    #expect(try wire.call(.put, "products/\(listing.key.variant)", [], #"{"stock_quantity":4}"#).status == 404)
    let inProducts = QuantityPush(
        key: ListingKey(product: listing.key.variant, variant: listing.key.variant, stock: listing.key.variant),
        sku: "TEE-S", quantity: Quantity(9)!)
    guard
        case .refused(let why)? = try wire.run({ $0.publish([inProducts], idempotencyKey: "k", $1) }).flatMap({ $0 })
            .first?.result
    else {
        Issue.record("a variation in products/batch is an error of its item")
        return
    }
    #expect(why.hasPrefix("woocommerce_rest_invalid_product_id") && wire.twin.shelf["TEE-S"] == 3)
}

@Test func `a variation that shows its parent's count has none of its own`() throws {
    var wire = try Shop.wire()
    let listing = try #require(
        try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }.first { $0.sku == "TEE-S" })
    _ = try wire.call(.put, "products/\(listing.key.product)", [], #"{"manage_stock":true,"stock_quantity":50}"#)
    let shown = try wire.json(
        .put, "products/\(listing.key.product)/variations/\(listing.key.variant)", [], #"{"manage_stock":false}"#)
    #expect(shown["manage_stock"]?.string == "parent" && shown["stock_quantity"]?.integer == 50)
    let again = try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }.first { $0.sku == "TEE-S" }
    #expect(again != nil && again?.quantity == nil)
    _ = wire.shop(Shop.order("A", [("TEE-S", 2, "15.00")]))
    #expect(try wire.json(.get, "products/\(listing.key.product)")["stock_quantity"]?.integer == 48)
}

@Test func `a stale absolute number simply wins, so a publish is never repeated unseen`() throws {
    var wire = try Shop.wire()
    let id = try wire.id("MUG-BLUE")
    let push = QuantityPush(
        key: ListingKey(product: id, variant: id, stock: id), sku: "MUG-BLUE", quantity: Quantity(20)!)
    _ = wire.shop(Shop.order("A", [("MUG-BLUE", 2, "6.50")]))
    #expect(wire.twin.shelf["MUG-BLUE"] == 18)
    let exchange = wire.connector.publish([push], idempotencyKey: "k", try wire.access())
    #expect(!exchange.isRepeatable && WooCommerceConnector.profile.abilities.quantityWrite == .blind)
    _ = try wire.run { $0.publish([push], idempotencyKey: "k", $1) }
    #expect(wire.twin.shelf["MUG-BLUE"] == 20)
}

@Test func `duplicate SKUs are refused in any letter case, from the trash in other words`() throws {
    var wire = try Shop.wire()
    let id = try wire.id("MUG-BLUE")
    let again = try wire.call(.post, "products", [], #"{"name":"x","sku":"mug-blue"}"#)
    #expect(again.status == 400)
    #expect(try Shop.json(again)["data"]?["resource_id"]?.text == id)
    _ = try wire.call(.delete, "products/\(id)")
    #expect(
        try wire.json(.post, "products", [], #"{"name":"x","sku":"MUG-BLUE"}"#)["code"]?.string
            == "woocommerce_rest_product_not_created")
    #expect(try wire.json(.post, "products", [], "{}")["name"]?.string == "Product")
}

@Test func `the storefront sells the last piece once and refuses the next buyer`() throws {
    var wire = try Shop.wire()
    #expect(wire.shop(Shop.order("A", [("TEE-S", 3, "15.00")])) != .soldOut(sku: "TEE-S"))
    #expect(wire.shop(Shop.order("B", [("TEE-S", 1, "15.00")])) == .soldOut(sku: "TEE-S"))
    #expect(wire.twin.shelf["TEE-S"] == 0)
}

@Test func `an unpaid order at the checkout keeps its units for an hour`() throws {
    var wire = try Shop.wire()
    _ = wire.shop(Shop.order("A", [("TEE-S", 3, "15.00")], isPaid: false))
    #expect(wire.twin.shelf["TEE-S"] == 3, "the count itself goes down with the payment")
    #expect(wire.shop(Shop.order("B", [("TEE-S", 1, "15.00")])) == .soldOut(sku: "TEE-S"))
    wire.now = wire.now + .minutes(61)
    guard case .done = wire.shop(Shop.order("C", [("TEE-S", 1, "15.00")])) else {
        Issue.record("the hold has lapsed")
        return
    }
    #expect(wire.twin.shelf["TEE-S"] == 2)
}
