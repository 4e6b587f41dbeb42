// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Vocabulary

/// A WooCommerce shop, spoken to over its REST API v3.
///
/// Over `https` the key and the secret go as Basic credentials; over plain `http`, where WooCommerce ignores those, each
/// request is signed by OAuth 1.0a (one-legged, HMAC-SHA256).
public struct WooCommerceConnector: Channel {
    let shop: ShopDoor
    /// What the webhooks' signatures are made with: the secret after WordPress has undone its HTML entities.
    let signingKey: [UInt8]
    let webhookSecret: String
    let tracking: TrackingStyle
    let refundsAtGateway: Bool
    /// Whether the shop sends a message for each change of a product, its count among them.
    let hearsStock: Bool

    /// How a parcel's tracking number is written into the shop; core WooCommerce has no field for it.
    enum TrackingStyle: String, Sendable {
        /// A note to the customer, which WooCommerce also mails.
        case note
        /// The meta key that the Shipment Tracking plugin shows, `_wc_shipment_tracking_items`.
        case meta
    }

    /// WooCommerce, REST v3. There is no rate limit in its core: the bucket is what a small host bears.
    public static let profile = ChannelProfile(
        name: "woocommerce", title: "WooCommerce", apiVersion: "wc/v3",
        credentials: [
            CredentialField("address"),
            CredentialField("consumerKey", isSecret: true),
            CredentialField("consumerSecret", isSecret: true),
            CredentialField("webhookSecret", isSecret: true),
            CredentialField("tracking", isRequired: false, preset: "note"),
            CredentialField("gatewayRefunds", isRequired: false, preset: "false"),
            CredentialField("stockNews", isRequired: false, preset: "true"),
        ],
        limits: [RateLimit("default", pointsPerSecond: 20, burst: 40)],
        abilities: Abilities(
            webhooks: true, quantityWrite: .blind, quantityBatchMax: 100, lowersOwnStock: true, partialShipment: true,
            cancel: true, refund: true,
            pollHorizon: .seconds(0), pollEvery: .minutes(1), pollOverlap: .minutes(10)))

    /// Takes the settings apart; a field that is missing or cannot be right is named.
    ///
    /// Keys begin with `ck_` and secrets with `cs_` in every WooCommerce, so that a mix-up is found here and not at the shop.
    public init(_ settings: ChannelSettings) throws(SettingsProblem) {
        let key = try settings.required("consumerKey").trimmed
        let secret = try settings.required("consumerSecret").trimmed
        guard key.hasPrefix("ck_") else { throw SettingsProblem(field: "consumerKey", kind: .malformed) }
        guard secret.hasPrefix("cs_") else { throw SettingsProblem(field: "consumerSecret", kind: .malformed) }
        guard let door = ShopDoor(address: try settings.required("address"), key: key, secret: secret) else {
            throw SettingsProblem(field: "address", kind: .malformed)
        }
        guard let style = TrackingStyle(rawValue: settings["tracking"] ?? "note") else {
            throw SettingsProblem(field: "tracking", kind: .malformed)
        }
        guard let gateway = SettingsWords.truth(settings["gatewayRefunds"] ?? "false") else {
            throw SettingsProblem(field: "gatewayRefunds", kind: .malformed)
        }
        guard let stock = SettingsWords.truth(settings["stockNews"] ?? "true") else { throw SettingsProblem(field: "stockNews", kind: .malformed) }
        shop = door
        webhookSecret = try settings.required("webhookSecret")
        signingKey = Array(EntityText.decoded(webhookSecret).utf8)
        tracking = style
        refundsAtGateway = gateway
        hearsStock = stock
    }

    /// WooCommerce takes a signature for a quarter of an hour; a chain of many pages can be on its way longer.
    public func admitted(_ request: HTTPRequest, _ access: Access) -> HTTPRequest { shop.signedAnew(request, access) }

    /// Nil: keys never change.
    public func signIn(at now: Instant) -> Exchange<AccessToken>? { nil }

    /// Core WooCommerce says nothing of rate limits.
    public func rates(in response: HTTPResponse, cost: Cost) -> [RateReading] { [] }

    /// Asks for the shop's currency, which needs a working key, then for the site's name, which is public.
    public func test(_ access: Access) -> Exchange<ShopIdentity> {
        let name = siteName(access)
        return shop.get("settings/general/woocommerce_currency", access) { json throws(ChannelFailure) in
            let currency = json["value"]?.string.flatMap { Currency($0) }
            return .then(name.map { ShopIdentity(name: $0, currency: currency) })
        }
    }

    /// The site's title from WordPress' own index; a shop that hides it is known by its address.
    private func siteName(_ access: Access) -> Exchange<String> {
        let request = HTTPRequest(
            .get, shop.address + "/wp-json/?_fields=name,url", headers: ["Accept": "application/json"])
        let host = shop.host
        return Exchange(request) { response throws(ChannelFailure) in
            let name = (try? Answer.json(response))?["name"]?.string?.trimmed ?? ""
            return .done(name.isEmpty ? host : EntityText.decoded(name))
        }
    }
}
