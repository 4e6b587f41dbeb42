// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import ShopifyChannel
import Testing
import Vocabulary

private func push(_ wire: inout ShopifyWire, _ entries: [(sku: String, quantity: Int, expected: Int?)], key: String)
    throws -> [QuantityOutcome.Result]
{
    let keys = Dictionary(
        uniqueKeysWithValues: try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }.map {
            ($0.sku ?? "", $0.key)
        })
    let pushes = entries.map {
        QuantityPush(key: keys[$0.sku]!, sku: $0.sku, quantity: Quantity($0.quantity)!, expected: $0.expected)
    }
    return try wire.run { $0.publish(pushes, idempotencyKey: key, $1) }.flatMap { $0 }.map(\.result)
}

@Test func `one stale entry holds up nobody but itself`() throws {
    var wire = try ShopifyWire(seed: gifts)
    let results = try push(&wire, [("MUG", 41, 40), ("TEA-S", 31, 29), ("TEA-L", 21, 20)], key: "k")
    #expect(results == [.acknowledged, .stale(actual: nil), .acknowledged])
    #expect(wire.twin.shelf == ["MUG": 41, "TEA-S": 30, "TEA-L": 21])
}

@Test func `nothing expected means null is written and anything is overwritten`() throws {
    var wire = try ShopifyWire(seed: gifts)
    wire.shop(.edit(sku: "MUG", quantity: 3))
    #expect(try push(&wire, [("MUG", 50, nil)], key: "k") == [.acknowledged])
    #expect(wire.twin.shelf["MUG"] == 50)
    let one = QuantityPush(key: ListingKey(product: "1", variant: "2", stock: "3"), sku: "A", quantity: .zero)
    let exchange = try connector(location: "9").publish([one], idempotencyKey: "k", access)
    let entry = try JSON.parse(exchange.request.body)["variables"]?["input"]?["quantities"]?.elements.first { _ in true
    }
    #expect(entry?["changeFromQuantity"]?.isNull == true && entry?["locationId"]?.string == "gid://shopify/Location/9")
}

@Test func `the same key twice is one write, also when the shop sold in between`() throws {
    var wire = try ShopifyWire(seed: gifts)
    #expect(try push(&wire, [("MUG", 25, 40)], key: "k") == [.acknowledged])
    _ = try wire.sold("#1", [("MUG", 5, "6.50")])
    #expect(try push(&wire, [("MUG", 25, 40)], key: "k") == [.acknowledged])
    #expect(wire.twin.shelf["MUG"] == 20, "the sale is not undone")
    guard case .failed = try push(&wire, [("MUG", 26, 20)], key: "k").first else {
        Issue.record("a key stands for one write"); return
    }
}

@Test func `an article that the shop does not have is refused and the others go through`() throws {
    var wire = try ShopifyWire(seed: gifts)
    let listing = try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }.first { $0.sku == "MUG" }
    let known = QuantityPush(key: try #require(listing?.key), sku: "MUG", quantity: Quantity(7)!, expected: 40)
    let unknown = QuantityPush(key: ListingKey(product: "1", variant: "2", stock: "3"), sku: "GONE", quantity: .zero)
    let results = try wire.run { $0.publish([unknown, known], idempotencyKey: "k", $1) }.flatMap { $0 }.map(\.result)
    #expect(results == [.refused("The specified inventory item could not be found."), .acknowledged])
}

@Test func `at a location without the article the write is refused and the listing has no count`() throws {
    let plain = try ShopifyWire(seed: gifts)
    var settings = plain.twin.settings(reachableAt: ShopifyWire.address)
    settings.values["location"] = "70120000001"
    var wire = plain
    wire.connector = try ShopifyConnector(settings)
    let mug = try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }.first { $0.sku == "MUG" }
    #expect(mug != nil && mug?.quantity == nil)
    let results = try push(&wire, [("MUG", 1, nil)], key: "k")
    guard case .refused? = results.first else { Issue.record("\(results)"); return }
}

