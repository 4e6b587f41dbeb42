// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import Foundation
import JSONText
import TestSupport
import Testing
import Vocabulary
import WooCommerceChannel

private let access = Access(token: nil, now: Shop.start, nonce: "n")

private func connector() throws -> WooCommerceConnector {
    try WooCommerceConnector(WooCommerceTwin(Shop.seed).settings(reachableAt: "https://shop.example.test"))
}

/// The objects of a body: itself, the rows of a list, or the items of a batch.
private func objects(_ body: JSON?) -> [JSON] {
    guard let body else { return [] }
    if body.kind == .array { return Array(body.elements) }
    let items = ["create", "update"].flatMap { name in (body[dynamic: name].map { Array($0.elements) } ?? []) }
    return items.isEmpty ? [body] : items
}

@Test func `every recorded order decodes, or is refused for its negative quantity`() throws {
    guard let all = try Recording.all() else { return }
    var read = 0
    var refused: [String] = []
    for recording in all where recording.response.status < 300 && recording.parts.first == "orders" {
        for json in objects(recording.body)
        where json["line_items"] != nil && json["status"] != nil && json["currency"] != nil {
            do throws(Unreadable) {
                let facts = try connectorFacts("order.updated", json)
                guard case .order(let order)? = facts.first else {
                    #expect(facts == [.orderDeleted(orderID: json["id"]?.text ?? "")])
                    read += 1
                    continue
                }
                try expectSums(order, recording.name)
                read += 1
            } catch { refused.append("\(recording.name): \(error.name)") }
        }
    }
    #expect(read == 61, "orders read from the recordings")
    #expect(refused == ["162-order-quantity-negative: negative-quantity"])
}

private func connectorFacts(_ topic: String, _ json: JSON) throws(Unreadable) -> [ChannelFact] {
    guard let connector = try? connector() else { return [] }
    return try connector.facts(topic: topic, body: json.value.bytes)
}

/// Lines, shipping and fees make the total, except where quantities were edited or more decimals were asked for.
private func expectSums(_ order: ChannelOrder, _ name: String) throws(Unreadable) {
    guard !name.contains("dp6"), !name.contains("batch-skips") else { return }
    let sum = order.lines.reduce(order.shipping + order.shippingTax + order.fees + order.feesTax) {
        $0 + $1.net + $1.tax
    }
    #expect(sum == order.total, "\(name)")
}

@Test func `every recorded product and variation decodes as a listing`() throws {
    guard let all = try Recording.all() else { return }
    var read = 0
    var parents = 0
    for recording in all
    where recording.response.status < 300 && ["products", "variations"].contains(recording.parts.first) {
        for json in objects(recording.body) where json["type"] != nil && json["stock_status"] != nil {
            let facts = try connectorFacts("product.updated", json)
            guard case .listing(let listing)? = facts.first else {
                #expect(json["type"]?.string == "variable", "\(recording.name)")
                parents += 1
                continue
            }
            read += 1
            #expect(listing.key.variant == json["id"]?.text)
            let isCounted = json["manage_stock"]?.bool == true
            #expect((listing.quantity != nil) == isCounted, "\(recording.name)")
            if json["type"]?.string == "variation" { #expect(listing.key.stock == "23/\(listing.key.variant)") }
        }
    }
    #expect(read == 82, "articles read from the recordings")
    #expect(parents == 2, "variable products, which sell through their variations")
}

@Test func `every recorded refund decodes within its order`() throws {
    guard let all = try Recording.all() else { return }
    var read = 0
    let order = try #require(all.first { $0.name.hasPrefix("214-") })
    for recording in all
    where recording.response.status < 300 && recording.parts.contains("refunds") && recording.parts.first == "orders" {
        for json in objects(recording.body) {
            let found = try refunds(of: order, [json])
            #expect(found?.count == 1, "\(recording.name)")
            read += 1
        }
    }
    #expect(read == 18, "refunds read from the recordings")
}

/// The refunds that the connector reads for a recorded order from a list of them.
private func refunds(of order: Recording, _ list: [JSON]) throws -> [ChannelRefund]? {
    let connector = try connector()
    guard case .then(let next) = try connector.order("155", access).read(order.response) else { return nil }
    let answer = HTTPResponse(
        200, headers: ["X-WP-Total": String(list.count), "X-WP-TotalPages": "1"],
        body: JSONValue.array(list.map(\.value)).bytes)
    guard case .done(let facts) = try next.read(answer), case .order(let read)? = facts.first else { return nil }
    return read.refunds
}

@Test func `the shop's own counts tell which recorded refunds went back on the shelf`() throws {
    guard let order = try Recording.named("214"), let list = try Recording.named("212") else { return }
    let rows = list.body.map { Array($0.elements) } ?? []
    let found = try #require(try refunds(of: order, rows))
    func line(_ id: String) -> ChannelRefund.Line? { found.first { $0.externalID == id }?.lines.first }
    #expect(found.count == 8)
    #expect(line("164")?.disposition == .restocked && line("164")?.quantity.units == 40)
    let ones = ["156", "157", "158"].compactMap { line($0)?.disposition }
    #expect(ones == [.unknown, .unknown, .unknown], "two of three single units went back, and nothing says which")
    #expect(line("157")?.net.minor == 1300 && line("157")?.tax.minor == 115)
    #expect(found.first { $0.externalID == "162" }?.total.minor == 0, "no amount is nothing")
    let first = try refunds(of: order, rows.filter { ["156", "157", "164"].contains($0["id"]?.text) })
    #expect(first?.flatMap(\.lines).map(\.disposition) == [.restocked, .restocked, .restocked])
}

@Test func `every recorded error becomes a failure of the right kind`() throws {
    guard let all = try Recording.all() else { return }
    var kinds: [String: Int] = [:]
    let connector = try connector()
    for recording in all where recording.response.status >= 400 && !recording.path.contains("/store/") {
        let failure = failure { _ = try connector.order("1", access).read(recording.response) }
        let name = failure.map { String(describing: $0).prefix { $0 != "(" } } ?? "none"
        let isGone = failure == nil && recording.name == "260-err-order-get-deleted"
        let isReplay = failure == nil && recording.name == "009-auth-oauth1-replayed-nonce"
        kinds[isGone ? "deleted" : isReplay ? "asked again" : String(name), default: 0] += 1
    }
    #expect(
        kinds == [
            "unauthorized": 7, "forbidden": 1, "asked again": 1, "unavailable": 3, "refused": 33, "notFound": 5, "deleted": 1,
        ])
}

