// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
internal import JSONText
public import Vocabulary

/// Amazon through the Selling Partner API: one seller in one marketplace.
///
/// Orders 2026-01-01, Listings Items 2021-08-01, Feeds 2021-06-30, Finances 2024-06-19, Sellers v1 and, for shipment
/// confirmations only, Orders v0. What each call may cost is in `Operation`; what a merchant sees is in the README.
public struct AmazonConnector: Channel {
    let clientID: String
    let clientSecret: String
    let refreshToken: String
    let sellerID: String
    let marketplace: String
    let endpoint: String
    let loginEndpoint: String

    /// Checks that every field is there and that the two addresses are addresses; contacts nobody.
    public init(_ settings: ChannelSettings) throws(SettingsProblem) {
        clientID = try settings.required("clientID")
        clientSecret = try settings.required("clientSecret")
        refreshToken = try settings.required("refreshToken")
        sellerID = try settings.required("sellerID")
        marketplace = try settings.required("marketplace")
        endpoint = try Self.address("endpoint", settings, preset: Self.europe)
        loginEndpoint = try Self.address("loginEndpoint", settings, preset: Self.login)
        for (field, value) in [("sellerID", sellerID), ("marketplace", marketplace)] {
            guard value.utf8.allSatisfy(Self.isIdentifier) else { throw SettingsProblem(field: field, kind: .malformed) }
        }
    }

    static let europe = "https://sellingpartnerapi-eu.amazon.com"
    static let login = "https://api.amazon.com"

    private static func isIdentifier(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x61 && byte <= 0x7A) || byte == 0x2D
            || byte == 0x5F
    }

    /// An `http` or `https` address without the slash that may end it.
    private static func address(_ field: String, _ settings: ChannelSettings, preset: String) throws(SettingsProblem)
        -> String
    {
        var text = (settings[field] ?? preset).trimmed
        while text.hasSuffix("/") { text.removeLast() }
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            !text.contains("?"), !text.contains("#")
        else { throw SettingsProblem(field: field, kind: .malformed) }
        return text
    }

    /// Nil: what Amazon pushes goes to a queue of the merchant's (SQS, EventBridge), never to a web address.
    public func subscribe(to address: String, _ access: Access) -> Exchange<Void>? { nil }

    /// Always refused: Amazon calls no web address.
    public func receive(_ request: HTTPRequest, at now: Instant) throws(WebhookRefusal) -> WebhookDelivery {
        throw .unsupported
    }

    /// Reads `x-amzn-RateLimit-Limit`, the account's own rate of the operation. Amazon leaves it out at times and never
    /// tells what is left or how high the burst is.
    public func rates(in response: HTTPResponse, cost: Cost) -> [RateReading] {
        guard let text = response.headers["x-amzn-RateLimit-Limit"], let rate = Double(text.trimmed), rate > 0,
            rate.isFinite
        else {
            return []
        }
        return [RateReading(limit: cost.limit, pointsPerSecond: rate)]
    }
}
