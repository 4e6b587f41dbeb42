// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelSync
import Journal
import Storage
import Vocabulary

/// One account and how it does, read at one moment.
struct ChannelFacts: Sendable {
    var name: AccountName
    var account: ChannelAccount
    var streams: [SyncStream]
    var lag: (median: Int64, worst: Int64)?
    var owed: Int
    /// How long the figure has waited that waits longest.
    var staleness: Span?
    var listings: Int
    var unmappedCount: Int

    static func all(now: Instant, in transaction: Transaction) throws -> [ChannelFacts] {
        let owed = try PublicationTable.dueCounts(in: transaction)
        let stalest = try PublicationTable.stalest(in: transaction)
        let counts = try ListingTable.counts(in: transaction)
        let names = try Desk.accounts(in: transaction)
        return try zip(names, ChannelAccountTable.all(in: transaction)).map { name, account in
            ChannelFacts(
                name: name, account: account, streams: try SyncStreamTable.all(of: account.id, in: transaction),
                lag: try SyncStreamTable.lag(of: account.id, since: now - .hours(1), in: transaction), owed: owed[account.id] ?? 0,
                staleness: stalest[account.id].map { max(.milliseconds(0), now - $0) },
                listings: counts[account.id]?.all ?? 0, unmappedCount: counts[account.id]?.unmapped ?? 0)
        }
    }
}
