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
    /// Since when a push is owed, or was refused; nil while what is wanted is what the channel confirmed.
    public var owedSince: Instant?
    /// The latest moment, by the channel's clock, at which it is known what stood there.
    public var stoodAt: Instant?

    /// How long the wanted figure has not been what the channel confirmed; nil when it is.
    public func staleness(at now: Instant) -> Span? { owedSince.map { max(.milliseconds(0), now - $0) } }

    /// Noting the wish of a guarded article again would change nothing.
    func isAsWished(_ wish: SharePlan.Wish, _ variant: ID<VariantKind>) -> Bool {
        guard isGuarded, self.variant == variant else { return false }
        switch wish {
        case .leave: return isAsked == isDue
        case .ask: return isAsked && isDue
        case .show(let units):
            let units = Quantity(clamping: units).units
            let isOwed = !(believed == units && acknowledged == units) && problem == nil
            return wanted == units && isDue == isOwed
        }
    }
}

/// A push that is owed, with the channel's own keys of the listing.
public struct OwedPush: Hashable, Sendable {
    public var publication: Publication
    public var productKey: String
    public var variantKey: String
    public var stockKey: String
    public var sku: String?
}
