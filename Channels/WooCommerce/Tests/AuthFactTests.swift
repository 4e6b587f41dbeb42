// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import Synchronization
import Testing
import Vocabulary
import WooCommerceChannel

private func settings(_ address: String, _ twin: WooCommerceTwin, key: String? = nil, secret: String? = nil)
    -> ChannelSettings
{
    var settings = twin.settings(reachableAt: address)
    if let key { settings.values["consumerKey"] = key }
    if let secret { settings.values["consumerSecret"] = secret }
    return settings
}

/// Runs the credentials test against the twin and gives its failure.
private func testing(
    _ settings: ChannelSettings, _ twin: inout WooCommerceTwin, nonce: String = "n1", now: Instant = Shop.start,
    at: Instant = Shop.start
) throws
    -> ChannelFailure?
{
    let connector = try WooCommerceConnector(settings)
    let exchange = connector.test(Access(token: nil, now: now, nonce: nonce))
    let response = twin.respond(to: exchange.request, at: at)
    return failure { _ = try exchange.read(response) }
}

@Test func `keys go as Basic over HTTPS and as an OAuth signature over HTTP`() throws {
    var twin = WooCommerceTwin(Shop.seed)
    let secure = try WooCommerceConnector(settings("https://shop.example.test/", twin)).test(
        Access(token: nil, now: Shop.start, nonce: "a")
    ).request
    #expect(secure.headers["Authorization"]?.hasPrefix("Basic ") == true && secure.query.isEmpty)
    let plain = try WooCommerceConnector(settings("http://shop.example.test", twin)).test(
        Access(token: nil, now: Shop.start, nonce: "a")
    ).request
    #expect(plain.headers["Authorization"] == nil && plain.query("oauth_signature_method") == "HMAC-SHA256")
    #expect(try testing(settings("https://shop.example.test", twin), &twin) == nil)
    #expect(try testing(settings("http://shop.example.test", twin), &twin) == nil)
    #expect(
        try testing(settings("http://shop.example.test/folder", twin), &twin) != nil,
        "the twin's WordPress lies in no folder")
}

@Test func `Basic credentials over plain HTTP are silently passed over`() throws {
    var twin = WooCommerceTwin(Shop.seed)
    var request = try WooCommerceConnector(settings("https://127.0.0.1:1", twin)).test(
        Access(token: nil, now: Shop.start, nonce: "a")
    ).request
    request.url = "http" + request.url.dropFirst(5)
    let response = twin.respond(to: request, at: Shop.start)
    #expect(response.status == 401)
    #expect(try Shop.json(response)["code"]?.string == "woocommerce_rest_cannot_view")
}

@Test func `a missing, an unknown and a wrong key are unauthorized`() throws {
    var twin = WooCommerceTwin(Shop.seed)
    let bare = twin.respond(to: HTTPRequest(.get, "https://s.test/wp-json/wc/v3/products"), at: Shop.start)
    #expect(bare.status == 401)
    guard case .unauthorized(let unknown)? = try testing(settings("https://s.test", twin, key: "ck_nobody"), &twin)
    else {
        Issue.record("an unknown key")
        return
    }
    #expect(unknown.hasPrefix("woocommerce_rest_cannot_view"), "the same answer as without a key")
    guard case .unauthorized(let wrong)? = try testing(settings("https://s.test", twin, secret: "cs_wrong"), &twin)
    else {
        Issue.record("a wrong secret")
        return
    }
    #expect(wrong.contains("Consumer secret is invalid."))
    guard case .unauthorized(let signature)? = try testing(settings("http://s.test", twin, secret: "cs_wrong"), &twin)
    else {
        Issue.record("a wrong signature")
        return
    }
    #expect(signature.contains("provided signature does not match"))
}

@Test func `a read-only key that writes gets 401 and is told as forbidden`() throws {
    var wire = try Shop.wire()
    wire.twin.keyMayWrite = false
    let id = try wire.id("MUG-BLUE")
    let push = QuantityPush(
        key: ListingKey(product: id, variant: id, stock: id), sku: "MUG-BLUE", quantity: Quantity(1)!)
    guard case .forbidden? = failure({ _ = try wire.run { $0.publish([push], idempotencyKey: "k", $1) } }) else {
        Issue.record("not forbidden")
        return
    }
    #expect(wire.twin.shelf["MUG-BLUE"] == 20)
}

@Test func `a nonce is taken once`() throws {
    var wire = try Shop.wire()
    let request = wire.connector.request(.get, "products", try wire.access())
    #expect(wire.twin.respond(to: request, at: wire.now).status == 200)
    let second = wire.twin.respond(to: request, at: wire.now)
    #expect(second.status == 401)
    #expect(try Shop.json(second)["message"]?.string == "Invalid nonce - nonce has already been used.")
}

