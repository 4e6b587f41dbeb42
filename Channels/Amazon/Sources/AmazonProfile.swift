// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
internal import Vocabulary

extension AmazonConnector {
    /// What is known of Amazon without an account. A page of orders costs three minutes of refill once the burst is
    /// spent, which is why polling is slow.
    public static let profile = ChannelProfile(
        name: "amazon", title: "Amazon",
        apiVersion: "orders 2026-01-01, listings 2021-08-01, feeds 2021-06-30, finances 2024-06-19",
        credentials: [
            CredentialField("clientID"), CredentialField("clientSecret", isSecret: true),
            CredentialField("refreshToken", isSecret: true),
            CredentialField("sellerID"), CredentialField("marketplace"),
            CredentialField("endpoint", isRequired: false, preset: europe),
            CredentialField("loginEndpoint", isRequired: false, preset: login),
        ],
        limits: Operation.allCases.map(\.limit),
        abilities: Abilities(
            // A feed's document, its upload, the feed, a look at it, the report's address and the report.
            webhooks: false, quantityWrite: .blind, quantityBatchMax: 5000, quantityBulkRequests: 6, lowersOwnStock: true,
            partialShipment: true, cancel: true,
            refund: true, pollHorizon: .minutes(2), pollEvery: .minutes(3), pollOverlap: .minutes(5)))
}

/// The calls that the connector makes; each has a budget of its own at Amazon, per seller and application.
enum Operation: String, CaseIterable, Sendable {
    case token, getMarketplaceParticipations, searchOrders, getOrder, confirmShipment, listTransactions
    case searchListingsItems, getListingsItem, patchListingsItem
    case getFeeds, createFeed, getFeed, createFeedDocument, getFeedDocument
    /// The presigned addresses that feed documents are put to and taken from.
    case feedStorage

    /// Requests per second and burst, from the usage plans in the models. Sign-in and storage publish none: theirs are guesses that nobody reaches.
    var limit: RateLimit {
        let (rate, burst): (Double, Double) =
            switch self {
            case .token: (1, 10)
            case .getMarketplaceParticipations: (0.016, 15)
            case .searchOrders: (0.0056, 20)
            case .getOrder: (0.5, 30)
            case .confirmShipment: (2, 10)
            case .listTransactions: (0.5, 10)
            case .searchListingsItems: (5, 5)
            case .getListingsItem: (5, 10)
            case .patchListingsItem: (5, 5)
            case .getFeeds: (0.0222, 10)
            case .createFeed: (0.0083, 15)
            case .getFeed: (2, 15)
            case .createFeedDocument: (0.5, 15)
            case .getFeedDocument: (0.0222, 10)
            case .feedStorage: (20, 100)
            }
        return RateLimit(rawValue, pointsPerSecond: rate, burst: burst)
    }
}
