// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import Foundation
import JSONText
import SquareChannel
import TestSupport
import Testing
import Vocabulary

@Suite struct WebhookTests {
    private func message(_ body: String, signature: String, url: String = "https://hub.example/hooks/1") -> HTTPRequest {
        HTTPRequest(.post, url, headers: ["X-Square-HmacSha256-Signature": signature], body: Array(body.utf8))
    }

    @Test func `signatures are those of the published vectors`() throws {
        guard let file = OutsideMaterial.specs("webhook-signature-vectors.json") else { return }
        let vectors = try JSON.parse(Array(try Data(contentsOf: file))).elements.filter { $0["system"]?.string == "square" }
        #expect(!vectors.isEmpty)
        for vector in vectors {
            let (key, url) = (try #require(vector["secret"]?.string), try #require(vector["notificationUrl"]?.string))
            let (body, signature) = (try #require(vector["body"]?.string), try #require(vector["expected"]?.string))
            let connector = try connector(key: key)
            let delivery = try connector.receive(message(body, signature: signature, url: url), at: gifts.start)
            let said = try JSON.parse(body)
            #expect(delivery.topic == said["type"]?.string && delivery.key == "\(said["event_id"]?.string ?? ""):\(delivery.topic)")
            #expect(throws: WebhookRefusal.badSignature, "sent to another address") {
                try connector.receive(message(body, signature: signature, url: url + "/"), at: gifts.start)
            }
            #expect(throws: WebhookRefusal.badSignature) {
                try connector.receive(message(body + " ", signature: signature, url: url), at: gifts.start)
            }
            #expect(throws: WebhookRefusal.badSignature) {
                try SquareWebhook.connector("other").receive(message(body, signature: signature, url: url), at: gifts.start)
            }
        }
    }

    @Test func `without a key nothing is believed`() throws {
        let body = #"{"event_id":"e","type":"order.created"}"#
        let empty = ByteText.base64(Signature.hmacSHA256(Array("https://hub.example/hooks/1\(body)".utf8), key: []))
        #expect(throws: WebhookRefusal.badSignature) { try connector(key: nil).receive(message(body, signature: empty), at: gifts.start) }
        #expect(throws: WebhookRefusal.badSignature) {
            try connector().receive(HTTPRequest(.post, "https://hub.example/hooks/1", body: Array(body.utf8)), at: gifts.start)
        }
    }

    @Test func `messages of orders and refunds say what to read, those of counts what stands there`() throws {
        let square = try connector()
        func facts(_ topic: String, _ object: String) throws -> [ChannelFact] {
            try square.facts(topic: topic, body: Array(#"{"data":{"object":\#(object)}}"#.utf8))
        }
        #expect(try facts("order.created", #"{"order_created":{"order_id":"O1","location_id":"L1"}}"#) == [.orderChanged(orderID: "O1")])
        #expect(try facts("order.updated", #"{"order_updated":{"order_id":"O1","location_id":"L2"}}"#) == [])
        #expect(
            try facts("order.fulfillment.updated", #"{"order_fulfillment_updated":{"order_id":"O1","location_id":"L1"}}"#)
                == [.orderChanged(orderID: "O1")])
        #expect(try facts("refund.updated", #"{"refund":{"order_id":"R1","location_id":"L1"}}"#) == [.orderChanged(orderID: "R1")])
        #expect(try facts("refund.created", #"{"refund":{"id":"F","location_id":"L1"}}"#) == [])
        let counts = """
            {"inventory_counts":[{"catalog_object_id":"V1","state":"IN_STOCK","location_id":"L1","quantity":"10","calculated_at":"2026-11-02T09:00:00.5Z"},
            {"catalog_object_id":"V1","state":"WASTE","location_id":"L1","quantity":"3","calculated_at":"2026-11-02T09:00:00.5Z"},
            {"catalog_object_id":"V2","state":"IN_STOCK","location_id":"L2","quantity":"4","calculated_at":"2026-11-02T09:00:00.5Z"}]}
            """
        #expect(
            try facts("inventory.count.updated", counts)
                == [.quantity(stock: "V1", quantity: 10, at: Instant(iso: "2026-11-02T09:00:00.5Z")!)])
        #expect(try facts("oauth.authorization.revoked", "{}") == [.disconnected])
        #expect(try facts("loyalty.account.created", "{}") == [])
        #expect(throws: Unreadable.missing(field: "order_updated")) { try facts("order.updated", "{}") }
        #expect(throws: Unreadable.self) { try square.facts(topic: "order.updated", body: Array("{".utf8)) }
    }

    @Test func `the official examples are understood`() throws {
        guard let file = OutsideMaterial.specs("square/samples/webhook-events.json") else { return }
        let square = try SquareConnector(ChannelSettings(["accessToken": "t", "locationID": "FPYCBCHYMXFK1", "signatureKey": "k"]))
        var told = 0
        for (topic, event) in try JSON.parse(Array(try Data(contentsOf: file))).members {
            told += try square.facts(topic: topic, body: Array(event.source)).count
        }
        #expect(told >= 3)
    }

    @Test func `a subscription is made once, mended when it was switched off, and its key is compared`() throws {
        var wire = try SquareWire(seed: gifts)
        try wire.listen()
        let first = wire.calls
        try wire.listen()
        #expect(wire.calls == first + 2, "a list and a look")
        let list = HTTPRequest(
            .get, "\(SquareWire.address)/v2/webhooks/subscriptions?include_disabled=true",
            headers: ["Authorization": "Bearer \(SquareTwin.accessToken)"])
        func known(_ wire: inout SquareWire) throws -> [JSON] {
            try JSON.parse(try wire.send(list).body)["subscriptions"].map { Array($0.elements) } ?? []
        }
        let id = try #require(try known(&wire).first?["id"]?.string)
        func change(_ wire: inout SquareWire, _ subscription: String) throws {
            let request = HTTPRequest(
                .put, "\(SquareWire.address)/v2/webhooks/subscriptions/\(id)",
                headers: ["Authorization": "Bearer \(SquareTwin.accessToken)", "Content-Type": "application/json"],
                body: Array("{\"subscription\":\(subscription)}".utf8))
            _ = try wire.send(request)
        }
        try change(&wire, #"{"enabled":false}"#)
        try wire.listen()
        #expect(try known(&wire).map { $0["enabled"]?.bool } == [true])
        try change(&wire, #"{"event_types":["payment.updated"]}"#)
        try wire.listen()
        let mended = try known(&wire)
        #expect(mended.count == 1 && mended[0]["enabled"]?.bool == true)
        let heard = Set(mended[0]["event_types"].map { $0.elements.compactMap(\.string) } ?? [])
        #expect(heard.isSuperset(of: ["payment.updated", "order.created"]))
        var settings = wire.twin.settings(reachableAt: SquareWire.address)
        for key in ["", "another"] {
            settings.values["signatureKey"] = key
            wire.connector = try SquareConnector(settings)
            guard
                case .forbidden(let why)? = failure({ () throws(ChannelFailure) in
                    _ = try wire.run { $0.subscribe(to: "https://hub.example/hooks/1", $1)! }
                })
            else { Issue.record("key '\(key)'"); return }
            #expect(why.contains("signature key"))
        }
    }

    @Test func `a message is repeated with its body, its signature and its key until somebody takes it`() throws {
        var wire = try SquareWire(seed: gifts)
        try wire.listen()
        wire.shop(.edit(sku: "MUG", quantity: 5))
        let first = try #require(wire.twin.departures(at: wire.now).first)
        let delivery = try wire.connector.receive(first.request, at: wire.now)
        wire.twin.delivered(first, status: 503, at: wire.now)
        #expect(wire.twin.departures(at: wire.now + .seconds(59)).isEmpty)
        wire.now = wire.now + .minutes(1)
        let second = try #require(wire.twin.departures(at: wire.now).first)
        #expect(second.request.body == first.request.body && second.request.headers["square-retry-number"] == "1")
        #expect(try wire.connector.receive(second.request, at: wire.now) == delivery)
        wire.twin.delivered(second, status: 200, at: wire.now)
        #expect(wire.twin.departures(at: wire.now + .days(4)).isEmpty)
        wire.shop(.edit(sku: "MUG", quantity: 6))
        var tries = 0
        for _ in 0..<200 {
            wire.now = wire.now + .minutes(30)
            for webhook in wire.twin.departures(at: wire.now) {
                tries += 1
                wire.twin.delivered(webhook, status: nil, at: wire.now)
            }
        }
        #expect(tries > 60 && wire.twin.departures(at: wire.now + .days(9)).isEmpty, "three days, then never again")
    }

    @Test func `a refund in Square's own pages reaches the hub with its lines`() throws {
        var wire = try SquareWire(seed: gifts)
        try wire.listen()
        let order = try wire.sold("1", [("MUG", 3, "6.50"), ("TEA-S", 1, "4.00")])
        _ = try wire.deliver()
        guard case .done = wire.shop(.refund(reference: "1", lines: [.init(line: 0, quantity: 2, restock: true)])) else {
            Issue.record("refund"); return
        }
        wire.now = wire.now + .minutes(1)
        let facts = try wire.deliver()
        #expect(facts.contains { if case .quantity(_, 39, _) = $0 { true } else { false } })
        var refunds: Set<ChannelRefund> = []
        for case .orderChanged(let id) in facts {
            for case .refund(order.externalID, let refund) in try wire.run({ $0.order(id, $1) }).flatMap({ $0 }) { refunds.insert(refund) }
        }
        #expect(refunds.count == 1 && refunds.first?.total.minor == 1300 && refunds.first?.lines.first?.lineID == order.lines[0].externalID)
        #expect(refunds.first?.lines.first?.disposition == .unknown)
        #expect(wire.shop(.refund(reference: "1", lines: [.init(line: 0, quantity: 2, restock: true)])) == .refused("more than was sold"))
    }
}

private enum SquareWebhook {
    static func connector(_ key: String) throws -> SquareConnector {
        try SquareConnector(ChannelSettings(["accessToken": "t", "locationID": "L1", "signatureKey": key]))
    }
}
