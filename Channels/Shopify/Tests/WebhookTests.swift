// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import Foundation
import JSONText
import ShopifyChannel
import TestSupport
import Testing
import Vocabulary

private func signed(
    _ body: String, topic: String = "orders/create", secret: String = "hush", _ more: [(String, String)] = []
) -> HTTPRequest {
    let signature = ByteText.base64(Signature.hmacSHA256(Array(body.utf8), key: Array(secret.utf8)))
    let headers = [("X-Shopify-Hmac-SHA256", signature), ("X-Shopify-Topic", topic), ("X-Shopify-Webhook-Id", "w1")]
    return HTTPRequest(.post, "/hooks/1", headers: HTTPHeaders(headers + more), body: Array(body.utf8))
}

@Test func `the published signature vector verifies`() throws {
    guard let file = OutsideMaterial.specs("webhook-signature-vectors.json") else { return }
    var count = 0
    for vector in try JSON.parse([UInt8](Data(contentsOf: file))).elements where vector["system"]?.string == "shopify" {
        let secret = try #require(vector["secret"]?.string)
        let body = try #require(vector["body"]?.string)
        let connector = try ShopifyConnector(
            ChannelSettings(["address": "gifts.myshopify.com", "accessToken": "x", "webhookSecret": secret]))
        var request = signed(body, secret: secret)
        #expect(request.headers["X-Shopify-Hmac-SHA256"] == vector["expected"]?.string)
        #expect(try connector.receive(request, at: gifts.start) == WebhookDelivery(key: "w1", topic: "orders/create"))
        request.body[0] ^= 1
        #expect(throws: WebhookRefusal.badSignature) { try connector.receive(request, at: gifts.start) }
        count += 1
    }
    #expect(count == 1)
}

@Test func `a message is turned away at the door for what it lacks`() throws {
    let connector = try connector()
    var unsigned = signed("{}")
    unsigned.headers["X-Shopify-Hmac-SHA256"] = nil
    #expect(throws: WebhookRefusal.badSignature) { try connector.receive(unsigned, at: gifts.start) }
    var nameless = signed("{}")
    nameless.headers["X-Shopify-Topic"] = nil
    #expect(throws: WebhookRefusal.missingHeader("X-Shopify-Topic")) {
        try connector.receive(nameless, at: gifts.start)
    }
    nameless = signed("{}")
    nameless.headers["X-Shopify-Webhook-Id"] = nil
    #expect(throws: WebhookRefusal.missingHeader("X-Shopify-Webhook-Id")) {
        try connector.receive(nameless, at: gifts.start)
    }
}

@Test func `a message of another shop of the same app is turned away`() throws {
    let connector = try connector()
    let ours = signed("{}", topic: "app/uninstalled", [("X-Shopify-Shop-Domain", "gifts.myshopify.com")])
    #expect(try connector.receive(ours, at: gifts.start).topic == "app/uninstalled")
    let theirs = signed("{}", topic: "app/uninstalled", [("X-Shopify-Shop-Domain", "other.myshopify.com")])
    #expect(throws: WebhookRefusal.badSignature) { try connector.receive(theirs, at: gifts.start) }
}

@Test func `every published order, refund and product can be read`() throws {
    guard let folder = OutsideMaterial.specs("shopify/samples/rest-2026-07") else { return }
    let connector = try connector()
    var counts = [0, 0, 0]
    for file in files(in: folder) {
        for sample in try JSON.parse([UInt8](Data(contentsOf: file))).elements {
            guard let body = sample["responseBody"] else { continue }
            let orders = [body["order"]].compactMap { $0 } + (body["orders"].map { Array($0.elements) } ?? [])
            for order in orders where order["line_items"] != nil && order["updated_at"] != nil {
                let facts = try connector.facts(topic: "orders/updated", body: Array(order.source))
                guard case .order(let read)? = facts.first else { Issue.record("no order"); continue }
                #expect(
                    read.externalID == order["id"]?.text
                        && read.lines.count == order["line_items"].map { Array($0.elements).count })
                #expect(read.lines.allSatisfy { $0.quantity.units >= 1 }, "a refunded unit is still an ordered one")
                counts[0] += 1
            }
            let refunds = [body["refund"]].compactMap { $0 } + (body["refunds"].map { Array($0.elements) } ?? [])
            for refund in refunds where refund["created_at"] != nil {
                #expect(try connector.facts(topic: "refunds/create", body: Array(refund.source)).count == 1)
                counts[1] += 1
            }
            if let product = body["product"], product["variants"] != nil {
                #expect(try connector.facts(topic: "products/update", body: Array(product.source)).count >= 1)
                counts[2] += 1
            }
        }
    }
    #expect(counts == [26, 4, 17], "orders, refunds and products")
}

