// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import Foundation
import House
import Inventory
public import JSONText
import Journal
import Ledger
import Orders
import Storage
import Vocabulary

/// What came of a demo run, read from the hub's own books.
public struct DemoReport: Sendable {
    public var figures: JSONValue
    public var violations: Int

    static func make(hub: Hub, tally: DemoTally, lags: LagMeter, seconds: Double) async throws -> DemoReport {
        let violations = try await Audit.run(hub)
        let digest = try await StateDigest.run(hub)
        let books = try await hub.store.read { try Books(hub, in: $0) }
        var figures: JSONValue = [
            "invoices": .integer(tally.papers), "lines": .integer(tally.paperLines), "orders": .integer(books.orders),
            "orderLines": .integer(books.lines),
            "placed": .integer(tally.placed), "unitsSold": .integer(books.unitsSold),
            "unitsReturned": .integer(books.unitsReturned), "revenue": .number(Money(minor: books.revenue, .gbp).decimalText),
            "adjustments": .integer(tally.adjustments), "refunds": .integer(tally.refunds), "cancellations": .integer(tally.cancellations),
            "soldOut": .integer(tally.soldOut), "oversold": .integer(books.oversold),
        ]
        figures.add("exceptions", .object(books.exceptions.map { JSONValue.Member($0.kind, .integer($0.count)) }))
        figures.add("refusedByShops", .object(tally.refused.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .integer($0.value)) }))
        figures.add("propagationMilliseconds", ["p50": .integer(lags.percentile(50) ?? 0), "p99": .integer(lags.percentile(99) ?? 0)])
        figures.add("violations", .array(violations.prefix(20).map { .string($0.description) }))
        figures.add("stateHash", .string(digest))
        figures.add("seconds", .number(String(format: "%.1f", seconds)))
        figures.add("residentBytes", .integer(residentBytes()))
        return DemoReport(figures: figures, violations: violations.count)
    }

    /// The process's resident memory, as Linux tells it.
    static func residentBytes() -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(getpagesize())
    }

    private struct Books {
        var orders = 0
        var lines = 0
        var unitsSold = 0
        var unitsReturned = 0
        var revenue: Int64 = 0
        var oversold = 0
        var exceptions: [(kind: String, count: Int)] = []

        init(_ hub: Hub, in transaction: Transaction) throws {
            orders = try transaction.count("SELECT COUNT(*) FROM orders")
            try transaction.forEach("SELECT COUNT(*), COALESCE(SUM(ordered), 0) FROM order_lines") { row in
                lines = row.int(0)
                unitsSold = row.int(1)
            }
            unitsReturned = try OrderReader.unitsRefunded(in: transaction)
            // Goods and money outside every order: what came back without a receipt, what was lost, what was sold by hand.
            try transaction.forEach(
                "SELECT p.verb, SUM(t.amount) FROM postings p JOIN transfers t ON t.posting = p.number WHERE p.cause = 'stock-entry' GROUP BY p.verb"
            ) { row in
                switch ChangeStock.Reason(rawValue: row.text(0)) {
                case .sold: unitsSold += row.int(1)
                case .returned, .lost: unitsReturned += row.int(1)
                default: break
                }
            }
            for kind in [MoneyAccounts.sales, MoneyAccounts.returns, MoneyAccounts.difference] {
                revenue -= try hub.ledger.balances(ofKind: kind, in: transaction).reduce(0) { $0 + $1.balance }
            }
            oversold = try transaction.count("SELECT COALESCE(SUM(units), 0) FROM shortages")
            exceptions = try Exceptions.counts(in: transaction)
        }
    }
}
