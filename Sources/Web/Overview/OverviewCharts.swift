// SPDX-License-Identifier: Apache-2.0

import Orders
import Vocabulary

/// The overview's two charts and, for those who cannot or will not read a chart, the same as tables.
enum OverviewCharts {
    static func orders(_ facts: OverviewFacts, _ words: Words) -> OverviewPage.ChartBox {
        box("orders", facts, words, value: { Int64($0.orders) }, say: { words.format.number($0) })
    }

    static func sales(_ facts: OverviewFacts, _ words: Words) -> OverviewPage.ChartBox {
        guard let currency = facts.currency else { return box("sales", facts, words, value: { _ in 0 }, say: { words.format.number($0) }) }
        return box(
            "sales", facts, words, value: { $0.currency == currency ? $0.sales : 0 }, say: { words.format.roundMoney(Money(minor: $0, currency)) })
    }

    private static func box(
        _ key: String, _ facts: OverviewFacts, _ words: Words, value: (SalesFigures.Slot) -> Int64, say: (Int64) -> String
    ) -> OverviewPage.ChartBox {
        var values: [ID<AccountKind>: [Int64]] = [:]
        for slot in facts.slots where slot.index >= 0 && slot.index < facts.period.slots {
            values[slot.account, default: [Int64](repeating: 0, count: facts.period.slots)][slot.index] += value(slot)
        }
        let series = facts.accounts.map { account in
            ColumnChart.Series(
                name: account.name, number: account.series, values: values[account.id] ?? [Int64](repeating: 0, count: facts.period.slots))
        }
        let starts = (0..<facts.period.slots).map { facts.from + facts.period.width * Int64($0) }
        let labels = starts.map { label($0, facts.period, words) }
        let ticks = stride(from: 0, to: facts.period.slots, by: facts.period == .day ? 6 : facts.period == .week ? 4 : 6).map {
            tick(starts[$0], facts.period, words)
        }
        let sums = series.map { $0.values.reduce(0, +) }
        let description = zip(series, sums).map { "\($0.name) \(say($1))" }.joined(separator: ", ")
        let chart = ColumnChart(
            title: words("overview.chart.\(key)"), description: description, series: series, columnLabels: labels, ticks: ticks, say: say)
        let rows = labels.indices.filter { column in series.contains { $0.values[column] != 0 } }.map { column in
            OverviewPage.TableRow(label: labels[column], cells: series.map { say($0.values[column]) })
        }
        return OverviewPage.ChartBox(
            id: "chart-\(key)", chart: chart, legend: zip(series, sums).map { OverviewPage.Legend(name: $0.name, series: $0.number, total: say($1)) },
            tableRows: rows,
            isEmpty: sums.allSatisfy { $0 == 0 })
    }

    private static func label(_ start: Instant, _ period: OverviewFacts.Period, _ words: Words) -> String {
        switch period {
        case .day: words.format.clock(start)
        case .week: words("overview.slot", ["date": words.format.shortDate(start), "time": words.format.clock(start)])
        case .month: words.format.shortDate(start)
        }
    }

    private static func tick(_ start: Instant, _ period: OverviewFacts.Period, _ words: Words) -> String {
        period == .day ? words.format.clock(start) : words.format.shortDate(start)
    }
}
