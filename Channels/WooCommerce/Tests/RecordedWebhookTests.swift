// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import Foundation
import JSONText
import TestSupport
import Testing
import Vocabulary
import WooCommerceChannel

private func connector(secret: String) throws -> WooCommerceConnector {
    var settings = WooCommerceTwin(Shop.seed).settings(reachableAt: "https://shop.example.test")
    settings.values["webhookSecret"] = secret
    return try WooCommerceConnector(settings)
}

@Test func `every recorded delivery passes with its own secret, and not when a byte is changed`() throws {
    guard let all = try RecordedWebhook.all() else { return }
    var pings = 0
    var events = 0
    var facts = 0
    var keys: [String: [UInt8]] = [:]
    for webhook in all {
        let connector = try connector(secret: webhook.secret)
        let delivery = try connector.receive(webhook.request, at: Shop.start)
        #expect(delivery.isEmpty == webhook.isPing, "\(webhook.name)")
        if webhook.isPing {
            pings += 1
            continue
        }
        events += 1
        var forged = webhook.request
        forged.body[0] = 0x5B
        #expect(throws: WebhookRefusal.badSignature) { try connector.receive(forged, at: Shop.start) }
        do throws(Unreadable) {
            facts += try connector.facts(topic: delivery.topic, body: webhook.request.body).count
        } catch {
            #expect(error.name == "negative-quantity", "\(webhook.name) \(error)")
        }
        if let before = keys[delivery.key] { #expect(before == webhook.request.body, "\(webhook.name)") }
        keys[delivery.key] = webhook.request.body
    }
    #expect(pings == 33 && events == 93, "\(pings) pings and \(events) events")
    #expect(facts > 90)
}

@Test func `recorded deliveries that share a delivery id have keys of their own`() throws {
    guard let all = try RecordedWebhook.all() else { return }
    let three = all.filter { ["w0015", "w0021", "w0027"].contains($0.name.prefix(5)) }
    #expect(three.count == 3 && Set(three.map { $0.request.headers["X-WC-Webhook-Delivery-ID"] }).count == 1)
    #expect(Set(try three.map { try connector(secret: $0.secret).receive($0.request, at: Shop.start).key }).count == 3)
}

@Test func `the signature vectors of WooCommerce verify`() throws {
    guard let file = OutsideMaterial.specs("webhook-signature-vectors.json") else { return }
    var checked = 0
    for vector in try JSON.parse(Array(try Data(contentsOf: file))).elements
    where vector["system"]?.string == "woocommerce" {
        let body = Array((vector["body"]?.string ?? "").utf8)
        let headers: HTTPHeaders = [
            "X-WC-Webhook-Signature": vector["expected"]?.string ?? "", "X-WC-Webhook-Topic": "order.updated",
        ]
        for secret in [vector["secret"]?.string, vector["storedSecret"]?.string] {
            let connector = try connector(secret: try #require(secret))
            #expect(
                try connector.receive(HTTPRequest(.post, "/h", headers: headers, body: body), at: Shop.start).topic
                    == "order.updated")
        }
        checked += 1
    }
    #expect(checked == 1)
}
