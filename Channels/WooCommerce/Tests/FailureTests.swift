// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import JSONText
import Testing
import Vocabulary
import WooCommerceChannel

private func failing(_ status: Int, _ body: String, headers: HTTPHeaders = [:]) throws -> ChannelFailure? {
    let connector = try Shop.wire().connector
    let exchange = connector.order("7", Access(token: nil, now: Shop.start, nonce: "n"))
    return failure { _ = try outcome(exchange, status, body, headers: headers) }
}

@Test func `firewalls and hosts slow us down, with their own word on when to come back`() throws {
    let html = "<html>Too many requests</html>"
    #expect(try failing(429, html, headers: ["Retry-After": "17"]) == .throttled(retryAfter: .seconds(17)))
    #expect(try failing(429, html) == .throttled(retryAfter: nil))
    #expect(try failing(403, html, headers: ["Retry-After": "60"]) == .throttled(retryAfter: .seconds(60)))
    #expect(try failing(503, html, headers: ["Retry-After": "600"]) == .throttled(retryAfter: .seconds(600)))
    guard case .unavailable? = try failing(503, html) else {
        Issue.record("503")
        return
    }
    var wire = try Shop.wire()
    wire.twin.hostLimit = RateLimit("host", pointsPerSecond: 1, burst: 3)
    for number in 1...6 { _ = try wire.placed(Shop.order("N-\(number)", [("MUG-BLUE", 1, "6.50")])) }
    for _ in 1...8 { _ = try wire.poll(from: Shop.start, to: wire.now) }
    #expect(wire.throttled > 0, "the twin's host slows down too")
    wire.twin.maintenanceSeconds = 600
    let exchange = wire.connector.order("1", try wire.access())
    let response = wire.twin.respond(to: exchange.request, at: wire.now + .minutes(5))
    #expect(failure { _ = try exchange.read(response) } == .throttled(retryAfter: .seconds(600)))
}

@Test func `each documented error becomes the right failure`() throws {
    func body(_ code: String, _ message: String, _ data: String) -> String {
        "{\"code\":\"\(code)\",\"message\":\"\(message)\",\"data\":\(data)}"
    }
    let cases: [(Int, String, String)] = [
        (
            400, body("rest_invalid_param", "Invalid parameter(s): a", #"{"status":400,"params":{"a":"a is bad"}}"#),
            "refused"
        ),
        (401, body("woocommerce_rest_cannot_view", "Sorry", #"{"status":401}"#), "unauthorized"),
        (401, "<html>login</html>", "unauthorized"),
        (403, body("woocommerce_rest_cannot_view", "Sorry", #"{"status":403}"#), "forbidden"),
        (404, body("rest_no_route", "No route", #"{"status":404}"#), "refused"),
        (404, body("woocommerce_rest_product_invalid_id", "Invalid ID.", #"{"status":404}"#), "notFound"),
        (413, body("woocommerce_rest_request_entity_too_large", "Unable", #"{"status":413}"#), "refused"),
        (500, body("woocommerce_rest_invalid_order_id", "Invalid order ID.", "404"), "notFound"),
        (500, body("woocommerce_rest_cannot_create_order_refund", "Invalid refund amount.", "500"), "refused"),
        (500, body("internal_server_error", "<p>Critical</p>", #"{"status":500}"#), "unavailable"),
        (502, "<html>Bad gateway</html>", "unavailable"), (504, "<html>Gateway timeout</html>", "lost"),
        (524, "", "lost"),
        (301, "", "refused"), (501, body("woocommerce_rest_trash_not_supported", "no", #"{"status":501}"#), "refused"),
        (200, body("woocommerce_rest_cannot_view", "Sorry", #"{"status":401}"#), "unauthorized"),
        (200, "<html>A page, not the API</html>", "unreadable"), (200, "", "unreadable"),
    ]
    for (status, body, name) in cases {
        let found = try failing(status, body)
        #expect(
            found.map { String(describing: $0).hasPrefix(name) } == true,
            "\(status) \(body): \(String(describing: found))")
    }
}

@Test func `noise before the JSON is passed over`() throws {
    let connector = try Shop.wire().connector
    let exchange = connector.order("7", Access(token: nil, now: Shop.start, nonce: "n"))
    let order = Sample.order(status: "processing")
    for noise in ["\u{FEFF}", "<br />\n<b>Warning</b>: foo[0] in {main} on line <b>3</b><br />\n", "\n\n"] {
        guard case .done(let facts) = try outcome(exchange, 200, noise + order) else {
            Issue.record(Comment(rawValue: noise))
            return
        }
        #expect(facts.count == 1)
    }
}
