// SPDX-License-Identifier: Apache-2.0

import AmazonChannel
import ChannelKit
import ChannelSync
import Clocks
import RoomSupport
import Testing
import Vocabulary
import WooCommerceChannel

@Suite(.onEachEngine) struct `The channels' limits` {
    static let mugs = ShopStreet.articles(["MUG": 40])

    // Pain 22: airbytehq/airbyte#52592.
    @Test func `Amazon is never asked for the last two minutes`() async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            await street.buy(2, "A-1", [("MUG", 1)])
            try await street.settle()
            try await street.pass(.minutes(20))
            try await street.engine.syncOnce(street.account(2))
        }
        var windows = 0
        for (at, request) in await street.twins[2].asked {
            for name in ["lastUpdatedBefore", "createdBefore", "postedBefore"] {
                guard let end = request.query(name).flatMap({ Instant(iso: $0) }) else { continue }
                windows += 1
                #expect(end <= at - .minutes(2), "\(name) \(end.iso) asked at \(at.iso)")
            }
        }
        #expect(windows > 5)
        let answers = await street.twins[2].asked.map(\.request).filter { $0.path.hasPrefix("/orders/") && $0.query("lastUpdatedAfter") != nil }
        #expect(answers.allSatisfy { $0.query("lastUpdatedBefore") != nil }, "an open end would mean now")
        #expect(try await street.orders().count == 1)
        #expect(try await street.differences() == [])
    }

    // Pain 23: selling-partner-api-models#1537, #1176, craftcms/shopify#28, Basic-Shopify-API#90.
    @Test func `a host that allows one call in two seconds is waited for, and no order and no quantity is lost`() async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        _ = await street.twins[1].turn(WooCommerceTwin.self) { $0.hostLimit = RateLimit("host", pointsPerSecond: 0.5, burst: 2) }
        _ = await street.twins[2].turn(AmazonTwin.self) { $0.rateFactor = 0.7 }
        let refused = Turnstile()
        for shop in 1...2 {
            await street.twins[shop].disturb { _, response in
                if response.status == 429 { _ = refused.take() }
                return response
            }
        }
        try await street.whileRunning {
            try await street.settle()
            for number in 0..<5 { for shop in 0..<3 { await street.buy(shop, "A-\(shop)-\(number)", [("MUG", 1)]) } }
            try await street.settle()
        }
        #expect(refused.count > 0, "the limit was met")
        #expect(try await street.orders().count == 15)
        #expect(try await street.stock("MUG") == (available: 25, reserved: 15, short: 0))
        #expect(try await street.exceptions() == [])
        #expect(try await street.differences() == [])
    }

    // Pain 23.
    @Test func `429 and THROTTLED are waited out for as long as the shop says`() async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            let throttled = #"""
                {"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{"requestedQueryCost":12,
                "throttleStatus":{"maximumAvailable":2000.0,"currentlyAvailable":0,"restoreRate":100.0}}}}
                """#
            let answers = [
                HTTPResponse(200, headers: ["Content-Type": "application/json"], body: Array(throttled.utf8)),
                HTTPResponse(429, headers: ["Retry-After": "7"], body: Array("Too Many Requests".utf8)),
                HTTPResponse(429, body: Array(#"{"errors":[{"code":"QuotaExceeded","message":"You exceeded your quota."}]}"#.utf8)),
            ]
            let gates = answers.map { _ in Turnstile(3) }
            for shop in 0..<3 {
                let (gate, answer) = (gates[shop], answers[shop])
                await street.twins[shop].refuse { _ in gate.take() ? answer : nil }
            }
            await street.buy(0, "A-1", [("MUG", 3)])
            await street.buy(1, "B-1", [("MUG", 3)])
            await street.buy(2, "C-1", [("MUG", 3)])
            try await street.settle()
            #expect(gates.allSatisfy { $0.count > 3 })
        }
        #expect(await street.shelves("MUG") == [31, 31, 31])
        #expect(try await street.orders().count == 3)
        #expect(try await street.exceptions() == [])
        #expect(try await street.differences() == [])
        let tries = await street.twins[1].asked.filter { $0.request.path.hasSuffix("/products/batch") }.suffix(3).map(\.at)
        #expect(!tries.isEmpty)
    }

    @Test func `a shop that cannot be reached is asked once a minute whatever happens meanwhile, and knows all within two of its return`() async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            let left = street.clock.now()
            for shop in 1...2 { await street.twins[shop].refuse { _ in HTTPResponse(503, body: Array("Service Unavailable".utf8)) } }
            // Each sale elsewhere is news for those that are away.
            for number in 0..<30 {
                await street.buy(0, "A-\(number)", [("MUG", 1)])
                try await street.pass(.minutes(2))
            }
            for shop in 1...2 {
                let tries = await street.twins[shop].asked.filter { $0.at > left }.count
                #expect((10...120).contains(tries), "\(tries) requests in an hour")
                await street.twins[shop].refuse(nil)
            }
            try await street.pass(.minutes(2))
            #expect(await street.shelves("MUG") == [10, 10, 10])
            try await street.settle()
        }
        #expect(try await street.differences() == [])
    }
}
