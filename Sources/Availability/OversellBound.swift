// SPDX-License-Identifier: Apache-2.0

public import Catalog
import Inventory
public import Ledger
public import Storage
public import Vocabulary

/// The most units of an article that could still be sold beyond what is there, whatever arrives in whatever order: what all channels may sell
/// unheard, less what is free.
///
/// Bundles and single units count together, in units of the article. Where channels are served from different locations, every set of channels is
/// held against the stock that any of them can be served from, and the worst is the bound.
public struct OversellBound: Sendable {
    /// What one listing may still sell unheard.
    public struct Part: Sendable {
        public var listing: Listing
        /// Units of the article in one unit of what is listed.
        public var each: Int
        /// Units of the article; nil when it is not known.
        public var units: Int?
        /// The hub sets its count, or may: it is not one that the merchant paused, or that keeps none.
        public var isSet: Bool
    }
    public var parts: [Part]
    /// Free at locations that sell online, less what is promised and nowhere; below zero when more is promised than there is.
    public var sellable: Int
    /// Nil when some channel's part is not known: nothing was confirmed there yet, or it keeps no count.
    public var units: Int?
    /// What can be kept under a limit: the same without the parts that nobody knows and that are not the hub's to set. Nil when another is not known.
    public var unitsThatCanBeKept: Int?

    /// Of a variant that lies on a shelf.
    public init(_ variant: ID<VariantKind>, ledger: LedgerBook, in transaction: Transaction) throws {
        try self.init(variant, rules: try PublishRuleTable.rules(in: transaction), ledger: ledger, in: transaction)
    }

    init(_ variant: ID<VariantKind>, rules: PublishRules, ledger: LedgerBook, in transaction: Transaction) throws {
        let bundles = try VariantTable.bundles(in: transaction)
        let service = try LocationTable.service(in: transaction)
        parts = []
        for listed in [variant] + (try VariantTable.bundles(with: [variant], in: transaction)) {
            let each = bundles.shelfUnits(of: listed, units: 1).first { $0.component == variant }?.units ?? 0
            for listing in try ListingTable.listings(of: listed, in: transaction) where each > 0 && !listing.isFulfilledByChannel {
                let isSet = listing.isPublishable && !rules.rule(for: listing.account, listed).isPaused
                guard let part = try Self.part(listing, each: each, isSet: isSet, in: transaction) else { continue }
                parts.append(part)
            }
        }
        let accounts = service.locations.map { StockAccounts.account(variant, $0.id, StockAccounts.available) }
        let balances = try ledger.balances(of: accounts, in: transaction)
        var free: [ID<LocationKind>: Int] = [:]
        for (location, account) in zip(service.locations, accounts) { free[location.id] = Int(balances[account] ?? 0) }
        let short = try StockLevels.shortages(of: variant, in: transaction)
        let online = service.locations(for: nil)
        sellable = Self.stock(at: online, free: free, short: short, service)
        let known = parts.compactMap { part in part.units.map { (account: part.listing.account, units: $0) } }
        let bound = Self.units(known, free: free, short: short, service)
        units = known.count < parts.count ? nil : bound
        unitsThatCanBeKept = parts.contains { $0.units == nil && $0.isSet } ? nil : bound
    }

    private static func part(_ listing: Listing, each: Int, isSet: Bool, in transaction: Transaction) throws -> Part? {
        guard listing.keepsCount else { return listing.isActive ? Part(listing: listing, each: each, units: nil, isSet: false) : nil }
        let exposure = try ExposureTable.exposure(of: listing.id, in: transaction)
        // What was heard and not yet counted.
        let heard = try ChannelClaims.units(of: listing.variantKey, account: listing.account, in: transaction)
        if exposure.units == nil, !listing.isActive { return nil }
        return Part(listing: listing, each: each, units: exposure.units.map { ($0 - heard) * each }, isSet: isSet)
    }

    /// The bound by the rule of Hall: of all sets of accounts, the one whose exposure most exceeds the stock that can serve any of them.
    static func units(
        _ exposures: [(account: ID<AccountKind>, units: Int)], free: [ID<LocationKind>: Int], short: [ID<AccountKind>?: Int],
        _ service: LocationService
    ) -> Int {
        var groups: [[ID<LocationKind>]: Int] = [:]
        for (account, units) in exposures { groups[service.locations(for: account), default: 0] += units }
        let all = groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        // More ways of serving than this nobody has; what cannot be looked through counts as if nothing were there.
        guard all.count <= groupsMax else { return all.reduce(0) { $0 + $1.value } }
        var worst = 0
        for chosen in 1..<(1 << all.count) {
            let members = all.enumerated().filter { chosen & (1 << $0.offset) != 0 }.map(\.element)
            let locations = Set(members.flatMap(\.key)).sorted()
            worst = max(worst, members.reduce(0) { $0 + $1.value } - stock(at: locations, free: free, short: short, service))
        }
        return worst
    }

    private static let groupsMax = 10

    private static func stock(
        at locations: [ID<LocationKind>], free: [ID<LocationKind>: Int], short: [ID<AccountKind>?: Int], _ service: LocationService
    ) -> Int { locations.reduce(0) { $0 + (free[$1] ?? 0) } - service.shortage(short, at: locations) }
}
