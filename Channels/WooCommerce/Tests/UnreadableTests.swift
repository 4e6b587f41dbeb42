// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import Testing
import Vocabulary
import WooCommerceChannel

private func refusal(_ body: String, topic: String = "order.updated") throws -> Unreadable? {
    let connector = try Shop.wire().connector
    do throws(Unreadable) {
        _ = try connector.facts(topic: topic, body: Array(body.utf8))
        return nil
    } catch { return error }
}

@Test func `what cannot be read is refused by name`() throws {
    #expect(try refusal(Sample.order(status: "processing")) == nil)
    #expect(try refusal(Sample.order(status: "processing", currency: "XXX")) == .unknownCurrency("XXX"))
    #expect(
        try refusal(Sample.order(status: "processing", quantity: "-1"))
            == .negativeQuantity(field: "line_items.quantity"))
    #expect(try refusal(Sample.order(status: "processing", quantity: "1.5"))?.name == "malformed-message")
    #expect(
        try refusal(Sample.order(status: "processing", quantity: "99999999999999999999"))?.name == "malformed-message")
    #expect(try refusal(Sample.order(status: "processing", quantity: "9999999999"))?.name == "malformed-message")
    #expect(
        try refusal(Sample.order(status: "processing", total: "twelve")) == .badMoney(field: "total", text: "twelve"))
    #expect(try refusal(Sample.order(status: "processing", total: "99999999999999999.00"))?.name == "bad-money")
    #expect(try refusal(Sample.order(status: "")) == .missing(field: "status"))
    #expect(
        try refusal(Sample.order(status: "pending", more: #","date_paid_gmt":"yesterday""#))
            == .badTime(field: "date_paid_gmt", text: "yesterday"))
    #expect(try refusal(#"{"id":7,"status":"pending"}"#) == .missing(field: "currency"))
    #expect(try refusal("{")?.name == "malformed-message")
    #expect(try refusal("[]")?.name == "missing-field")
    #expect(try refusal("{}", topic: "order")?.name == "malformed-message")
    #expect(try refusal("null", topic: "product.updated")?.name == "missing-field")
}

@Test func `cut short anywhere, a message is refused and never stops us`() throws {
    let whole = Sample.order(status: "completed", more: #","meta_data_x":{"a":[1,2,{"b":null}]}"#)
    for end in 0..<whole.utf8.count {
        let part = String(decoding: Array(whole.utf8).prefix(end), as: UTF8.self)
        #expect(try refusal(part) != nil)
    }
}

@Test func `unknown fields, PHP's empty lists and topics of others pass`() throws {
    #expect(try refusal(Sample.order(status: "processing", more: #","from_a_plugin":{"x":[]}"#)) == nil)
    #expect(try refusal(#"{"id":5,"email":"a@b.c"}"#, topic: "customer.created") == nil)
    #expect(
        try refusal(#"{"action":"woocommerce_add_to_cart","arg":"abc"}"#, topic: "action.woocommerce_add_to_cart")
            == nil)
}