@Test func `reading again after a lost answer passes by the used nonce, writing again does not`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "6.50")]))
    let exchange = wire.connector.order(id, try wire.access())
    _ = try wire.send(exchange.request)
    guard case .then(let again) = try exchange.read(try wire.send(exchange.request)) else {
        Issue.record("asked again under another nonce")
        return
    }
    guard case .done(let facts) = try again.read(try wire.send(again.request)) else {
        Issue.record("the order")
        return
    }
    #expect(facts.count == 1)
    let mug = try wire.id("MUG-BLUE")
    let push = QuantityPush(
        key: ListingKey(product: mug, variant: mug, stock: mug), sku: "MUG-BLUE", quantity: Quantity(9)!)
    let writing = wire.connector.publish([push], idempotencyKey: "k", try wire.access())
    _ = try wire.send(writing.request)
    let second = try wire.send(writing.request)
    guard case .lost? = failure({ _ = try writing.read(second) }) else {
        Issue.record("its outcome is unknown: read back")
        return
    }
}

@Test func `keys in the query count on HTTPS only`() throws {
    var twin = WooCommerceTwin(Shop.seed)
    let settings = twin.settings(reachableAt: "https://s.test")
    let query = "?consumer_key=\(settings["consumerKey"] ?? "")&consumer_secret=\(settings["consumerSecret"] ?? "")"
    #expect(
        twin.respond(to: HTTPRequest(.get, "https://s.test/wp-json/wc/v3/products" + query), at: Shop.start).status
            == 200)
    #expect(
        twin.respond(to: HTTPRequest(.get, "http://s.test/wp-json/wc/v3/products" + query), at: Shop.start).status
            == 401)
}

@Test func `a clock a thousand seconds off is no fault of the key`() throws {
    var twin = WooCommerceTwin(Shop.seed)
    let shop = settings("http://s.test", twin)
    guard case .unavailable(let why)? = try testing(shop, &twin, now: Shop.start - .seconds(1000)) else {
        Issue.record("an old timestamp")
        return
    }
    #expect(why.contains("Invalid timestamp"))
    #expect(try testing(shop, &twin, nonce: "n2", now: Shop.start - .seconds(800)) == nil)
}

@Test func `each request of a chain has a nonce of its own`() throws {
    var wire = try Shop.wire()
    let nonces = Nonces()
    wire.disturb = { request, response in
        nonces.add(request.query("oauth_nonce"))
        return response
    }
    _ = try wire.run { $0.listings(changedSince: nil, $1) }
    _ = try wire.run { $0.subscribe(to: "http://127.0.0.1:8080/hooks/1", $1)! }
    #expect(nonces.all.count == wire.calls && Set(nonces.all).count == nonces.all.count)
}

@Test func `a repeated list parameter breaks the signature, commas do not`() throws {
    var wire = try Shop.wire()
    #expect(try wire.call(.get, "products", [("include[]", "1"), ("include[]", "2")]).status == 401)
    #expect(try wire.call(.get, "products", [("include", "11,12")]).status == 200)
}

@Test func `OAuth passes over HTTPS too, and a method in the query overrides POST`() throws {
    var wire = try Shop.wire()
    let plain = wire.connector.request(.get, "products", try wire.access())
    var secure = plain
    secure.url = "https" + plain.url.dropFirst(4)
    #expect(wire.twin.respond(to: secure, at: wire.now).status == 401, "the scheme is part of what is signed")
    let id = try wire.id("MUG-RED")
    #expect(try wire.call(.post, "products/\(id)", [("_method", "DELETE"), ("force", "true")]).status == 200)
    #expect(try wire.call(.get, "products/\(id)").status == 404)
}

@Test func `the settings name the field that cannot be right`() {
    let good = WooCommerceTwin(Shop.seed).settings(reachableAt: "shop.example.test")
    #expect(throws: Never.self) { try WooCommerceConnector(good) }
    for (field, value, kind) in [
        ("address", "", SettingsProblem.Kind.missing), ("address", "ftp://shop", .malformed),
        ("address", "https://", .malformed),
        ("address", "https://shop?x=1", .malformed), ("consumerKey", "", .missing),
        ("consumerKey", "cs_swapped", .malformed),
        ("consumerSecret", "", .missing), ("consumerSecret", "ck_swapped", .malformed), ("webhookSecret", "", .missing),
        ("tracking", "pigeon", .malformed), ("gatewayRefunds", "perhaps", .malformed),
    ] {
        var settings = good
        settings.values[field] = value
        #expect(throws: SettingsProblem(field: field, kind: kind)) { try WooCommerceConnector(settings) }
    }
}

private final class Nonces: Sendable {
    private let seen = Mutex<[String]>([])
    func add(_ nonce: String?) { seen.withLock { if let nonce { $0.append(nonce) } } }
    var all: [String] { seen.withLock { $0 } }
}