@Test func `a listing has its variant's options, code and price`() throws {
    var wire = try ShopifyWire(seed: gifts)
    let all = try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }
    let tea = all.first { $0.sku == "TEA-L" }
    #expect(tea?.options == [.init(name: "Size", value: "L")] && tea?.price?.minor == 725 && tea?.title == "Tea")
    let mug = all.first { $0.sku == "MUG" }
    #expect(mug?.options.isEmpty == true && mug?.gtin == "4006381333931" && mug?.isActive == true)
    #expect(all.first { $0.sku == "TEA-S" }?.key.product == tea?.key.product)
    #expect(try wire.run { $0.listings(changedSince: gifts.start + .seconds(1), $1) }.flatMap { $0 }.isEmpty)
}

@Test func `listings and quantities of a large shop come in pages`() throws {
    let articles = (0..<620).map { TwinSeed.Article(sku: "A\($0)", title: "A", price: "1.00", quantity: $0) }
    var wire = try ShopifyWire(
        seed: TwinSeed(shopName: "Large", currency: .gbp, articles: articles, start: gifts.start, seed: 1))
    let pages = try wire.run { $0.listings(changedSince: nil, $1) }
    #expect(pages.map(\.count) == [250, 250, 120])
    let facts = try wire.run { connector, access in connector.quantities(of: pages.flatMap { $0 }.map(\.key), access) }
        .flatMap { $0 }
    #expect(facts.count == 620)
}

@Test func `a count typed in by hand reaches the hub`() throws {
    var wire = try ShopifyWire(seed: gifts)
    try wire.listen()
    _ = try wire.deliver()
    wire.shop(.edit(sku: "TEA-S", quantity: 99))
    let listing = try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }.first { $0.sku == "TEA-S" }
    let facts = try wire.deliver()
    #expect(facts.contains { if case .quantity(listing?.key.stock ?? "", 99, _) = $0 { true } else { false } })
    let told = facts.compactMap { if case .listing(let one) = $0, one.sku == "TEA-S" { one } else { nil } }.first
    #expect(
        told?.key == listing?.key && told?.options == listing?.options && told?.quantity == 99
            && told?.changedAt == listing?.changedAt)
}

@Test func `the primary location is asked for once in a while, and anew when the shop has moved`() throws {
    func location(_ id: Int) -> HTTPResponse { answer(#"{"data":{"location":{"id":"gid://shopify/Location/\#(id)"}}}"#) }
    let one = QuantityPush(key: ListingKey(product: "1", variant: "2", stock: "3"), sku: "A", quantity: .zero)
    let done = answer(#"{"data":{"inventorySetQuantities":{"inventoryAdjustmentGroup":{"id":"g"},"userErrors":[]}}}"#)
    let moved = answer(
        #"{"data":{"inventorySetQuantities":{"inventoryAdjustmentGroup":null,"userErrors":[{"code":"INVALID_LOCATION","field":["input","quantities","0","locationId"],"message":"The specified location could not be found."}]}}}"#
    )
    func places(_ asked: [JSON]) -> [String] {
        asked.map { $0["variables"]?["input"]?["quantities"]?.elements.first { _ in true }?["locationId"]?.string ?? "asks" }
    }
    let first = try connector().publish([one], idempotencyKey: "k", access)
    guard case .then(let set) = try first.read(location(7)) else { Issue.record("a set follows"); return }
    #expect(set.note == "gid://shopify/Location/7", "remembered for the next")

    let later = Access(token: nil, now: gifts.start, nonce: "n", note: set.note)
    let second = try play(try connector().publish([one], idempotencyKey: "k", later), [done])
    #expect(second.outputs.flatMap { $0 }.map(\.result) == [.acknowledged] && places(second.asked) == ["gid://shopify/Location/7"])

    let third = try play(try connector().publish([one], idempotencyKey: "k", later), [moved, location(8), done])
    #expect(third.outputs.flatMap { $0 }.map(\.result) == [.acknowledged])
    #expect(places(third.asked) == ["gid://shopify/Location/7", "asks", "gid://shopify/Location/8"])
    #expect(Set(third.asked.compactMap { $0["variables"]?["key"]?.string }).count == 2, "a key stands for one write")
}
