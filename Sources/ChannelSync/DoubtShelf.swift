// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Storage
import Vocabulary

/// Units of an order came back, and the channel put them on its own shelf, or did not: what stands there is found out, even when the hub
/// wants nothing else shown than before.
struct DoubtShelf: Sendable {
    var account: ID<AccountKind>
    var order: ID<OrderKind>
    /// The channel's names of the lines; nil for all of them.
    var lines: Set<String>?

    func run(in transaction: Transaction) throws {
        let keys = try transaction.all(
            "SELECT external_id, variant_key FROM order_lines WHERE order_number = \(order.number) AND variant_key IS NOT NULL"
        ) { (line: $0.text(0), variant: $0.text(1)) }
        for key in Set(keys.filter { lines?.contains($0.line) ?? true }.map(\.variant)).sorted() {
            guard let listing = try ListingTable.find(account: account, variantKey: key, in: transaction) else { continue }
            try PublicationTable.doubted(listing.id, in: transaction)
        }
    }
}