@Test func `recorded OAuth signatures are computed again`() throws {
    guard let all = try Recording.all() else { return }
    var checked = 0
    for recording in all {
        guard let oauth = recording.json["oauth"], let secret = oauth["consumer_secret"]?.string else { continue }
        let url = "\(recording.scheme)://shop.example.test\(recording.path)"
        let pairs = recording.query.filter { $0.0 != "oauth_signature" }
        let algorithm = recording.query.first { $0.0 == "oauth_signature_method" }?.1 ?? ""
        let (base, signature) = WooCommerceConnector.oauth(
            recording.method, url, pairs, secret: secret, algorithm: algorithm)
        // Repeated names are the one thing we never send: the recorder sorted them its own way.
        #expect(base == oauth["base_string"]?.string, "\(recording.name)")
        #expect(signature == recording.query.first { $0.0 == "oauth_signature" }?.1, "\(recording.name)")
        checked += 1
    }
    #expect(checked == 5)
}

@Test func `recorded batches, webhook lists and the currency are read`() throws {
    guard let all = try Recording.all() else { return }
    let connector = try connector()
    func recording(_ number: String) throws -> Recording { try #require(all.first { $0.name.hasPrefix(number + "-") }) }
    func push(_ stock: String, _ units: Int) -> QuantityPush {
        QuantityPush(
            key: ListingKey(product: stock, variant: stock, stock: stock), sku: stock, quantity: Quantity(units)!)
    }
    func results(_ number: String, _ pushes: [QuantityPush]) throws -> [QuantityOutcome.Result] {
        guard
            case .done(let outcomes) = try connector.publish(pushes, idempotencyKey: "k", access).read(
                try recording(number).response)
        else { return [] }
        return outcomes.map(\.result)
    }
    let mixed = try results("092", [push("12", 19), push("999999", 1), push("13", 5)])
    #expect(mixed.first == .acknowledged && mixed.last == .failed("the shop shows 0 instead"))
    guard mixed.count == 3, case .refused = mixed[1] else {
        Issue.record("\(mixed)")
        return
    }
    #expect(try results("084", [push("23/24", 3), push("23/25", 0)]) == [.acknowledged, .acknowledged])
    guard case .refused? = try results("089", [push("24", 4)]).first else {
        Issue.record("089")
        return
    }
    #expect(try results("096", []) == [])
    guard case .then(let next) = try connector.test(access).read(try recording("033").response) else {
        Issue.record("033")
        return
    }
    guard case .done(let identity) = try outcome(next, 200, #"{"name":"A shop &amp; more"}"#) else {
        Issue.record("the index")
        return
    }
    #expect(identity == ShopIdentity(name: "A shop & more", currency: .usd))
    let page = HTTPResponse(
        200, headers: ["X-WP-Total": "1", "X-WP-TotalPages": "1"],
        body: [0x5B] + (try recording("302").response.body) + [0x5D])
    guard
        case .then(let mending)? = try connector.subscribe(to: "http://127.0.0.1:8080/fail/order.updated", access)?
            .read(page)
    else {
        Issue.record("302")
        return
    }
    #expect(mending.request.method == .post, "order.created is missing and comes first")
}

@Test func `every documented sample of an order, product, refund or webhook decodes`() throws {
    guard let folder = OutsideMaterial.specs("woocommerce/samples") else { return }
    func samples(_ file: String) throws -> [JSON] {
        let json = try JSON.parse(Array(try Data(contentsOf: folder.appendingPathComponent(file))))
        return json.elements.compactMap { $0["response"] }.flatMap(objects)
    }
    var orders = 0
    for json in try samples("orders.json") where json["line_items"] != nil {
        _ = try connectorFacts("order.updated", json)
        orders += 1
    }
    var products = 0
    for json in try samples("products.json") where json["type"] != nil {
        _ = try connectorFacts("product.updated", json)
        products += 1
    }
    var refunds = 0
    let order = try outcomeOrder()
    for json in try samples("order-refunds.json") where json["amount"] != nil {
        let answer = HTTPResponse(200, body: JSONValue.array([json.value]).bytes)
        guard case .done = try order.read(answer) else {
            Issue.record("a refund")
            continue
        }
        refunds += 1
    }
    #expect(orders == 9 && products == 9 && refunds == 5, "\(orders) orders, \(products) products, \(refunds) refunds")
}

/// The second step of reading an order that has a refund.
private func outcomeOrder() throws -> Exchange<[ChannelFact]> {
    let body = Sample.order(status: "processing").replacingOccurrences(
        of: "\"refunds\":[]", with: "\"refunds\":[{\"id\":1,\"total\":\"-1.00\"}]")
    guard case .then(let next) = try outcome(try connector().order("7", access), 200, body) else { throw Missing() }
    return next
}
