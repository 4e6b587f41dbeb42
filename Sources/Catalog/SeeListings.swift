// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// Takes in what a channel account offers: new listings are mapped by SKU, known ones are brought up to date.
///
/// A mapping, once there, is never changed by what the channel says: a deleted draft, a changed SKU or a renamed product
/// must not turn earlier and later orders into different articles.
public struct SeeListings: Sendable {
    public var account: ID<AccountKind>
    public var seen: [SeenListing]
    /// Whether an unknown SKU becomes a product of the hub; otherwise the listing waits to be mapped.
    public var createsProducts: Bool
    public var at: Instant

    /// What came of it, in the order of `seen`.
    public struct Outcome: Hashable, Sendable {
        public var listing: ID<ListingKind>
        public var variant: ID<VariantKind>?
        public var isNew: Bool
        /// What it stands for was found only now: it is new, or its SKU is.
        public var isMappedNow: Bool
        /// Whether its quantity is ours to set is other than it was.
        public var isTurned: Bool
        /// Another listing of the same account already stands for this SKU (the channel allows it, the merchant rarely means it).
        public var duplicates: ID<ListingKind>?
    }

    public init(account: ID<AccountKind>, seen: [SeenListing], createsProducts: Bool, at: Instant) {
        self.account = account
        self.seen = seen
        self.createsProducts = createsProducts
        self.at = at
    }

    public func run(in transaction: Transaction) throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for listing in seen {
            if let known = try ListingTable.find(account: account, variantKey: listing.variantKey, in: transaction) {
                try ListingTable.update(known, seen: listing, at: at, in: transaction)
                var variant = known.variant
                if known.mapping == .none, let found = try match(listing, in: transaction) {
                    try ListingTable.map(known.id, to: found, .sku, in: transaction)
                    variant = found
                }
                outcomes.append(
                    Outcome(
                        listing: known.id, variant: variant, isNew: false, isMappedNow: variant != known.variant,
                        isTurned: listing.isPublishable != known.isPublishable, duplicates: nil))
                continue
            }
            let variant = try match(listing, in: transaction)
            let other = try variant.flatMap { variant in
                try ListingTable.listings(of: variant, in: transaction).first {
                    $0.account == account && $0.isActive && !$0.isFulfilledByChannel && !listing.isFulfilledByChannel
                }
            }
            if let variant, let category = listing.category { try VariantTable.learn(category: category, of: variant, in: transaction) }
            let id = try ListingTable.insert(listing, account: account, variant: variant, at: at, in: transaction)
            outcomes.append(
                Outcome(
                    listing: id, variant: variant, isNew: true, isMappedNow: variant != nil, isTurned: listing.isPublishable, duplicates: other?.id))
        }
        return outcomes
    }

    /// The variant with the listing's SKU, made when that is wanted. A listing without SKU matches nothing.
    private func match(_ listing: SeenListing, in transaction: Transaction) throws -> ID<VariantKind>? {
        guard let text = listing.sku, let sku = SKU(text) else { return nil }
        if let known = try VariantTable.find(sku: sku, in: transaction) { return known.id }
        guard createsProducts else { return nil }
        let variant = NewVariant(
            sku: sku, gtin: listing.gtin.flatMap { GTIN($0) }, title: listing.title, options: listing.options, price: listing.price)
        return try VariantTable.create(title: listing.title, variants: [variant], at: at, in: transaction).first
    }
}

/// A person says which variant a listing stands for. It stays so whatever the channel says later.
public struct MapListing: Sendable {
    public var listing: ID<ListingKind>
    public var variant: ID<VariantKind>?

    /// Nil for the variant takes the mapping away, for good: the SKU no longer decides.
    public init(listing: ID<ListingKind>, variant: ID<VariantKind>?) {
        self.listing = listing
        self.variant = variant
    }

    public func run(in transaction: Transaction) throws {
        guard try ListingTable.find(listing, in: transaction) != nil else { throw Refusal(.notFound, "listing.unknown") }
        if let variant, try VariantTable.find(variant, in: transaction) == nil { throw Refusal(.notFound, "variant.unknown") }
        try ListingTable.map(listing, to: variant, .hand, in: transaction)
    }
}

/// The channel no longer offers a listing. Its mapping stays, so that its old orders keep their meaning.
public struct DropListing: Sendable {
    public var account: ID<AccountKind>
    public var variantKey: String

    public init(account: ID<AccountKind>, variantKey: String) {
        self.account = account
        self.variantKey = variantKey
    }

    public func run(in transaction: Transaction) throws {
        try ListingTable.deactivate(account: account, variantKey: variantKey, in: transaction)
    }
}
