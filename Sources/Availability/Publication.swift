// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Where a listing's quantity stands: what the hub wants shown, what it sent, what the channel confirmed, and what is believed to stand there.
public struct Publication: Hashable, Sendable {
    public var listing: ID<ListingKind>
    public var account: ID<AccountKind>
    public var variant: ID<VariantKind>
    public var wanted: Int
    public var wantedAt: Instant
    public var sent: Int?
    public var sentAt: Instant?
    public var acknowledged: Int?
    public var acknowledgedAt: Instant?
    /// Nil: unknown (an answer was lost, or the channel sold since a blind set).
    public var believed: Int?
    /// A push is owed.
    public var isDue: Bool
    public var failures: Int
    /// Why the channel will not take it; a person has to look.
    public var problem: String?
    /// The hub keeps what may be oversold of it under a limit.
    public var isGuarded: Bool
    /// Nobody knows what may be sold there: it is to be read before anything is set.
    public var isAsked: Bool
    /// Counts what the channel sold or changed of it itself, as heard: a push during which it grew may have overwritten a sale.
    public var sales: Int
}

/// A push that is owed, with the channel's own keys of the listing.
public struct OwedPush: Hashable, Sendable {
    public var publication: Publication
    public var productKey: String
    public var variantKey: String
    public var stockKey: String
    public var sku: String?
}
