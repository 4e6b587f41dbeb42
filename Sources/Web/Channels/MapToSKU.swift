// SPDX-License-Identifier: Apache-2.0

import Catalog
import ChannelSync
import Inventory
import Orders
import Storage
import Vocabulary

/// A person says what a listing is: the listing is mapped, the orders that waited for it take their stock, and its quantity is decided.
struct MapToSKU: Sendable {
    let desk: Desk

    func run(account: ID<AccountKind>, listing: ID<ListingKind>, sku text: String, actor: String, at now: Instant) async throws {
        guard let sku = SKU(text) else { throw Refusal(.invalid, "form.bad-sku") }
        let orders = desk.hub.orders
        try await desk.hub.store.write { transaction in
            guard let found = try ListingTable.find(listing, in: transaction), found.account == account else {
                throw Refusal(.notFound, "listing.unknown")
            }
            guard let variant = try VariantTable.find(sku: sku, in: transaction) else {
                throw Refusal(.invalid, "form.unknown-sku", ["sku": sku.text])
            }
            try MapListing(listing: listing, variant: variant.id).run(in: transaction)
            try MapOrderLines(account: account, variantKey: found.variantKey, variant: variant.id, actor: actor, at: now).run(
                with: orders, in: transaction)
            try StockChanges.mark([variant.id], in: transaction)
        }
    }
}
