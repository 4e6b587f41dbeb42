// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
public import Vocabulary

/// Square's REST API (catalog, inventory, orders, refunds, webhook subscriptions) for one location of one seller.
///
/// `ListingKey` holds item, item variation, and the variation again: Square counts stock by variation. Orders of other locations and
/// counts kept there are left alone; each location is an account of its own.
public struct SquareConnector: Channel {
    /// Abilities, limits and credentials as the README lists them. Square publishes no rate limit: the bucket is a careful guess, and 429 is heeded.
    public static let profile = ChannelProfile(
        name: "square", title: "Square", apiVersion: "2025-08-20",
        credentials: [
            CredentialField("accessToken", isSecret: true),
            CredentialField("locationID"),
            CredentialField("signatureKey", isSecret: true, isRequired: false),
            CredentialField("address", isRequired: false, preset: "https://connect.squareup.com"),
        ],
        limits: [RateLimit("default", pointsPerSecond: 10, burst: 20)],
        abilities: Abilities(
            webhooks: true, quantityWrite: .delta, quantityBatchMax: 100, lowersOwnStock: true, partialShipment: false, cancel: true, refund: true,
            pollHorizon: .seconds(0), pollEvery: .minutes(5), pollOverlap: .minutes(10)))

    /// Scheme and host of the API, without a slash at its end.
    let address: String
    let accessToken: String
    /// The location whose stock and orders these are.
    let location: String
    /// What Square signs its messages with; nil until the merchant has looked it up.
    let signatureKey: String?

    public init(_ settings: ChannelSettings) throws(SettingsProblem) {
        accessToken = try Self.plain(try settings.required("accessToken"), field: "accessToken")
        location = try Self.plain(try settings.required("locationID"), field: "locationID")
        guard location.utf8.count <= 50, location.utf8.allSatisfy({ Self.isLetterOrDigit($0) || $0 == 0x5F || $0 == 0x2D }) else {
            throw SettingsProblem(field: "locationID", kind: .malformed)
        }
        signatureKey = if let key = settings["signatureKey"] { try Self.plain(key, field: "signatureKey") } else { nil }
        guard let address = Self.address(settings["address"] ?? "https://connect.squareup.com") else {
            throw SettingsProblem(field: "address", kind: .malformed)
        }
        self.address = address
    }

    /// The access token never changes by itself.
    public func signIn(at now: Instant) -> Exchange<AccessToken>? { nil }

    /// Answers say nothing of a limit.
    public func rates(in response: HTTPResponse, cost: Cost) -> [RateReading] { [] }

    /// Without blanks around it, and nothing in it that could break a header.
    private static func plain(_ text: String, field: String) throws(SettingsProblem) -> String {
        let text = text.trimmed
        guard !text.isEmpty, text.utf8.count <= 1024, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw SettingsProblem(field: field, kind: .malformed)
        }
        return text
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x61 && byte <= 0x7A)
    }

    /// Scheme and host; nil when no host is in it.
    private static func address(_ text: String) -> String? {
        let text = text.trimmed
        for scheme in ["https://", "http://"] where text.hasPrefix(scheme) {
            let host = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            guard !host.isEmpty, host.utf8.allSatisfy({ isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x3A }) else { return nil }
            return scheme + host
        }
        return nil
    }
}
