// SPDX-License-Identifier: Apache-2.0

import Catalog
import Inventory
public import Ledger
public import Storage
import Vocabulary

/// What must always be so of the order book: every line's units are somewhere, and every fold is what the ledger was told.
public enum OrderAudit {
    public static func run(in transaction: Transaction) throws -> [Violation] {
        try unitViolations(in: transaction) + moneyViolations(in: transaction)
    }

    /// Order by order, so that a book of any length is held one order at a time: what its lines want against what is kept for them.
    private static func unitViolations(in transaction: Transaction) throws -> [Violation] {
        let bundles = try OrderDesk.Surroundings(in: transaction).bundles
        var violations: [Violation] = []
        var wanted: [StockSheet.Claim: Int] = [:]
        var held: [StockSheet.Claim: Int] = [:]
        func check() {
            for claim in Set(wanted.keys).union(held.keys).sorted() where violations.count < 100 {
                let promised = held[claim] ?? 0
                if let open = wanted[claim] {
                    guard promised != open else { continue }
                    violations.append(
                        Violation("units-astray", "order \(claim.holder) line \(claim.line + 1): open \(open), held and short \(promised)"))
                } else {
                    violations.append(Violation("held-for-nothing", "order \(claim.holder) line \(claim.line + 1)"))
                }
            }
            wanted.removeAll(keepingCapacity: true)
            held.removeAll(keepingCapacity: true)
        }
        var current: Int64?
        try transaction.forEach(
            """
            SELECT holder, line, variant, units, 0 FROM reservations
            UNION ALL SELECT holder, line, variant, units, 0 FROM shortages
            UNION ALL SELECT l.order_number, l.position, l.variant,
                CASE WHEN o.by_channel = 1 THEN 0 ELSE l.ordered - l.shipped - l.removed - l.written_off END, 1
                FROM order_lines l JOIN orders o ON o.number = l.order_number WHERE l.variant IS NOT NULL
            ORDER BY 1
            """
        ) { row in
            if current != row.integer(0) { check() }
            current = row.integer(0)
            let order = ID<OrderKind>(row.integer(0))
            let variant = ID<VariantKind>(row.integer(2))
            if row.int(4) == 1 {
                for part in bundles.shelfUnits(of: variant, units: 1) {
                    wanted[.init(order, line: row.int(1), part.component), default: 0] += row.int(3) * part.units
                }
            } else {
                held[.init(order, line: row.int(1), variant), default: 0] += row.int(3)
            }
        }
        check()
        return violations
    }

    private static func moneyViolations(in transaction: Transaction) throws -> [Violation] {
        var violations: [Violation] = []
        try transaction.forEach(
            """
            SELECT number, total, posted_goods + posted_tax + posted_shipping + posted_fees + posted_difference FROM orders
            WHERE (cancelled_at IS NULL AND hub_cancelled_at IS NULL AND claims_stock = 1)
                AND total <> posted_goods + posted_tax + posted_shipping + posted_fees + posted_difference
            """
        ) { row in violations.append(Violation("money-astray", "order \(row.integer(0)): total \(row.integer(1)), posted \(row.integer(2))")) }
        return violations
    }
}
