// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Orders
import Storage
import Vocabulary

/// Units of an order came back, and the channel put them on its own shelf, or did not: what stands there is found out, even when the hub
/// wants nothing else shown than before.
struct DoubtShelf: Sendable {
    var account: ID<AccountKind>
    var order: ID<OrderKind>
    /// The channel's names of the lines; nil for all of them.
    var lines: Set<String>?
    var at: Instant

    func run(in transaction: Transaction) throws {
        for key in try OrderReader.variantKeys(of: order, lines: lines, in: transaction) {
            guard let listing = try ListingTable.find(account: account, variantKey: key, in: transaction) else { continue }
            try PublicationTable.doubted(listing.id, at: at, in: transaction)
        }
    }
}
