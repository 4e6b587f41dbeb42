// SPDX-License-Identifier: Apache-2.0

import ChannelConformance
import ChannelKit
import Foundation
import JSONText
import SquareChannel
import TestSupport
import Testing
import Vocabulary

@Suite struct RobustnessTests {
    private func harm(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<random.number(in: 1...4) where !bytes.isEmpty {
            let at = random.number(in: 0...(bytes.count - 1))
            switch random.number(in: 0...4) {
            case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes.removeSubrange(at..<min(at + random.number(in: 1...9), bytes.count))
            case 2: bytes.insert(contentsOf: Array("-99999999999999999999".utf8), at: at)
            case 3: if bytes[at] >= 0x30, bytes[at] <= 0x39 { bytes.replaceSubrange(at...at, with: Array("9223372036854775807".utf8)) }
            default: bytes.insert(contentsOf: bytes[at..<min(at + 20, bytes.count)], at: at)
            }
        }
        return bytes
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `no damaged answer traps the connector`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var wire = try SquareWire(seed: gifts)
        let order = try wire.sold("1", [("MUG", 2, "6.50"), ("TEA-S", 1, "4.00")])
        _ = wire.shop(.refund(reference: "1", lines: [.init(line: 0, quantity: 1, restock: false)]))
        let key = try wire.key(of: "MUG")
        for _ in 0..<60 {
            let round = random.fork()
            wire.disturb = { _, response in
                var random = round
                var changed = response
                changed.body = harm(response.body, &random)
                return changed
            }
            wire.now = wire.now + .minutes(1)
            let (start, end) = (gifts.start, wire.now)
            _ = try? wire.run { $0.orders(changedFrom: start, to: end, $1) }
            _ = try? wire.run { $0.listings(changedSince: nil, $1) }
            _ = try? wire.run { $0.publish([QuantityPush(key: key, sku: "MUG", quantity: Quantity(3)!, expected: 2)], idempotencyKey: "k", $1) }
            _ = try? wire.run {
                $0.perform(.cancel(.init(orderID: order.externalID, reason: .other, refund: true, restock: true)), idempotencyKey: "c", $1)
            }
        }
        print("robustness seed \(seed)")
    }

    @Test func `no nonsense traps the twin`() throws {
        var wire = try SquareWire(seed: gifts)
        let order = try wire.sold("1", [("MUG", 2, "6.50")])
        var random = SplitMix64(seed: 5)
        let targets: [(HTTPRequest.Method, String)] = [
            (.post, "/v2/orders/search"), (.post, "/v2/orders/batch-retrieve"), (.put, "/v2/orders/\(order.externalID)"),
            (.post, "/v2/catalog/search"),
            (.post, "/v2/catalog/batch-retrieve"), (.post, "/v2/inventory/counts/batch-retrieve"), (.post, "/v2/inventory/changes/batch-create"),
            (.post, "/v2/refunds"), (.get, "/v2/payments/PM000000000000000000"), (.get, "/v2/refunds/RF000000000001000000"),
            (.post, "/v2/webhooks/subscriptions"), (.get, "/v2/locations/x"), (.get, "//"), (.get, ""),
        ]
        let body = Array(
            """
            {"idempotency_key":"k","location_ids":["LTWIN00LOCATION"],"order_ids":["\(order.externalID)"],"object_ids":["VA000000000000000000"],"object_types":["ITEM"],
            "catalog_object_ids":["VA000000000000000000"],"cursor":"c1","limit":3,"changes":[{"type":"ADJUSTMENT","adjustment":{"quantity":"3"}}],
            "query":{"filter":{"date_time_filter":{"updated_at":{"start_at":"2026-11-02T09:00:00Z","end_at":"2026-11-02T10:00:00Z"}}},
            "sort":{"sort_field":"UPDATED_AT","sort_order":"ASC"}},"order":{"version":1,"fulfillments":[{"uid":"x"}]},"payment_id":"PM000000000000000000",
            "amount_money":{"amount":3,"currency":"GBP"},"subscription":{"notification_url":"http://x","event_types":["order.created"]}}
            """.utf8)
        for (method, target) in targets {
            for _ in 0..<60 {
                wire.now = wire.now + .seconds(1)
                let url = String(decoding: harm(Array(target.utf8), &random), as: UTF8.self)
                let request = HTTPRequest(
                    method, url, headers: ["Authorization": "Bearer \(SquareTwin.accessToken)"],
                    body: random.chance(perMillion: 200_000) ? body : harm(body, &random))
                #expect(wire.twin.respond(to: request, at: wire.now).status >= 200)
            }
        }
    }

    @Test func `every order in the official examples is read and adds up`() throws {
        guard let file = OutsideMaterial.specs("square/samples/orders.json") else { return }
        var read = 0
        func orders(in json: JSON) -> [JSON] {
            if json["line_items"] != nil, json["total_money"] != nil, json["updated_at"] != nil { return [json] }
            return json.kind == .object ? json.members.flatMap { orders(in: $0.value) } : json.elements.flatMap { orders(in: $0) }
        }
        for operation in try JSON.parse(Array(try Data(contentsOf: file))).elements {
            guard let responses = operation["responses"] else { continue }
            for order in orders(in: responses) {
                guard let location = order["location_id"]?.string, let id = order["id"]?.string else { continue }
                let square = try connector(location: location)
                let text = String(decoding: order.source, as: UTF8.self)
                let facts = try play(square.order(id, access), [answer("{\"orders\":[\(text)]}"), answer("{}")]).outputs.flatMap { $0 }
                let read1 = try #require(onlyOrder(facts))
                #expect(sum(read1) == read1.total, "\(id)")
                read += 1
            }
        }
        #expect(read >= 5)
    }
}
