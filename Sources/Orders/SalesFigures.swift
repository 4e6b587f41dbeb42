// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// What was sold, for charts and totals. Drafts and cancelled orders do not count. Changes nothing.
public enum SalesFigures {
    /// Orders of one account in one currency that were placed in one slot of time.
    public struct Slot: Hashable, Sendable {
        public var account: ID<AccountKind>
        public var currency: Currency
        /// Counted from 0 at the beginning of the period.
        public var index: Int
        public var orders: Int
        public var sales: Int64
    }

    public struct Totals: Hashable, Sendable {
        public var orders = 0
        public var units = 0
        public var sales: [Currency: Int64] = [:]
        /// Money given back in the period, whenever its order was placed.
        public var refunds: [Currency: Int64] = [:]
        public init() {}
    }

    /// Sales by account, currency and slot of the width, from a moment on.
    public static func slots(from: Instant, to: Instant, width: Span, in transaction: Transaction) throws -> [Slot] {
        precondition(width.milliseconds > 0, "a slot has a width")
        return try transaction.all(
            """
            SELECT account, currency, (placed_at - \(from.milliseconds)) / \(width.milliseconds), COUNT(*), COALESCE(SUM(total), 0) FROM orders
            WHERE placed_at >= \(from.milliseconds) AND placed_at < \(to.milliseconds) AND status <> 'draft' AND status <> 'cancelled'
            GROUP BY 1, 2, 3 ORDER BY 3, 1, 2
            """
        ) { row in
            Slot(account: ID(row.integer(0)), currency: try currency(row.text(1)), index: row.int(2), orders: row.int(3), sales: row.integer(4))
        }
    }

    public static func totals(from: Instant, to: Instant, in transaction: Transaction) throws -> Totals {
        var totals = Totals()
        try transaction.forEach(
            """
            SELECT currency, COUNT(*), COALESCE(SUM(total), 0) FROM orders
            WHERE placed_at >= \(from.milliseconds) AND placed_at < \(to.milliseconds) AND status <> 'draft' AND status <> 'cancelled' GROUP BY currency
            """
        ) { row in
            totals.orders += row.int(1)
            totals.sales[try currency(row.text(0))] = row.integer(2)
        }
        totals.units = try transaction.count(
            """
            SELECT SUM(l.ordered) FROM orders o JOIN order_lines l ON l.order_number = o.number
            WHERE o.placed_at >= \(from.milliseconds) AND o.placed_at < \(to.milliseconds) AND o.status <> 'draft' AND o.status <> 'cancelled'
            """)
        try transaction.forEach(
            """
            SELECT o.currency, COALESCE(SUM(r.total), 0) FROM order_refunds r JOIN orders o ON o.number = r.order_number
            WHERE r.at >= \(from.milliseconds) AND r.at < \(to.milliseconds) GROUP BY o.currency
            """
        ) { totals.refunds[try currency($0.text(0))] = $0.integer(1) }
        return totals
    }

    private static func currency(_ code: String) throws -> Currency {
        guard let currency = Currency(code) else { throw StorageFailure.other("unknown currency \(code)") }
        return currency
    }
}
