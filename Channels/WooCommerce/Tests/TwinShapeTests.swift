// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import Testing
import Vocabulary
import WooCommerceChannel

/// What the recorded value has and the twin's has not, by path. A null and an empty list fit anything, and a list's rows are
/// compared by their first.
private func differences(_ recorded: JSON, _ twin: JSON, at path: String = "") -> [String] {
    if recorded.kind == .null || twin.kind == .null { return [] }
    guard recorded.kind == twin.kind else { return ["\(path): \(twin.kind) for \(recorded.kind)"] }
    switch recorded.kind {
    case .object:
        return recorded.members.flatMap { member -> [String] in
            guard let own = twin[dynamic: member.name] else { return ["\(path).\(member.name) is missing"] }
            return differences(member.value, own, at: path + "." + member.name)
        }
    case .array:
        guard let first = recorded.elements.first(where: { _ in true }),
            let own = twin.elements.first(where: { _ in true })
        else { return [] }
        return differences(first, own, at: path + "[]")
    default: return []
    }
}

/// Parts whose members depend on what was bought or sent, not on WooCommerce.
private func compared(_ number: String, _ body: [UInt8], leavingOut: [String] = []) throws -> [String]? {
    guard let recording = try Recording.named(number), let recorded = recording.body else { return nil }
    return differences(recorded, try JSON.parse(body)).filter { difference in
        !leavingOut.contains { difference.contains($0) }
    }
}

private func expectShape(_ number: String, _ response: HTTPResponse, leavingOut: [String] = []) throws {
    guard let recording = try Recording.named(number) else { return }
    #expect(response.status == recording.response.status, "\(recording.name)")
    #expect(try compared(number, response.body, leavingOut: leavingOut) == [], "\(recording.name)")
}

@Test func `new orders, changed orders and lists of orders have the recorded shape`() throws {
    var wire = try Shop.wire()
    let id = try wire.id("MUG-BLUE")
    let made = try wire.call(
        .post, "orders", [],
        "{\"payment_method\":\"cod\",\"line_items\":[{\"product_id\":\(id),\"quantity\":2}],\"meta_data\":[{\"key\":\"a\",\"value\":\"b\"}]}"
    )
    try expectShape("147", made)
    let order = try #require(try Shop.json(made)["id"]?.text)
    try expectShape("149", try wire.call(.put, "orders/\(order)", [], #"{"status":"processing"}"#))
    let paid = try wire.call(
        .post, "orders", [],
        "{\"payment_method\":\"bacs\",\"set_paid\":true,\"line_items\":[{\"product_id\":\(id),\"quantity\":1}],\"shipping_lines\":[{\"method_title\":\"Flat\",\"total\":\"5.00\"}]}"
    )
    try expectShape("151", paid)
    let shop = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "6.50")]))
    try expectShape("320", try wire.call(.get, "orders/\(shop)"))
    let fields =
        "id,status,date_created,date_created_gmt,date_modified,date_modified_gmt,date_paid,date_paid_gmt,date_completed"
    try expectShape(
        "264", try wire.call(.get, "orders", [("orderby", "modified"), ("order", "asc"), ("_fields", fields)]))
    try expectShape("254", try wire.call(.delete, "orders/\(order)"))
    try expectShape("256", try wire.call(.get, "orders/\(order)"))
    try expectShape("260", try wire.call(.get, "orders/987654"))
}

