// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import Ledger
import Storage
import Vocabulary

/// One article with everything its page shows, read at one moment.
struct ProductFacts: Sendable {
    struct Offer: Sendable {
        var listing: Listing
        var account: AccountName?
        var rule: PublishRule
        var publication: Publication?
    }
    struct Component: Sendable {
        var variant: Variant
        var units: Int
        var available: Int
    }
    var row: StockRow
    var locations: [Location]
    var offers: [Offer]
    var components: [Component]
    var partOf: [Variant]
    /// Nil for a bundle: its components have one each.
    var bound: OversellBound?
    var policies: SellingPolicies
    var policy: SellingPolicy
    /// What would count if the article had none of its own.
    var policyWithoutOwn: (policy: SellingPolicy, source: SellingPolicies.Source)
    /// The accounts that offer it, alone or in a bundle.
    var sellers: [AccountName]
    var allocations: [ID<AccountKind>: Allocation]
    var lostSales: LostSalesFigure
    /// Over so many days.
    static let lostSalesDays: Int64 = 30
    var categories: [String]
    var accounts: [AccountName]
    var now: Instant

    init(_ sku: SKU, ledger: LedgerBook, now: Instant, in transaction: Transaction) throws {
        guard let variant = try VariantTable.find(sku: sku, in: transaction),
            let row = try StockOverview.rows(of: [variant], ledger: ledger, in: transaction).first
        else { throw Refusal(.notFound, "product.unknown", ["sku": sku.text]) }
        self.row = row
        self.now = now
        locations = try LocationTable.all(in: transaction)
        accounts = try Desk.accounts(in: transaction)
        let rules = try PublishRuleTable.rules(in: transaction)
        let accounts = accounts
        offers = try ListingTable.listings(of: variant.id, in: transaction).map { listing in
            Offer(
                listing: listing, account: accounts.first { $0.id == listing.account }, rule: rules.rule(for: listing.account, variant.id),
                publication: row.publications.first { $0.listing == listing.id })
        }
        bound = variant.isBundle ? nil : try OversellBound(variant.id, ledger: ledger, in: transaction)
        policies = try SellingPolicyTable.policies(in: transaction)
        policy = try policies.policy(of: variant.id, in: transaction)
        let selling = try SellingPolicies.accounts(selling: variant.id, in: transaction)
        policyWithoutOwn = policies.rule(of: nil, category: variant.category, soldOn: selling)
        sellers = accounts.filter { selling.contains($0.id) }
        allocations = try AllocationTable.allocations(of: variant.id, in: transaction)
        lostSales = try LostSalesTable.figure(of: variant.id, days: Self.lostSalesDays, at: now, in: transaction)
        categories = try VariantTable.categories(limit: 200, in: transaction)
        components = []
        if variant.isBundle {
            let parts = try VariantTable.bundles(in: transaction).shelfUnits(of: variant.id, units: 1)
            for part in parts {
                guard let found = try VariantTable.find(part.component, in: transaction) else { continue }
                let stock = try StockOverview.rows(of: [found], ledger: ledger, in: transaction)
                components.append(Component(variant: found, units: part.units, available: stock.first?.availableToPromise ?? 0))
            }
        }
        partOf = try VariantTable.bundles(with: [variant.id], in: transaction).compactMap { try VariantTable.find($0, in: transaction) }
    }
}
