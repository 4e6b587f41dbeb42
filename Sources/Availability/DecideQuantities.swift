// SPDX-License-Identifier: Apache-2.0

public import Catalog
public import Inventory
public import Ledger
public import Storage
public import Vocabulary

/// Works out what each listing of the changed variants should show, bundles included, and notes which pushes are owed.
public struct DecideQuantities: Sendable {
    public var variants: [ID<VariantKind>]
    public var at: Instant

    public init(variants: [ID<VariantKind>], at: Instant) {
        self.variants = variants
        self.at = at
    }

    /// The variants that it decided for: those that changed and the bundles made of them.
    @discardableResult
    public func run(ledger: LedgerBook, in transaction: Transaction) throws -> [ID<VariantKind>] {
        let bundles = try VariantTable.bundles(in: transaction)
        let service = try LocationTable.service(in: transaction)
        let affected = Set(variants).union(try VariantTable.bundles(with: variants, in: transaction)).sorted()
        let rules = try PublishRuleTable.rules(in: transaction)
        let policies = try SellingPolicyTable.policies(in: transaction)
        var guarded = try GuardedQuantities(policies, rules, bundles, service, at: at, in: transaction)
        var stock = StockReading(ledger: ledger, locations: service.locations.map(\.id))
        let isAnyStarving = try LostSalesTable.isAny(in: transaction)
        var wishes: [(listing: ID<ListingKind>, account: ID<AccountKind>, variant: ID<VariantKind>, quantity: Quantity)] = []
        for variant in affected {
            let isGuarded = try guarded.isGuarded(variant, in: transaction)
            let starving = isAnyStarving ? try LostSalesTable.starving(ofListingsOf: variant, in: transaction) : [:]
            func isFed(_ listing: Listing) throws {
                if starving[listing.id] != nil { try LostSalesTable.ends(listing.id, at: at, in: transaction) }
            }
            for listing in try ListingTable.listings(of: variant, in: transaction) {
                // What the channel's own warehouse holds is not ours to set; a paused or uncounted listing is left alone.
                let rule = rules.rule(for: listing.account, variant)
                guard listing.isPublishable, !rule.isPaused else {
                    try isFed(listing)
                    continue
                }
                if isGuarded {
                    let wish = try guarded.wish(for: listing, of: variant, &stock, in: transaction)
                    let known = try guarded.publications(of: variant, in: transaction)[listing.id]
                    if known?.isAsWished(wish, variant) != true { try PublicationTable.guarded(listing, variant, wish, at: at, in: transaction) }
                    if let (pace, free) = guarded.starved(listing) {
                        if let known = starving[listing.id], known <= free { continue }
                        try LostSalesTable.starves(listing.id, of: variant, pace: pace, free: free, at: at, in: transaction)
                    } else {
                        try isFed(listing)
                    }
                    continue
                }
                try isFed(listing)
                let available = try stock.availableToPromise(variant, for: listing.account, bundles, service, in: transaction)
                wishes.append((listing.id, listing.account, variant, rule.quantity(ofAvailable: available)))
            }
        }
        try PublicationTable.want(wishes, at: at, in: transaction)
        return affected
    }
}

/// Reads what is free, each variant once.
public struct StockReading {
    private let ledger: LedgerBook
    private let locations: [ID<LocationKind>]
    private var free: [ID<VariantKind>: [ID<LocationKind>: Int]] = [:]
    private var short: [ID<VariantKind>: [ID<AccountKind>?: Int]] = [:]

    public init(ledger: LedgerBook, locations: [ID<LocationKind>]) {
        self.ledger = ledger
        self.locations = locations
    }

    /// What may be promised of the variant to buyers of the account.
    public mutating func availableToPromise(
        _ variant: ID<VariantKind>, for account: ID<AccountKind>?, _ bundles: BundleContents, _ service: LocationService, in transaction: Transaction
    ) throws -> Int {
        for part in bundles.shelfUnits(of: variant, units: 1) where free[part.component] == nil {
            let accounts = locations.map { StockAccounts.account(part.component, $0, StockAccounts.available) }
            let balances = try ledger.balances(of: accounts, in: transaction)
            var units: [ID<LocationKind>: Int] = [:]
            for (location, account) in zip(locations, accounts) { units[location] = Int(balances[account] ?? 0) }
            free[part.component] = units
            short[part.component] = try StockLevels.shortages(of: part.component, in: transaction)
        }
        let serving = service.locations(for: account)
        return bundles.makeable(variant) { component in
            AvailableToPromise.units(free: free[component] ?? [:], short: service.shortage(short[component] ?? [:], at: serving), locations: serving)
        }
    }
}