@Test func `the published order's refund says where its units went`() throws {
    guard let file = OutsideMaterial.specs("shopify/samples/rest-2026-07/order.json") else { return }
    let orders = try JSON.parse([UInt8](Data(contentsOf: file))).elements.compactMap { $0["responseBody"]?["order"] }
    let whole = try #require(orders.first { $0["updated_at"] != nil && $0["refunds"] != nil })
    guard case .order(let order)? = try connector().facts(topic: "orders/updated", body: Array(whole.source)).first
    else { return }
    #expect(
        order.number == "#1001" && order.currency == .usd && order.payment == .partiallyRefunded
            && order.total.minor == 598_94)
    let line = try #require(order.lines.first { $0.externalID == "466157049" })
    #expect(line.net.minor == 19900 - 334 && line.tax.minor == 398 && line.quantity.units == 1)
    #expect(order.shipments?.first?.isCancelled == true, "a failed fulfilment sent nothing")
}

@Test func `topics that say nothing hold no facts`() throws {
    let connector = try connector()
    for topic in ["customers/data_request", "customers/redact", "shop/redact", "products/delete", "carts/update"] {
        #expect(try connector.facts(topic: topic, body: Array("{\"id\":1}".utf8)).isEmpty)
    }
    #expect(try connector.facts(topic: "app/uninstalled", body: Array("{}".utf8)) == [.disconnected])
    #expect(
        try connector.facts(topic: "orders/delete", body: Array("{\"id\":7}".utf8)) == [.orderDeleted(orderID: "7")])
    let edit = #"{"order_edit":{"id":1,"order_id":8}}"#
    #expect(try connector.facts(topic: "orders/edited", body: Array(edit.utf8)) == [.orderChanged(orderID: "8")])
}

@Test func `a level counts only for the location of the settings`() throws {
    let level = Array(
        #"{"inventory_item_id":5,"location_id":2,"available":-3,"updated_at":"2026-11-02T04:00:00-05:00"}"#.utf8)
    let fact = ChannelFact.quantity(stock: "5", quantity: -3, at: gifts.start)
    #expect(try connector().facts(topic: "inventory_levels/update", body: level) == [fact])
    #expect(try connector(location: "2").facts(topic: "inventory_levels/update", body: level) == [fact])
    #expect(try connector(location: "3").facts(topic: "inventory_levels/update", body: level).isEmpty)
}

@Test func `a lone refund with tax asks for its order, because it does not say whether its prices include it`() throws {
    func body(tax: String) -> [UInt8] {
        Array(
            #"{"id":3,"order_id":9,"created_at":"2026-11-02T04:00:00-05:00","refund_line_items":[{"line_item_id":4,"quantity":1,"restock_type":"return","subtotal_set":{"shop_money":{"amount":"6.00","currency_code":"GBP"}},"total_tax_set":{"shop_money":{"amount":"\#(tax)","currency_code":"GBP"}}}],"transactions":[{"kind":"refund","status":"success","amount":"6.00","currency":"GBP"}]}"#
                .utf8)
    }
    #expect(try connector().facts(topic: "refunds/create", body: body(tax: "1.00")) == [.orderChanged(orderID: "9")])
    guard case .refund("9", let refund)? = try connector().facts(topic: "refunds/create", body: body(tax: "0.00")).first
    else {
        Issue.record("a refund without tax stands for itself"); return
    }
    #expect(refund.externalID == "3" && refund.total.minor == 600 && refund.lines.first?.disposition == .restocked)
}

@Test func `what cannot be read is named`() throws {
    let connector = try connector()
    func order(_ change: (String, String)) -> [UInt8] {
        let whole =
            #"{"id":1,"name":"1","created_at":"2026-11-02T09:00:00Z","updated_at":"2026-11-02T09:00:00Z","currency":"GBP","financial_status":"paid","total_price":"6.50","line_items":[{"id":2,"quantity":1,"current_quantity":1,"price":"6.50","title":"Mug"}],"shipping_lines":[]}"#
        return Array(whole.replacingOccurrences(of: change.0, with: change.1).utf8)
    }
    func problem(_ change: (String, String)) -> Unreadable? {
        do throws(Unreadable) { _ = try connector.facts(topic: "orders/create", body: order(change)) } catch {
            return error
        }
        return nil
    }
    #expect(problem(("", "")) == nil)
    #expect(problem(("GBP", "XXQ")) == .unknownCurrency("XXQ"))
    #expect(
        problem(("\"quantity\":1,\"cur", "\"quantity\":-1,\"cur")) == .negativeQuantity(field: "line_item.quantity"))
    #expect(problem(("\"price\":\"6.50\"", "\"price\":\"6,50\"")) == .badMoney(field: "line_item.price", text: "6,50"))
    #expect(problem(("\"total_price\":\"6.50\"", "\"total_price\":\"1e-9223372036854775808\""))?.name == "bad-money")
    #expect(problem(("\"total_price\":\"6.50\"", "\"total_price\":\"999999999999999999\""))?.name == "bad-money")
    #expect(problem(("\"quantity\":1,\"cur", "\"quantity\":99999999999999999999,\"cur"))?.name == "malformed-message")
    #expect(
        problem(("2026-11-02T09:00:00Z\",\"updated", "yesterday\",\"updated"))
            == .badTime(field: "created_at", text: "yesterday"))
    #expect(problem(("\"line_items\"", "\"lines\"")) == .missing(field: "line_items"))
    #expect(problem(("]}", "]"))?.name == "malformed-message")
    #expect(problem(("\"id\":1,", "\"id\":\"x/1\","))?.name == "malformed-message")
}