@Test func `products, variations and batches have the recorded shape`() throws {
    var wire = try Shop.wire()
    let id = try wire.id("MUG-BLUE")
    let tee = try #require(
        try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }.first { $0.sku == "TEE-S" }
    ).key
    try expectShape("060", try wire.call(.put, "products/\(id)", [], #"{"stock_quantity":7}"#))
    try expectShape("083", try wire.call(.get, "products/\(tee.product)"))
    try expectShape("079", try wire.call(.get, "products/\(tee.product)/variations"))
    try expectShape("081", try wire.call(.get, "products/\(tee.variant)"))
    try expectShape("082", try wire.call(.get, "variations"))
    try expectShape(
        "084",
        try wire.call(
            .post, "products/\(tee.product)/variations/batch", [],
            "{\"update\":[{\"id\":\(tee.variant),\"stock_quantity\":3}]}"))
    try expectShape(
        "092", try wire.call(.post, "products/batch", [], "{\"update\":[{\"id\":\(id),\"stock_quantity\":19}]}"))
    try expectShape(
        "089", try wire.call(.post, "products/batch", [], "{\"update\":[{\"id\":\(tee.variant),\"stock_quantity\":4}]}")
    )
    try expectShape("096", try wire.call(.post, "products/batch", [], "{}"))
    try expectShape("097", try wire.call(.post, "products/batch", [], #"{"update":{"id":1}}"#))
    try expectShape("088", try wire.call(.put, "products/\(tee.variant)", [], #"{"stock_quantity":4}"#))
    try expectShape("044", try wire.call(.post, "products", [], #"{"name":"New","sku":"NEW-1"}"#))
    try expectShape(
        "153",
        try wire.call(
            .get, "products/\(tee.variant)",
            [("_fields", "id,sku,manage_stock,stock_quantity,stock_status,date_modified_gmt,total_sales")]))
    try expectShape("033", try wire.call(.get, "settings/general/woocommerce_currency"), leavingOut: [".options."])
}

@Test func `refunds, notes and webhooks have the recorded shape`() throws {
    var wire = try Shop.wire()
    let id = try wire.placed(Shop.order("A", [("MUG-BLUE", 4, "13.00")]))
    let line = try wire.latest(id).lines[0].externalID
    let body =
        "{\"amount\":\"13.00\",\"api_refund\":false,\"line_items\":[{\"id\":\(line),\"quantity\":1,\"refund_total\":13.0}]}"
    try expectShape("197", try wire.call(.post, "orders/\(id)/refunds", [], body))
    try expectShape("212", try wire.call(.get, "orders/\(id)/refunds"))
    try expectShape("214", try wire.call(.get, "orders/\(id)"))
    try expectShape(
        "245", try wire.call(.post, "orders/\(id)/notes", [], #"{"note":"Your parcel left","customer_note":true}"#))
    try expectShape("248", try wire.call(.get, "orders/\(id)/notes", [("type", "customer")]))
    try expectShape(
        "123",
        try wire.call(
            .post, "webhooks", [], #"{"topic":"order.created","delivery_url":"http://127.0.0.1:8080/x","secret":"s"}"#))
    try expectShape("303", try wire.call(.put, "webhooks/1", [], #"{"status":"active"}"#))
}

@Test func `errors have the recorded status, code and shape`() throws {
    var wire = try Shop.wire()
    let id = try wire.id("MUG-BLUE")
    let order = try wire.placed(Shop.order("A", [("MUG-BLUE", 1, "6.50")], isPaid: false))
    let many = [String](repeating: "{\"id\":1}", count: 101).joined(separator: ",")
    let calls: [(String, HTTPRequest.Method, String, [(String, String)], String?)] = [
        ("017", .get, "nosuch", [], nil), ("019", .get, "products/999999", [], nil),
        ("021", .get, "products", [("per_page", "101")], nil),
        ("022", .get, "products", [("per_page", "abc")], nil), ("023", .get, "products", [("page", "0")], nil),
        ("025", .get, "orders", [("modified_after", "yesterday")], nil),
        ("027", .post, "products", [], "{\"name\": \"x\","),
        ("028", .post, "products", [], #"{"name":"x","stock_quantity":"many","manage_stock":"perhaps"}"#),
        ("046", .post, "products", [], #"{"sku":"MUG-BLUE"}"#),
        ("049", .post, "products", [], #"{"regular_price":12.5}"#),
        ("062", .put, "products/\(id)", [], #"{"stock_quantity":2.5}"#),
        ("094", .post, "products/batch", [], "{\"update\":[\(many)]}"),
        ("117", .post, "webhooks", [], #"{"topic":"order.exploded","delivery_url":"http://x"}"#),
        ("118", .post, "webhooks", [], #"{"topic":"order.created","delivery_url":"ftp://x"}"#),
        (
            "157", .post, "orders", [],
            "{\"line_items\":[{\"product_id\":\(id)}],\"coupon_lines\":[{\"code\":\"nope\"}]}"
        ),
        ("160", .post, "orders", [], "{\"line_items\":[{\"product_id\":\(id),\"quantity\":1.5}]}"),
        ("167", .post, "orders", [], #"{"line_items":[{"name":"Gift wrap"}]}"#),
        ("174", .post, "orders", [], #"{"status":"nosuch"}"#),
        ("204", .post, "orders/\(order)/refunds", [], #"{"amount":"500.00","api_refund":false}"#),
        ("205", .post, "orders/\(order)/refunds", [], #"{"amount":"1.00"}"#),
        ("211", .post, "orders/999999/refunds", [], #"{"amount":"1"}"#),
        ("219", .delete, "orders/\(order)/refunds/156", [("force", "true")], nil),
        ("246", .post, "orders/\(order)/notes", [], "{}"),
    ]
    for (number, method, path, query, body) in calls {
        let response = try wire.call(method, path, query, body)
        try expectShape(number, response)
        guard let recorded = try Recording.named(number)?.body else { continue }
        let json = try Shop.json(response)
        #expect(json["code"]?.string == recorded["code"]?.string, "\(number)")
        if !["157", "205"].contains(number) {
            #expect(json["message"]?.string == recorded["message"]?.string, "\(number)")
        }
    }
}

@Test func `webhooks have the recorded headers and shape`() throws {
    guard let all = try RecordedWebhook.all() else { return }
    var wire = try Shop.wire()
    _ = try wire.run { $0.subscribe(to: "http://127.0.0.1:8080/h", $1)! }
    _ = try wire.deliver()
    let id = try wire.placed(Shop.order("A", [("TEE-S", 1, "15.00"), ("MUG-BLUE", 1, "6.50")]))
    wire.now = wire.now + .seconds(1)
    var sent = wire.twin.departures(at: wire.now)
    _ = try wire.call(.delete, "orders/\(id)")
    sent += wire.twin.departures(at: wire.now + .seconds(1))
    for (number, topic, at) in [
        ("w0141", "order.created", 0), ("w0142", "order.updated", 0), ("w0157", "product.updated", 0),
        ("w0143", "product.updated", 1), ("w0149", "order.deleted", 0),
    ] {
        let recorded = try #require(all.first { $0.name.hasPrefix(number) }).request
        let ours = sent.filter { $0.request.headers["X-WC-Webhook-Topic"] == topic }[at].request
        #expect(differences(try JSON.parse(recorded.body), try JSON.parse(ours.body)) == [], "\(number)")
        let names = Set(recorded.headers.lines.map(\.name).filter { $0.hasPrefix("X-WC") })
        #expect(names.isSubset(of: Set(ours.headers.lines.map(\.name))))
    }
}
