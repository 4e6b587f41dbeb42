// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import ShopifyChannel
import Testing
import Vocabulary

private func ask(
    _ twin: inout ShopifyTwin, _ query: String, _ variables: JSONValue = [:], token: String? = nil,
    at now: Instant = gifts.start
) throws -> JSON {
    let body: JSONValue = ["query": .string(query), "variables": variables]
    let request = HTTPRequest(
        .post, "http://127.0.0.1:4999/admin/api/2026-07/graphql.json",
        headers: ["Content-Type": "application/json", "X-Shopify-Access-Token": token ?? ShopifyTwin.accessToken],
        body: body.bytes)
    return try JSON.parse(twin.respond(to: request, at: now).body)
}

@Test func `every document costs what it declares`() throws {
    for document in GraphQLDocument.all {
        let operation = try GraphQLReader.read(document.text)
        #expect(operation.name == document.name)
        let count: Int = document.name == "TributaryOrders" ? 50 : 250
        let check = GraphQLCheck(operation, variables: ["first": .integer(count)])
        #expect(check.cost == document.points, "\(document.name)")
        #expect(check.cost <= 1000, "no call may ask for more")
    }
}

@Test func `costs are reckoned as the service's recorded answers have them`() throws {
    let cases: [(String, Int)] = [
        (
            "query { order(id: \"1\") { id fulfillmentOrders(first: 5) { nodes { id assignedLocation { location { id name } } } } } }",
            12
        ),
        ("query { orders(first: 20) { nodes { id name cancelledAt } } }", 7),
        ("query { order(id: \"1\") { id name cancelledAt } }", 1),
        ("query { orders(first: 1) { nodes { id } pageInfo { hasNextPage } } }", 3),
    ]
    for (query, cost) in cases {
        #expect(GraphQLCheck(try GraphQLReader.read(query), variables: [:]).cost == cost, "\(query)")
    }
}

@Test func `a wrong token is turned away in Shopify's words`() throws {
    var wire = try ShopifyWire(seed: gifts)
    var settings = wire.twin.settings(reachableAt: ShopifyWire.address)
    settings.values["clientID"] = nil
    settings.values["accessToken"] = "shpat_wrong"
    wire.connector = try ShopifyConnector(settings)
    let said = "[API] Invalid API key or access token (unrecognized login or wrong password)"
    #expect(throws: ChannelFailure.unauthorized(said)) { try wire.run { $0.test($1) } }
}

@Test func `unknown fields, arguments and variables have Shopify's own errors`() throws {
    var twin = ShopifyTwin(gifts)
    func error(_ query: String, _ variables: JSONValue = [:]) throws -> JSON? {
        try ask(&twin, query, variables)["errors"]?.elements.first { _ in true }
    }
    var found = try error("query Q { shop { nam } }")
    #expect(
        found?["message"]?.string == "Field 'nam' doesn't exist on type 'Shop'"
            && found?["extensions"]?["code"]?.string == "undefinedField")
    #expect(found?["path"]?.elements.map { $0.string } == ["query Q", "shop", "nam"])
    found = try error("{ order { id } }")
    #expect(found?["extensions"]?["code"]?.string == "missingRequiredArguments")
    found = try error("{ shop(id: 1) { id } }")
    #expect(found?["extensions"]?["code"]?.string == "argumentNotAccepted")
    found = try error("{ orders { nodes { id } } }")
    #expect(found?["message"]?.string == "you must provide one of first or last")
    found = try error("{ shop }")
    #expect(found?["extensions"]?["code"]?.string == "selectionMismatch")
    found = try error("{ shop { ")
    #expect(found?["message"]?.string?.hasPrefix("syntax error") == true)
    found = try error(
        "mutation($i: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $i) @idempotent(key: \"k\") { userErrors { code } } }",
        ["i": ["name": "available", "colour": "red"]])
    #expect(
        found?["extensions"]?["problems"]?.elements.first { _ in true }?["explanation"]?.string
            == "Field is not defined on InventorySetQuantitiesInput")
    found = try error(
        "mutation { inventorySetQuantities(input: {name: \"available\", reason: \"correction\", quantities: []}) { userErrors { code } } }"
    )
    #expect(
        found?["message"]?.string == "The @idempotent directive is required for this mutation but was not provided.")
}

@Test func `aliases, fragments and type names are answered`() throws {
    var twin = ShopifyTwin(gifts)
    let data = try ask(
        &twin, "{ a: shop { ...S } shop { __typename } } fragment S on Shop { title: name currencyCode }")["data"]
    #expect(data?["a"]?["title"]?.string == "Gift Shop" && data?["a"]?["currencyCode"]?.string == "GBP")
    #expect(data?["shop"]?["__typename"]?.string == "Shop")
}

@Test func `no document brings the reader down`() {
    let deep = String(repeating: "{a", count: 5000)
    for text in [
        deep, "{a(x:" + String(repeating: "[", count: 5000), "\"", "{ a(x: \"\\",
        "query($a:" + String(repeating: "[", count: 999), "{...on}", "fragment", "...", "",
    ] {
        #expect(throws: GraphQLSyntaxError.self) { try GraphQLReader.read(text) }
    }
    let loop = try? GraphQLReader.read("{ shop { ...A } } fragment A on Shop { ...A }")
    #expect(loop.map { GraphQLCheck($0, variables: [:]).errors.isEmpty } == false)
}

