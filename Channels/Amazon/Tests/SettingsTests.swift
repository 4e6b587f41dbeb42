// SPDX-License-Identifier: Apache-2.0

import AmazonChannel
import ChannelConformance
import ChannelKit
import Foundation
import JSONText
import TestSupport
import Testing
import Vocabulary

@Suite struct SettingsTests {
    @Test(arguments: ["clientID", "clientSecret", "refreshToken", "sellerID", "marketplace"])
    func `a missing field is named`(field: String) {
        var settings = Cast.settings
        settings.values[field] = nil
        #expect(throws: SettingsProblem(field: field, kind: .missing)) { try AmazonConnector(settings) }
    }

    @Test(arguments: [
        ("endpoint", "sellingpartnerapi"), ("loginEndpoint", "ftp://x"), ("sellerID", "A/../B"), ("marketplace", "A B"),
    ])
    func `a malformed field is named`(field: String, value: String) {
        var settings = Cast.settings
        settings.values[field] = value
        #expect(throws: SettingsProblem(field: field, kind: .malformed)) { try AmazonConnector(settings) }
    }

    @Test func `the European addresses stand where none is given`() throws {
        let request = try #require(Cast.connector.signIn(at: Cast.start)).request
        #expect(request.url == "https://api.amazon.com/auth/o2/token")
        #expect(
            Cast.connector.test(Cast.access).request.url.hasPrefix("https://sellingpartnerapi-eu.amazon.com/sellers/v1/"))
    }

    @Test func `secrets are marked and every limit has a name of its own`() {
        let profile = AmazonConnector.profile
        #expect(Set(profile.credentials.filter(\.isSecret).map(\.name)) == ["clientSecret", "refreshToken"])
        #expect(Set(profile.limits.map(\.name)).count == profile.limits.count)
    }

    @Test func `the limits are those of Amazon's usage plans`() throws {
        guard let file = OutsideMaterial.specs("amazon/rate-limits.json") else { return }
        let plans = try JSON.parse(Array(try Data(contentsOf: file)))
        let models = [
            "orders_2026-01-01", "ordersV0", "listingsItems_2021-08-01", "feeds_2021-06-30", "finances_2024-06-19",
            "sellers",
        ]
        var checked = 0
        for limit in AmazonConnector.profile.limits {
            // Of two operations of one name (Orders v0 has a getOrder too) the first model is the one we call.
            guard let plan = models.lazy.compactMap({ plans[dynamic: "\($0).\(limit.name)"] }).first else { continue }
            #expect(plan["rate"]?.text.flatMap { Double($0) } == limit.pointsPerSecond, "\(limit.name)")
            #expect(plan["burst"]?.text.flatMap { Double($0) } == limit.burst, "\(limit.name)")
            checked += 1
        }
        #expect(checked == 13)
    }

    @Test func `the rate that Amazon tells is believed and nonsense is not`() {
        let cost = Cost("searchOrders")
        #expect(
            Cast.connector.rates(in: Cast.answer("", headers: ["X-Amzn-RateLimit-Limit": "0.0167"]), cost: cost)
                == [RateReading(limit: "searchOrders", pointsPerSecond: 0.0167)])
        for text in ["", "soon", "-1", "0", "inf", "nan"] {
            #expect(
                Cast.connector.rates(in: Cast.answer("", headers: ["x-amzn-RateLimit-Limit": text]), cost: cost).isEmpty)
        }
    }

    @Test func `Amazon calls no web address`() {
        #expect(Cast.connector.subscribe(to: "https://hub.example", Cast.access) == nil)
        #expect(throws: WebhookRefusal.unsupported) {
            try Cast.connector.receive(HTTPRequest(.post, "/hooks/1"), at: Cast.start)
        }
    }
}

@Suite struct AccessTests {
    @Test func `a token is given back a minute before it is over and renewed`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        _ = try wire.run { $0.test($1) }
        let calls = wire.calls
        wire.now = wire.now + .minutes(59)
        _ = try wire.run { $0.test($1) }
        #expect(wire.calls == calls + 3, "a new token, then the two calls of the test")
    }

    @Test func `the twin turns a token away after an hour`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let access = try wire.access()
        let request = wire.connector.test(access).request
        let late = wire.twin.respond(to: request, at: wire.now + .hours(1))
        #expect(late.status == 403)
        #expect(
            throws: ChannelFailure.unauthorized(
                "Unauthorized: Access to requested resource is denied.: The access token you provided has expired.")
        ) {
            try wire.connector.test(access).read(late)
        }
    }

    @Test func `a token that stopped working is replaced on the way`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        _ = try wire.access()
        wire.twin.revokeTokens()
        #expect(try wire.run { $0.test($1) }.last?.name == "Thames Gifts")
    }

    @Test func `a seller who took the permission back is a matter for a person`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        var settings = wire.twin.settings(reachableAt: AmazonWire.address)
        settings.values["refreshToken"] = "Atzr|other"
        wire.connector = try AmazonConnector(settings)
        #expect { try wire.run { $0.test($1) } } throws: { error in
            if case .forbidden(let why) = error as? ChannelFailure { why.hasPrefix("invalid_grant") } else { false }
        }
        settings.values["clientSecret"] = "rotated"
        wire.connector = try AmazonConnector(settings)
        #expect { try wire.run { $0.test($1) } } throws: { error in
            if case .forbidden(let why) = error as? ChannelFailure { why.hasPrefix("invalid_client") } else { false }
        }
    }

    @Test func `the test names shop and currency and refuses a marketplace that is not the seller's`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let identity = try wire.run { $0.test($1) }.last
        #expect(identity == ShopIdentity(name: "Thames Gifts", currency: .gbp, place: "A1F83G8C2ARO7P"))
        var settings = wire.twin.settings(reachableAt: AmazonWire.address)
        settings.values["marketplace"] = "A1PA6795UKMFR9"
        wire.connector = try AmazonConnector(settings)
        #expect { try wire.run { $0.test($1) } } throws: {
            if case .forbidden = $0 as? ChannelFailure { true } else { false }
        }
    }
}
