// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import Testing
import Vocabulary
import WooCommerceChannel

/// A shop of so many plain mugs and so many tees in four sizes.
private func bigSeed(mugs: Int, tees: Int) -> TwinSeed {
    var articles = (0..<mugs).map {
        TwinSeed.Article(sku: "MUG-\($0)", title: "Mug \($0)", price: "6.50", quantity: 1000)
    }
    for tee in 0..<tees {
        for size in ["S", "M", "L", "XL"] {
            articles.append(
                .init(
                    sku: "TEE-\(tee)-\(size)", title: "Tee \(tee)", price: "15.00", quantity: 1000,
                    parent: "TEE-\(tee)", options: [.init(name: "Size", value: size)]))
        }
    }
    return TwinSeed(shopName: "Big", currency: .gbp, articles: articles, start: Shop.start, seed: 3)
}

@Test func `four thousand articles are listed and set within the host's limit`() throws {
    var wire = try ShopWire(seed: bigSeed(mugs: 3600, tees: 100))
    let listings = try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }
    #expect(listings.count == 4000 && Set(listings.map(\.key.stock)).count == 4000)
    let pushes = listings.prefix(100).map { QuantityPush(key: $0.key, sku: $0.sku!, quantity: Quantity(7)!) }
    #expect(
        try wire.run { $0.publish(pushes, idempotencyKey: "k", $1) }.flatMap { $0 }.allSatisfy {
            $0.result == .acknowledged
        })
    #expect(wire.throttled > 0 || wire.calls < 60)
}

@Test func `an order of eleven hundred lines goes through every step`() throws {
    var wire = try ShopWire(seed: bigSeed(mugs: 1100, tees: 0))
    _ = try wire.run { $0.subscribe(to: "http://127.0.0.1:8080/h", $1)! }
    let id = try wire.placed(Shop.order("BIG", (0..<1100).map { ("MUG-\($0)", 1, "6.5050") }, shipping: "0"))
    wire.now = wire.now + .seconds(1)
    let told = try wire.deliver().compactMap { if case .order(let order) = $0 { order } else { nil } }
    #expect(told.last?.lines.count == 1100 && told.last?.total.minor == 1100 * 651)
    let lines = try wire.latest(id).lines
    let ship = ChannelAction.ship(
        .init(
            orderID: id, reference: "1", shippedAt: wire.now,
            lines: lines.map { .init(lineID: $0.externalID, quantity: $0.quantity) }, isLast: true, tracking: nil))
    _ = try wire.run { $0.perform(ship, idempotencyKey: "s", $1) }
    let read = try wire.latest(id)
    #expect(read.shipments?.first?.lines.count == 1100 && read.shipments?.count == 1)
}

@Test func `nothing that is sent to the twin stops it`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 2, "6.50"), ("TEE-S", 1, "15.00")]))
    let line = try wire.latest(id).lines[0].externalID
    let mug = try wire.id("MUG-BLUE")
    var chance = SplitMix64(seed: 5)
    let paths = [
        "products", "products/\(mug)", "products/batch", "products/999/variations", "products/\(mug)/variations/batch",
        "orders", "orders/\(id)",
        "orders/\(id)/refunds", "orders/\(id)/refunds/1", "orders/\(id)/notes", "webhooks", "webhooks/1",
        "settings/general/woocommerce_currency", "variations", "", "//",
    ]
    let values = [
        "0", "-1", "1.5", "9223372036854775807", "-9223372036854775807", "99999999999999999999", "\"x\"", "null", "[]",
        "{}", "true", "\"\"", "1e400", line, mug,
    ]
    let names = [
        "id", "stock_quantity", "inventory_delta", "manage_stock", "amount", "quantity", "refund_total", "status",
        "product_id", "total", "set_paid", "sku", "topic", "note",
    ]
    func value(_ chance: inout SplitMix64) -> String { values[chance.number(in: 0...(values.count - 1))] }
    func object(_ chance: inout SplitMix64) -> String {
        "{"
            + (0...chance.number(in: 0...4)).map { _ in
                "\"\(names[chance.number(in: 0...(names.count - 1))])\":\(value(&chance))"
            }.joined(separator: ",") + "}"
    }
    let lists = ["update", "create", "delete", "line_items", "meta_data", "shipping_lines", "coupon_lines"]
    for _ in 1...3000 {
        let method = HTTPRequest.Method.allCases[chance.number(in: 0...5)]
        let path = paths[chance.number(in: 0...(paths.count - 1))]
        let list = lists[chance.number(in: 0...(lists.count - 1))]
        let body =
            chance.number(in: 0...1) == 0
            ? object(&chance) : "{\"\(list)\":[\(object(&chance)),\(value(&chance))],\"status\":\"completed\"}"
        let query = [
            ("page", value(&chance)), ("per_page", "10"), ("include", value(&chance)),
            ("modified_after", "2026-11-02T09:00:00"),
        ]
        let response = try wire.call(
            method, path, chance.number(in: 0...3) == 0 ? query : [], method == .get ? nil : body)
        #expect((200..<600).contains(response.status))
        if method != .head { #expect(throws: Never.self) { try JSON.parse(response.body) } }
        wire.now = wire.now + .milliseconds(Int64(chance.number(in: 0...500)))
    }
    #expect(!wire.twin.shelf.isEmpty)
}
