// SPDX-License-Identifier: Apache-2.0

import AmazonChannel
import ChannelConformance
import ChannelKit
import Testing
import Vocabulary

@Suite struct RobustnessTests {
    private func harm(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        guard !bytes.isEmpty else { return bytes }
        var bytes = bytes
        for _ in 0..<random.number(in: 1...4) {
            let at = random.number(in: 0...(bytes.count - 1))
            switch random.number(in: 0...4) {
            case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes.removeSubrange(at..<min(at + random.number(in: 1...9), bytes.count))
            case 2: bytes.insert(contentsOf: Array("-99999999999999999999".utf8), at: at)
            case 3:
                if bytes[at] >= 0x30, bytes[at] <= 0x39 {
                    bytes.replaceSubrange(at...at, with: Array("9223372036854775807".utf8))
                }
            default: bytes.insert(contentsOf: bytes[at..<min(at + 20, bytes.count)], at: at)
            }
            if bytes.isEmpty { return bytes }
        }
        return bytes
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `no damaged answer traps the connector`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var wire = try AmazonWire(seed: Cast.seed())
        let start = wire.now
        _ = try wire.place(Cast.order("T-1", [("MUG", 2, "6.50"), ("PEN", 1, "0.99")], shipping: "3.95"))
        _ = wire.shop(.refund(reference: "T-1", lines: [.init(line: 0, quantity: 1, restock: false)]))
        wire.now = wire.now + .minutes(5)
        let to = wire.now - .minutes(2)
        for _ in 0..<80 {
            let round = random.fork()
            wire.disturb = { request, response in
                var random = round
                guard !request.url.contains("/auth/") else { return response }
                var changed = response
                changed.body = harm(response.body, &random)
                return changed
            }
            _ = try? wire.run { $0.orders(changedFrom: start, to: to, $1) }
            _ = try? wire.run { $0.listings(changedSince: nil, $1) }
            _ = try? wire.run { $0.test($1) }
        }
        print("robustness seed \(seed)")
    }

    @Test func `no nonsense traps the twin`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        wire.twin.rateFactor = 10_000
        let id = try wire.place(Cast.order("T-1", [("MUG", 2, "6.50")]))
        let access = try wire.access()
        var random = SplitMix64(seed: 5)
        let targets: [(HTTPRequest.Method, String)] = [
            (.get, "/orders/2026-01-01/orders?lastUpdatedAfter=2026-11-02T08:00:00Z&paginationToken=cGxhY2U6OTk5"),
            (.get, "/orders/2026-01-01/orders/\(id)"),
            (.post, "/orders/v0/orders/\(id)/shipmentConfirmation"),
            (.get, "/finances/2024-06-19/transactions?postedAfter=2026-11-02T08:00:00Z&nextToken=x"),
            (.get, "/listings/2021-08-01/items/X?pageToken=OTk5OjE6MQ=="), (.patch, "/listings/2021-08-01/items/X/MUG"),
            (.post, "/feeds/2021-06-30/feeds"),
            (.post, "/feeds/2021-06-30/documents"), (.get, "/feeds/2021-06-30/feeds?feedTypes=A&pageSize=-1"),
            (.put, "/feeds-documents/x"), (.get, "//"), (.get, ""),
        ]
        let body = Array(
            "{\"marketplaceId\":\"A1F83G8C2ARO7P\",\"packageDetail\":{\"packageReferenceId\":\"1\",\"orderItems\":[{\"quantity\":1}]},\"patches\":[{}]}"
                .utf8)
        for (method, target) in targets {
            for _ in 0..<60 {
                let url = String(decoding: harm(Array(target.utf8), &random), as: UTF8.self)
                let request = HTTPRequest(
                    method, url, headers: ["x-amz-access-token": access.token ?? ""], body: harm(body, &random))
                #expect(wire.twin.respond(to: request, at: wire.now).status >= 200)
            }
        }
    }

    @Test func `behind a real server the twin's document addresses lead back to where it was reached`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let access = try wire.access()
        let request = HTTPRequest(
            .post, "/feeds/2021-06-30/documents",
            headers: ["host": "127.0.0.1:4001", "x-amz-access-token": access.token ?? ""],
            body: Array("{\"contentType\":\"text/plain\"}".utf8))
        let body = String(decoding: wire.twin.respond(to: request, at: wire.now).body, as: UTF8.self)
        #expect(body.contains("http://127.0.0.1:4001/feeds-documents/"))
    }
}