@Test func `the bucket throttles, and waiting as told is enough`() throws {
    var wire = try ShopifyWire(seed: gifts)
    _ = try wire.sold("#1", [("MUG", 1, "6.50")])
    let before = wire.now
    for _ in 0..<400 { _ = try wire.run { $0.quantities(of: [], $1) } }
    for _ in 0..<300 { _ = try wire.run { $0.subscribe(to: "http://127.0.0.1:8080/x", $1)! } }
    #expect(wire.throttled > 0 && wire.now > before)
    #expect(wire.throttled < 200, "one wait is mostly enough")
}

@Test func `a message is repeated eight times with its body and key, then the subscription is gone`() throws {
    var wire = try ShopifyWire(seed: gifts)
    try wire.listen()
    wire.shop(sale("#1", [("MUG", 1, "6.50")], paid: false))
    var tries: [[String]] = []
    var bodies: Set<[UInt8]> = []
    var now = wire.now
    let end = now + .hours(5)
    while now < end {
        let due = wire.twin.departures(at: now).filter { $0.request.headers["X-Shopify-Topic"] == "orders/create" }
        if !due.isEmpty { tries.append(due.compactMap { $0.request.headers["X-Shopify-Webhook-Id"] }) }
        for webhook in due {
            bodies.insert(webhook.request.body)
            wire.twin.delivered(webhook, status: 503, at: now)
        }
        now = now + .minutes(1)
    }
    #expect(tries.count == 9 && Set(tries.flatMap { $0 }).count == 1 && bodies.count == 1)
    wire.now = now
    wire.shop(sale("#2", [("MUG", 1, "6.50")]))
    #expect(!wire.twin.departures(at: now).contains { $0.request.headers["X-Shopify-Topic"] == "orders/create" })
    try wire.listen()
    wire.shop(sale("#3", [("MUG", 1, "6.50")]))
    let topics = wire.twin.departures(at: wire.now).compactMap { $0.request.headers["X-Shopify-Topic"] }
    #expect(topics.contains("orders/create"), "subscribing again mends it")
}

@Test func `one change has one event id and a webhook id for each of its messages`() throws {
    var wire = try ShopifyWire(seed: gifts)
    try wire.listen()
    wire.shop(sale("#1", [("MUG", 1, "6.50")]))
    let due = wire.twin.departures(at: wire.now)
    #expect(due.count == 4)
    #expect(Set(due.compactMap { $0.request.headers["X-Shopify-Event-Id"] }).count == 1)
    #expect(Set(due.compactMap { $0.request.headers["X-Shopify-Webhook-Id"] }).count == 4)
}

@Test func `the shelf holds what the shop sells, by the sum of an order's lines`() throws {
    var wire = try ShopifyWire(seed: gifts)
    #expect(wire.shop(sale("#1", [("TEA-L", 15, "1"), ("TEA-L", 6, "1")])) == .soldOut(sku: "TEA-L"))
    let forced = ShopOrder(
        reference: "#2", lines: [.init(sku: "TEA-L", title: "Tea", quantity: 25, unitPrice: "1")], buyer: ada,
        ignoresShelf: true)
    guard case .done = wire.shop(.order(forced)) else { Issue.record("taken in by hand"); return }
    #expect(wire.twin.shelf["TEA-L"] == -5)
    #expect(wire.shop(.cancel(reference: "#9")) == .unknown)
    guard case .refused = wire.shop(sale("#3", [("MUG", 0, "1")])) else { Issue.record("nothing is no order"); return }
}

@Test func `line totals are rounded half away from zero`() throws {
    var wire = try ShopifyWire(seed: gifts)
    let order = try wire.sold("#1", [("MUG", 2, "0.1275"), ("TEA-S", 3, "0.0050")])
    #expect(order.lines.map(\.net.minor) == [26, 2] && order.lines[0].unitPrice == Decimal10(units: 1275, scale: 4))
    #expect(order.total.minor == 26 + 2 + 395)
}

@Test func `a large shop stays quick`() throws {
    let articles = (0..<4000).map { TwinSeed.Article(sku: "A\($0)", title: "A", price: "1.00", quantity: 1_000_000) }
    var wire = try ShopifyWire(
        seed: TwinSeed(shopName: "Large", currency: .gbp, articles: articles, start: gifts.start, seed: 1))
    let clock = ContinuousClock()
    let spent = clock.measure {
        for number in 0..<10_000 {
            wire.now = wire.now + .seconds(20)
            wire.shop(sale("#\(number)", [("A\(number % 4000)", 1, "1.00"), ("A\(number % 17)", 2, "1.00")]))
        }
    }
    let end = wire.now
    let facts = try wire.run { $0.orders(changedFrom: end - .minutes(10), to: end, $1) }.flatMap { $0 }
    #expect(facts.count == 31)
    #expect(spent < .seconds(20), "\(spent)")
}
