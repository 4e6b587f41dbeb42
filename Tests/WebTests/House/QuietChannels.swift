// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Vocabulary

/// Channels that only say what they are. The console never calls a shop: whoever does here has a bug.
protocol QuietChannel: Channel { init() }

extension QuietChannel {
    init(_ settings: ChannelSettings) throws(SettingsProblem) {
        for field in Self.profile.credentials where field.isRequired { _ = try settings.required(field.name) }
        self.init()
    }
    func signIn(at now: Instant) -> Exchange<AccessToken>? { fatalError("the console called a shop") }
    func test(_ access: Access) -> Exchange<ShopIdentity> { fatalError("the console called a shop") }
    func listings(changedSince: Instant?, _ access: Access) -> Exchange<[ChannelListing]> { fatalError("the console called a shop") }
    func orders(changedFrom: Instant, to: Instant, _ access: Access) -> Exchange<[ChannelFact]> { fatalError("the console called a shop") }
    func order(_ externalID: String, _ access: Access) -> Exchange<[ChannelFact]> { fatalError("the console called a shop") }
    func subscribe(to address: String, _ access: Access) -> Exchange<Void>? { fatalError("the console called a shop") }
    func receive(_ request: ChannelKit.HTTPRequest, at now: Instant) throws(WebhookRefusal) -> WebhookDelivery {
        fatalError("the console called a shop")
    }
    func facts(topic: String, body: [UInt8]) throws(Unreadable) -> [ChannelFact] { fatalError("the console called a shop") }
    func publish(_ pushes: [QuantityPush], idempotencyKey: String, _ access: Access) -> Exchange<[QuantityOutcome]> {
        fatalError("the console called a shop")
    }
    func quantities(of keys: [ListingKey], _ access: Access) -> Exchange<[ChannelFact]> { fatalError("the console called a shop") }
    func perform(_ action: ChannelAction, idempotencyKey: String, _ access: Access) -> Exchange<ActionOutcome> {
        fatalError("the console called a shop")
    }
    func rates(in response: HTTPResponse, cost: Cost) -> [RateReading] { [] }

    static func describe(_ name: String, _ title: String, _ credentials: [CredentialField]) -> ChannelProfile {
        ChannelProfile(
            name: name, title: title, apiVersion: "1", credentials: credentials, limits: [],
            abilities: Abilities(
                webhooks: true, quantityWrite: .blind, quantityBatchMax: 100, lowersOwnStock: true, partialShipment: true, cancel: true, refund: true,
                pollHorizon: .seconds(0), pollEvery: .minutes(1), pollOverlap: .minutes(10)))
    }
}

struct QuietShopify: QuietChannel {
    static let profile = describe(
        "shopify", "Shopify",
        [CredentialField("address"), CredentialField("accessToken", isSecret: true), CredentialField("location", isRequired: false, preset: "")])
}
struct QuietWooCommerce: QuietChannel {
    static let profile = describe("woocommerce", "WooCommerce", [CredentialField("address"), CredentialField("consumerKey", isSecret: true)])
}
struct QuietAmazon: QuietChannel {
    static let profile = describe(
        "amazon", "Amazon", [CredentialField("clientID"), CredentialField("refreshToken", isSecret: true), CredentialField("marketplace")])
}

let quietConnectors = Connectors([QuietShopify.self, QuietWooCommerce.self, QuietAmazon.self])
