// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import Testing
import Vocabulary
import WooCommerceChannel

private func orders(_ facts: [ChannelFact]) -> [ChannelOrder] {
    facts.compactMap { if case .order(let order) = $0 { order } else { nil } }
}

@Test func `both ends of a window leave out the second they name, so it is widened`() throws {
    var wire = try Shop.wire()
    wire.now = wire.now + .minutes(1)
    _ = wire.shop(Shop.order("A", [("MUG-BLUE", 1, "6.50")]))
    let second = wire.now.isoLocalSeconds
    #expect(
        try wire.json(.get, "orders", [("modified_after", second), ("dates_are_gmt", "true")]).elements.isEmptyList)
    #expect(
        try wire.json(.get, "orders", [("modified_before", second), ("dates_are_gmt", "true")]).elements.isEmptyList)
    #expect(orders(try wire.poll(from: wire.now, to: wire.now)).count == 1)
    #expect(orders(try wire.poll(from: wire.now + .seconds(2), to: wire.now + .minutes(1))).isEmpty)
    #expect(orders(try wire.poll(from: Shop.start, to: wire.now - .seconds(2))).isEmpty)
}

@Test func `a bare time is shop time unless it is said to be GMT, and a zone always wins`() throws {
    var wire = try Shop.wire()
    wire.now = wire.now + .minutes(1)
    _ = wire.shop(Shop.order("A", [("MUG-BLUE", 1, "6.50")]))
    let before = (wire.now - .minutes(1)).isoLocalSeconds
    #expect(
        try wire.json(.get, "orders", [("modified_after", before)]).elements.isEmptyList,
        "in New York that is still to come")
    #expect(
        !(try wire.json(.get, "orders", [("modified_after", before), ("dates_are_gmt", "true")]).elements.isEmptyList))
    #expect(!(try wire.json(.get, "orders", [("modified_after", before + "Z")]).elements.isEmptyList))
    let request = wire.connector.orders(changedFrom: Shop.start, to: wire.now, try wire.access()).request
    #expect(request.query("dates_are_gmt") == "true" && request.query("modified_after") == "2026-11-02T08:59:59")
}

@Test func `dates are read from their GMT twins`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "6.50")]))
    let json = try wire.json(.get, "orders/\(id)")
    #expect(
        json["date_created"]?.string == "2026-11-02T04:00:00"
            && json["date_created_gmt"]?.string == "2026-11-02T09:00:00")
    #expect(try wire.latest(id).placedAt == Shop.start)
}

@Test func `totals and links lead from page to page, and past the end there is an empty list`() throws {
    var wire = try Shop.wire()
    let first = try wire.call(.get, "products", [("per_page", "2"), ("page", "1")])
    #expect(
        first.headers["X-WP-Total"] == "3" && first.headers["X-WP-TotalPages"] == "2"
            && first.headers["Link"]?.contains("rel=\"next\"") == true)
    let past = try wire.call(.get, "products", [("per_page", "2"), ("page", "900")])
    #expect(past.status == 200 && past.body == Array("[]".utf8) && past.headers["X-WP-Total"] == "3")
    #expect(try wire.call(.get, "products", [("per_page", "101")]).status == 400)
    #expect(try wire.call(.get, "products", [("page", "0")]).status == 400)
    let head = try wire.call(.head, "products", [("per_page", "1")])
    #expect(head.body.isEmpty && head.headers["X-WP-Total"] == "3")
}

@Test func `a poll walks over all pages, oldest first`() throws {
    var wire = try Shop.wire()
    _ = wire.shop(.edit(sku: "MUG-BLUE", quantity: 1000))
    for number in 1...250 {
        wire.now = wire.now + .seconds(1)
        _ = try wire.placed(Shop.order("N-\(number)", [("MUG-BLUE", 1, "6.50")]))
    }
    let found = orders(try wire.poll(from: Shop.start, to: wire.now))
    #expect(found.map(\.number) == (1...250).map { "N-\($0)" })
    #expect(wire.calls == 3)
}

@Test func `an order that changes during the walk makes no other slip between two pages`() throws {
    var wire = try Shop.wire()
    _ = wire.shop(.edit(sku: "MUG-BLUE", quantity: 1000))
    var ids: [String] = []
    for number in 1...150 {
        wire.now = wire.now + .seconds(1)
        ids.append(try wire.placed(Shop.order("N-\(number)", [("MUG-BLUE", 1, "6.50")])))
    }
    let to = wire.now
    wire.now = wire.now + .seconds(30)
    var exchange = wire.connector.orders(changedFrom: Shop.start, to: to, try wire.access())
    var seen: Set<String> = []
    var step = 0
    walk: while true {
        let reply = try exchange.read(try wire.send(exchange.request))
        step += 1
        if step == 1 {
            _ = wire.shop(.cancel(reference: "N-1"))
            _ = wire.shop(.cancel(reference: "N-2"))
        }
        switch reply {
        case .done(let facts):
            seen.formUnion(orders(facts).map(\.number))
            break walk
        case .page(let facts, let next):
            seen.formUnion(orders(facts).map(\.number))
            exchange = next
        case .then(let next), .wait(_, let next): exchange = next
        }
    }
    #expect(seen.count == 150, "numbers 101 and 102 have moved to the first page meanwhile")
}

@Test func `articles changed since a moment are found, variations without their parents too`() throws {
    var wire = try Shop.wire()
    wire.now = wire.now + .minutes(10)
    let since = wire.now
    _ = wire.shop(.edit(sku: "MUG-RED", quantity: 2))
    _ = wire.shop(.edit(sku: "TEE-M", quantity: 1))
    let changed = try wire.run { $0.listings(changedSince: since, $1) }.flatMap { $0 }
    #expect(Set(changed.compactMap(\.sku)) == ["MUG-RED", "TEE-M"])
    #expect(changed.first { $0.sku == "TEE-M" }?.key.stock.contains("/") == true)
}

@Test func `the list of all variations is missing in older shops, which is no failure`() throws {
    var wire = try Shop.wire()
    wire.disturb = { request, response in
        guard request.path.hasSuffix("/v3/variations") else { return response }
        return HTTPResponse(
            404, body: Array(#"{"code":"rest_no_route","message":"No route","data":{"status":404}}"#.utf8))
    }
    #expect(try wire.run { $0.listings(changedSince: Shop.start - .days(1), $1) }.flatMap { $0 }.count == 4)
}

@Test func `a PUT that changes nothing still moves the date`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "6.50")]))
    wire.now = wire.now + .minutes(1)
    _ = try wire.call(.put, "orders/\(id)", [], #"{"status":"processing","total":"1.00"}"#)
    let order = try wire.latest(id)
    #expect(order.changedAt == wire.now && order.total.minor == 1045, "read-only fields are ignored with 200")
}

extension JSONElements {
    var isEmptyList: Bool { first { _ in true } == nil }
}
