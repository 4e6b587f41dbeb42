// SPDX-License-Identifier: Apache-2.0

import Catalog
import Inventory
public import Ledger
public import Storage
import Vocabulary

/// What must always be so of the order book: every line's units are somewhere, and every fold is what the ledger was told.
public enum OrderAudit {
    public static func run(ledger: LedgerBook, in transaction: Transaction) throws -> [Violation] {
        var violations: [Violation] = []
        let bundles = try OrderDesk.Surroundings(in: transaction).bundles
        var held: [StockSheet.Claim: Int] = [:]
        for table in ["reservations", "shortages"] {
            try transaction.forEach(SQL("SELECT holder, line, variant, units FROM " + table)) { row in
                held[.init(ID(row.integer(0)), line: row.int(1), ID(row.integer(2))), default: 0] += row.int(3)
            }
        }
        try transaction.forEach(
            """
            SELECT l.order_number, l.position, l.variant, l.ordered, l.shipped, l.removed, l.written_off, o.by_channel FROM order_lines l
            JOIN orders o ON o.number = l.order_number WHERE l.variant IS NOT NULL
            """
        ) { row in
            let open = row.bool(7) ? 0 : row.int(3) - row.int(4) - row.int(5) - row.int(6)
            for part in bundles.shelfUnits(of: ID(row.integer(2)), units: 1) {
                let claim = StockSheet.Claim(ID(row.integer(0)), line: row.int(1), part.component)
                let promised = held.removeValue(forKey: claim) ?? 0
                if promised != open * part.units {
                    violations.append(
                        Violation(
                            "units-astray", "order \(claim.holder) line \(claim.line + 1): open \(open * part.units), held and short \(promised)"))
                }
            }
        }
        for claim in held.keys.sorted().prefix(20) {
            violations.append(Violation("held-for-nothing", "order \(claim.holder) line \(claim.line + 1)"))
        }
        try transaction.forEach(
            """
            SELECT number, goods, tax, shipping, fees, total, posted_goods + posted_tax + posted_shipping + posted_fees + posted_difference FROM orders
            WHERE (cancelled_at IS NULL AND hub_cancelled_at IS NULL AND claims_stock = 1)
                AND total <> posted_goods + posted_tax + posted_shipping + posted_fees + posted_difference
            """
        ) { row in violations.append(Violation("money-astray", "order \(row.integer(0)): total \(row.integer(5)), posted \(row.integer(6))")) }
        return violations
    }
}
