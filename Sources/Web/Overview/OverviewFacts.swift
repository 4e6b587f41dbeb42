// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelSync
import Journal
import Orders
import Storage
import Vocabulary

/// What the overview shows, as read at one moment.
struct OverviewFacts: Sendable {
    enum Period: String, CaseIterable, Sendable {
        case day, week, month
        var slots: Int { self == .day ? 24 : self == .week ? 28 : 30 }
        var width: Span { self == .day ? .hours(1) : self == .week ? .hours(6) : .days(1) }
    }
    struct Sync: Sendable {
        var account: AccountName
        var isConnected: Bool
        var streams: [SyncStream]
        var lag: (median: Int64, worst: Int64)?
        var owed: Int
        var unmapped: Int
    }
    var period: Period
    var from: Instant
    var to: Instant
    var accounts: [AccountName]
    var slots: [SalesFigures.Slot]
    var totals: SalesFigures.Totals
    var before: SalesFigures.Totals
    var alerts: StockAlerts
    var sync: [Sync]
    var exceptions: [(kind: String, count: Int)]
    var now: Instant

    init(_ period: Period, desk: Desk, now: Instant, in transaction: Transaction) throws {
        let to = desk.words.format.floor(now, to: period.width) + period.width
        let from = to - period.width * Int64(period.slots)
        self.period = period
        self.from = from
        self.to = to
        self.now = now
        accounts = try Desk.accounts(in: transaction)
        slots = try SalesFigures.slots(from: from, to: to, width: period.width, in: transaction)
        totals = try SalesFigures.totals(from: from, to: to, in: transaction)
        // The same stretch of the period before: comparing an unfinished hour with a whole one would always look bad.
        before = try SalesFigures.totals(from: from - (to - from), to: now - (to - from), in: transaction)
        alerts = try StockOverview.alerts(threshold: desk.settings.lowStockUnits, limit: 6, ledger: desk.hub.ledger, in: transaction)
        let owed = try PublicationTable.dueCounts(in: transaction)
        let listings = try ListingTable.counts(in: transaction)
        let connected = try ChannelAccountTable.all(in: transaction)
        sync = try zip(accounts, connected).map { account, row in
            Sync(
                account: account, isConnected: row.isConnected, streams: try SyncStreamTable.all(of: account.id, in: transaction),
                lag: try SyncStreamTable.lag(of: account.id, since: now - .hours(1), in: transaction), owed: owed[account.id] ?? 0,
                unmapped: listings[account.id]?.unmapped ?? 0)
        }
        exceptions = try Exceptions.counts(in: transaction)
    }

    /// The currency most was sold in: the one the sales chart is drawn in.
    var currency: Currency? {
        totals.sales.max { ($0.value, $1.key.code) < ($1.value, $0.key.code) }?.key
    }
}
