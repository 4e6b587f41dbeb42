// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import Vocabulary

/// Shopify's GraphQL Admin API, version 2026-07, and its signed webhooks.
///
/// Keys are the plain numbers of Shopify's global ids (`gid://shopify/Order/123` is `123`), because webhooks carry
/// the number and GraphQL the global id. `ListingKey` holds product, variant and inventory item.
public struct ShopifyConnector: Channel {
    /// Abilities, limits and credentials as the README lists them; the limit is that of the Standard plan until an answer says more.
    public static let profile = ChannelProfile(
        name: "shopify", title: "Shopify", apiVersion: "2026-07",
        credentials: [
            CredentialField("address"),
            CredentialField("clientID", isRequired: false),
            CredentialField("clientSecret", isSecret: true, isRequired: false),
            CredentialField("accessToken", isSecret: true, isRequired: false),
            CredentialField("webhookSecret", isSecret: true, isRequired: false),
            CredentialField("location", isRequired: false, preset: ""),
            CredentialField("stockNews", isRequired: false, preset: "true"),
        ],
        limits: [RateLimit("graphql", pointsPerSecond: 100, burst: 2000)],
        abilities: Abilities(
            webhooks: true, quantityWrite: .compareAndSet, quantityBatchMax: 250, lowersOwnStock: true,
            partialShipment: true,
            cancel: true, refund: true, pollHorizon: .seconds(0), pollEvery: .minutes(5), pollOverlap: .minutes(10)))

    /// `https://name.myshopify.com`, without a slash at its end.
    let address: String
    let key: Key
    let webhookSecret: String
    /// Whether the shop sends a message for each change of a count, its own sales and our sets among them.
    let hearsStock: Bool
    /// The global id of the location whose stock is set; nil: the shop's primary one, asked for when it is needed.
    let location: String?

    /// `address` may lack its scheme; `location` may be a global id or its number. An app's id and secret go before a token.
    public init(_ settings: ChannelSettings) throws(SettingsProblem) {
        guard let address = Self.address(try settings.required("address")) else {
            throw SettingsProblem(field: "address", kind: .malformed)
        }
        self.address = address
        let secret = settings["clientSecret"]?.trimmed
        if let id = settings["clientID"]?.trimmed {
            guard let secret else { throw SettingsProblem(field: "clientSecret", kind: .missing) }
            key = .app(id: id, secret: secret)
        } else {
            key = .token(try Self.headerSafe(settings.required("accessToken"), field: "accessToken"))
        }
        // An app's messages are signed with its secret.
        guard let signing = settings["webhookSecret"]?.trimmed ?? secret else { throw SettingsProblem(field: "webhookSecret", kind: .missing) }
        webhookSecret = signing
        guard let stock = SettingsWords.truth(settings["stockNews"] ?? "true") else { throw SettingsProblem(field: "stockNews", kind: .malformed) }
        hearsStock = stock
        if let text = settings["location"]?.trimmed, !text.isEmpty {
            guard let number = GlobalID.number(text) else { throw SettingsProblem(field: "location", kind: .malformed) }
            location = GlobalID.text(.location, number)
        } else {
            location = nil
        }
    }

    /// The token that lasts; empty for an app, whose requests get theirs when they are sent.
    var standingToken: String {
        switch key {
        case .token(let token): token
        case .app: ""
        }
    }

    /// The host in the address, without port, in lower case: what `X-Shopify-Shop-Domain` has to say.
    var host: String {
        let rest = address.split(separator: "/").dropFirst().first ?? ""
        return String(rest.prefix { $0 != ":" })
    }

    /// Scheme and host, from what people paste: with a path, in capitals, without the scheme. Nil when no host is in it.
    private static func address(_ text: String) -> String? {
        var rest = text.trimmed.lowercased()[...]
        var scheme = "https://"
        for known in ["https://", "http://"] where rest.hasPrefix(known) {
            scheme = known
            rest = rest.dropFirst(known.count)
        }
        let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let allowed = host.utf8.allSatisfy {
            ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x2E || $0 == 0x3A
        }
        let name = host.prefix { $0 != ":" }
        guard allowed, !name.isEmpty, name.contains(".") || name == "localhost", !name.hasPrefix("."),
            !name.hasSuffix(".")
        else { return nil }
        return scheme + host
    }

    /// A secret that goes into a header must not be able to break it.
    private static func headerSafe(_ text: String, field: String) throws(SettingsProblem) -> String {
        let text = text.trimmed
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw SettingsProblem(field: field, kind: .malformed)
        }
        return text
    }
}
