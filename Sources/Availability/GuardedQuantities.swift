// SPDX-License-Identifier: Apache-2.0

import Catalog
import Inventory
import Ledger
import Storage
import Vocabulary

/// What listings of guarded and fixed articles should show: each article's plan is made once and shared by all listings that take of it.
struct GuardedQuantities {
    private let policies: SellingPolicies
    private let rules: PublishRules
    private let bundles: BundleContents
    private let service: LocationService
    private let paces: ExposureTable.Paces
    private let now: Instant
    private var known: [ID<VariantKind>: SellingPolicy] = [:]
    private var plans: [ID<VariantKind>: SharePlan] = [:]
    private var publications: [ID<VariantKind>: [ID<ListingKind>: Publication]] = [:]
    private var offers: [ID<ListingKind>: Offer] = [:]

    /// How a listing stands, in units of what is listed.
    private struct Offer {
        /// What is believed to stand there.
        var shown: Int?
        /// The most that it may sell unheard.
        var exposure: Int?
        /// What it sold of late, in thousandths.
        var pace: Int
        /// What is free for it, by the merchant's rule.
        var able: Int
    }

    init(
        _ policies: SellingPolicies, _ rules: PublishRules, _ bundles: BundleContents, _ service: LocationService, at now: Instant,
        in transaction: Transaction
    ) throws {
        self.policies = policies
        self.rules = rules
        self.bundles = bundles
        self.service = service
        self.now = now
        paces = try ExposureTable.Paces(at: now, in: transaction)
    }

    /// A bundle is guarded with any of its components.
    mutating func isGuarded(_ variant: ID<VariantKind>, in transaction: Transaction) throws -> Bool {
        for part in bundles.shelfUnits(of: variant, units: 1) where try policy(of: part.component, in: transaction).kind.keepsLimit { return true }
        return false
    }

    /// In units of what is listed.
    mutating func wish(
        for listing: Listing, of variant: ID<VariantKind>, _ stock: inout StockReading, in transaction: Transaction
    ) throws -> SharePlan.Wish {
        var least: Int?
        var stays = false
        for part in bundles.shelfUnits(of: variant, units: 1) where try policy(of: part.component, in: transaction).kind.keepsLimit {
            let plan = try plan(of: part.component, &stock, in: transaction)
            switch plan.wishes[listing.id] ?? .leave {
            case .ask: return .ask
            case .leave: stays = true
            case .show(let units): least = min(least ?? .max, units / max(1, part.units))
            }
        }
        // Where the share of one component is to stay, another's may be lowered and not raised.
        guard let least, !stays || least < offers[listing.id]?.shown ?? 1 else { return .leave }
        return .show(least)
    }

    /// How much a listing of a plan could show, and what it sold of late, when it shows nothing although units are free; nil when it shows something.
    func starved(_ listing: Listing) -> (pace: Int, free: Int)? {
        guard let offer = offers[listing.id], offer.able > 0, (offer.shown ?? offer.exposure ?? 1) <= 0 else { return nil }
        return (offer.pace, offer.able)
    }

    private mutating func policy(of component: ID<VariantKind>, in transaction: Transaction) throws -> SellingPolicy {
        if let policy = known[component] { return policy }
        let policy = try policies.policy(of: component, in: transaction)
        known[component] = policy
        return policy
    }

    /// What stands where of an article, read once.
    mutating func publications(of variant: ID<VariantKind>, in transaction: Transaction) throws -> [ID<ListingKind>: Publication] {
        if let known = publications[variant] { return known }
        let read = try PublicationTable.publications(ofListingsOf: variant, in: transaction)
        publications[variant] = read
        return read
    }

    private mutating func plan(of component: ID<VariantKind>, _ stock: inout StockReading, in transaction: Transaction) throws -> SharePlan {
        if let plan = plans[component] { return plan }
        let policy = try policy(of: component, in: transaction)
        var sellers: [SharePlan.Seller] = []
        // What may still be sold where nothing is set: at a listing that the merchant paused, or was withdrawn a moment ago.
        var heldElsewhere = 0
        var accounts: [ID<AccountKind>: [Int]] = [:]
        for listed in [component] + (try VariantTable.bundles(with: [component], in: transaction)) {
            let each = bundles.shelfUnits(of: listed, units: 1).first { $0.component == component }?.units ?? 1
            let exposures = try ExposureTable.kept(ofListingsOf: listed, in: transaction)
            let standing = try publications(of: listed, in: transaction)
            for listing in try ListingTable.listings(of: listed, in: transaction) where !listing.isFulfilledByChannel {
                let rule = rules.rule(for: listing.account, listed)
                guard listing.isPublishable, !rule.isPaused else {
                    heldElsewhere += max(0, exposures[listing.id]?.exposure.units ?? 0) * each
                    continue
                }
                let available = try stock.availableToPromise(listed, for: listing.account, bundles, service, in: transaction)
                let shown = standing[listing.id]?.believed
                let kept = exposures[listing.id]
                let able = rule.quantity(ofAvailable: available).units
                offers[listing.id] = Offer(shown: shown, exposure: kept?.exposure.units, pace: kept?.pace.units(at: now) ?? 0, able: able)
                accounts[listing.account, default: []].append(sellers.count)
                sellers.append(
                    SharePlan.Seller(
                        listing: listing.id, exposure: kept?.exposure.units.map { $0 * each }, shown: shown.map { max(0, $0) * each },
                        compares: kept?.compares ?? false, isAsked: kept.map { !$0.exposure.marks.isEmpty } ?? false,
                        isBelowNothing: shown.map { $0 < 0 && kept?.exposure.units ?? 0 > $0 } ?? false,
                        pace: paces.pace(of: listing, kept), each: each, most: able * each))
            }
        }
        if policy.kind == .fixed {
            let allotted = try AllocationTable.allocations(of: component, in: transaction)
            for (account, places) in accounts { Self.allot(allotted[account]?.left ?? 0, to: places, of: &sellers) }
        }
        let free = try stock.availableToPromise(component, for: nil, bundles, service, in: transaction)
        let plan = SharePlan(units: free + policy.limit - heldElsewhere, sellers: sellers, isFixed: policy.kind == .fixed)
        plans[component] = plan
        return plan
    }

    /// What an account has left of an article, in what it lists of it: alone and in bundles, by what sells there.
    private static func allot(_ units: Int, to places: [Int], of sellers: inout [SharePlan.Seller]) {
        let shares = SharePlan.targets(units, places.map { sellers[$0] }, keepsPool: false)
        for (place, share) in zip(places, shares) { sellers[place].most = share }
    }
}
