// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelSync
import Orders
import Vocabulary

/// How business goes and what needs a hand, on one screen.
struct OverviewPage: ConsolePage {
    static let template = "OverviewPage"

    struct Card: Sendable {
        var label: String
        var value: String
        var change: String?
        var tone: String
    }
    struct Legend: Sendable {
        var name: String
        var series: Int
        var total: String
    }
    struct ChartBox: Sendable {
        var id: String
        var chart: ColumnChart
        var legend: [Legend]
        var tableRows: [TableRow]
        var isEmpty: Bool
    }
    struct TableRow: Sendable {
        var label: String
        var cells: [String]
    }
    struct Alert: Sendable {
        var sku: String
        var name: String
        var href: String
        var badge: Badge
    }
    struct Channel: Sendable {
        var account: AccountBadge
        var lights: [StreamLight]
        var median: String
        var worst: String
        var owed: String
        var owedTone: String
        var unmapped: String?
    }
    struct Kind: Sendable {
        var name: String
        var count: String
        var href: String
    }

    var title: String
    var periods: [Choice]
    var cards: [Card]
    var charts: [ChartBox]
    var alerts: [Alert]
    var hasAlerts: Bool
    var channels: [Channel]
    var hasChannels: Bool
    var exceptions: [Kind]
    var hasExceptions: Bool
    var asOf: String

    init(_ facts: OverviewFacts, _ words: Words) {
        title = words("nav.overview")
        periods = OverviewFacts.Period.allCases.map { period in
            Choice(
                value: period.rawValue, label: words("overview.period.\(period.rawValue)"), isChosen: period == facts.period,
                href: "/?period=\(period.rawValue)")
        }
        cards = Self.cards(facts, words)
        charts = [OverviewCharts.orders(facts, words), OverviewCharts.sales(facts, words)]
        alerts = Self.alerts(facts.alerts, words)
        hasAlerts = !alerts.isEmpty
        channels = facts.sync.map { Self.channel($0, facts.now, words) }
        hasChannels = !channels.isEmpty
        exceptions = facts.exceptions.map { kind, count in
            Kind(name: words.known("exception.\(kind).title", or: kind), count: words.format.number(count), href: Site.exceptions(kind: kind))
        }
        hasExceptions = !exceptions.isEmpty
        asOf = words("overview.as-of", ["time": words.format.clockSeconds(facts.now)])
    }

    private static func cards(_ facts: OverviewFacts, _ words: Words) -> [Card] {
        func card(_ key: String, _ value: String, _ old: Int64, _ new: Int64, moreIsGood: Bool = true) -> Card {
            let change = words.format.percentChange(from: old, to: new)
            let tone = change == nil || old == new ? "quiet" : (new > old) == moreIsGood ? "good" : "bad"
            return Card(label: words("overview.card.\(key)"), value: value, change: change, tone: tone)
        }
        let currency = facts.currency
        func sum(_ amounts: [Currency: Int64]) -> Int64 { currency.flatMap { amounts[$0] } ?? 0 }
        func say(_ amounts: [Currency: Int64]) -> String {
            let parts = amounts.filter { $0.value != 0 }.sorted { ($1.value, $0.key.code) < ($0.value, $1.key.code) }
            guard !parts.isEmpty else { return words.format.number(0) }
            return parts.prefix(3).map { words.format.roundMoney(Money(minor: $0.value, $0.key)) }.joined(separator: " + ")
        }
        return [
            card("orders", words.format.number(facts.totals.orders), Int64(facts.before.orders), Int64(facts.totals.orders)),
            card("sales", say(facts.totals.sales), sum(facts.before.sales), sum(facts.totals.sales)),
            card("units", words.format.number(facts.totals.units), Int64(facts.before.units), Int64(facts.totals.units)),
            card("refunds", say(facts.totals.refunds), sum(facts.before.refunds), sum(facts.totals.refunds), moreIsGood: false),
        ]
    }

    private static func alerts(_ alerts: StockAlerts, _ words: Words) -> [Alert] {
        func item(_ item: StockAlerts.Item, _ key: String, _ tone: String) -> Alert {
            Alert(
                sku: item.variant.sku.text, name: item.variant.title, href: Site.product(item.variant.sku),
                badge: Badge(tone: tone, label: words(key, ["count": words.format.number(item.units)])))
        }
        let all =
            alerts.short.map { item($0, "overview.alert.short", "bad") } + alerts.soldOut.map { item($0, "overview.alert.sold-out", "busy") }
            + alerts.low.map { item($0, "overview.alert.low", "quiet") }
        return Array(all.prefix(10))
    }

    private static func channel(_ sync: OverviewFacts.Sync, _ now: Instant, _ words: Words) -> Channel {
        Channel(
            account: AccountBadge(sync.account), lights: StreamLight.all(sync.streams, isConnected: sync.isConnected, now, words),
            median: sync.lag.map { words.format.span($0.median) } ?? words("overview.no-lag"),
            worst: sync.lag.map { words.format.span($0.worst) } ?? words("overview.no-lag"),
            owed: words.format.number(sync.owed), owedTone: sync.owed > 100 ? "busy" : "quiet",
            unmapped: sync.unmapped > 0 ? words.count("channels.unmapped", sync.unmapped) : nil)
    }
}
