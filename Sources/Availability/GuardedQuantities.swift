// SPDX-License-Identifier: Apache-2.0

import Catalog
import Inventory
import Ledger
import Storage
import Vocabulary

/// What listings of guarded articles should show: each article's plan is made once and shared by all listings that take of it.
struct GuardedQuantities {
    private let policies: SellingPolicies
    private let rules: PublishRules
    private let bundles: BundleContents
    private let service: LocationService
    private let paces: ExposureTable.Paces
    private var plans: [ID<VariantKind>: SharePlan] = [:]

    init(
        _ policies: SellingPolicies, _ rules: PublishRules, _ bundles: BundleContents, _ service: LocationService, at now: Instant,
        in transaction: Transaction
    ) throws {
        self.policies = policies
        self.rules = rules
        self.bundles = bundles
        self.service = service
        paces = try ExposureTable.Paces(at: now, in: transaction)
    }

    /// In units of what is listed.
    mutating func wish(
        for listing: Listing, of variant: ID<VariantKind>, _ stock: inout StockReading, in transaction: Transaction
    ) throws -> SharePlan.Wish {
        var least: SharePlan.Wish?
        for part in bundles.shelfUnits(of: variant, units: 1) where policies.policy(of: part.component).kind == .guarded {
            let plan = try plan(of: part.component, &stock, in: transaction)
            switch (plan.wishes[listing.id] ?? .leave, least) {
            case (.ask, _): return .ask
            case (.leave, _): return .leave
            case (.show(let units), .show(let known)?): least = .show(min(known, units / max(1, part.units)))
            case (.show(let units), _): least = .show(units / max(1, part.units))
            }
        }
        return least ?? .leave
    }

    private mutating func plan(of component: ID<VariantKind>, _ stock: inout StockReading, in transaction: Transaction) throws -> SharePlan {
        if let plan = plans[component] { return plan }
        var sellers: [SharePlan.Seller] = []
        for listed in [component] + (try VariantTable.bundles(with: [component], in: transaction)) {
            let each = bundles.shelfUnits(of: listed, units: 1).first { $0.component == component }?.units ?? 1
            for listing in try ListingTable.listings(of: listed, in: transaction) where listing.isPublishable {
                let rule = rules.rule(for: listing.account, listed)
                guard !rule.isPaused else { continue }
                let available = try stock.availableToPromise(listed, for: listing.account, bundles, service, in: transaction)
                let shown = try PublicationTable.publication(of: listing.id, in: transaction)?.believed
                let kept = try ExposureTable.kept(of: listing.id, in: transaction)
                sellers.append(
                    SharePlan.Seller(
                        listing: listing.id, exposure: kept?.exposure.units.map { $0 * each }, shown: shown.map { max(0, $0) * each },
                        compares: kept?.compares ?? false, isAsked: kept.map { !$0.exposure.marks.isEmpty } ?? false,
                        pace: paces.pace(of: listing, kept), each: each, most: rule.quantity(ofAvailable: available).units * each))
            }
        }
        let free = try stock.availableToPromise(component, for: nil, bundles, service, in: transaction)
        let plan = SharePlan(units: free + policies.policy(of: component).limit, sellers: sellers)
        plans[component] = plan
        return plan
    }
}
