// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import Storage

/// What must be so after every step, read straight from the rows, the shops and the buyers: no verb of the house is asked.
struct Watch {
    private var looks = 0

    mutating func look(at hub: Hub, _ book: BuyersBook, _ shops: [SimulatedShop], in transaction: Transaction) throws -> [(
        kind: String, detail: String
    )] {
        looks += 1
        // Sums grow with the book: a long one is looked at less often, and wholly at its end.
        let rows = try transaction.number("SELECT COUNT(*) FROM orders") ?? 0
        guard looks.isMultiple(of: 1 + Int(rows) / 100) else { return [] }
        var found: [(kind: String, detail: String)] = []
        // Goods are moved, never made: of each article the balances are nothing together.
        try transaction.forEach(
            "SELECT number / 4294967296, SUM(balance) FROM accounts WHERE number < 4611686018427387904 GROUP BY 1 HAVING SUM(balance) <> 0"
        ) { found.append(("units-made", "variant \($0.integer(0)): \($0.integer(1))")) }
        try transaction.forEach(
            """
            SELECT a.number / 4294967296, a.balance, COALESCE((SELECT SUM(units) FROM reservations r WHERE r.variant = a.number / 4294967296
                AND r.location = (a.number / 256) % 16777216), 0)
            FROM accounts a WHERE a.number < 4611686018427387904 AND a.number % 256 = 2
            """
        ) { row in
            if row.integer(1) != row.integer(2) {
                found.append(("reserved-differs", "variant \(row.integer(0)): reserved \(row.integer(1)), reservations \(row.integer(2))"))
            }
        }
        // Nobody waits for units while units are free.
        try transaction.forEach(
            """
            SELECT s.variant, SUM(s.units) FROM shortages s WHERE EXISTS (SELECT 1 FROM accounts a WHERE a.number / 4294967296 = s.variant
                AND a.number % 256 = 1 AND a.balance > 0) GROUP BY s.variant
            """
        ) { found.append(("short-beside-free", "variant \($0.integer(0)): \($0.integer(1)) short")) }
        return found + (try book.exposures(with: shops, in: transaction))
    }
}
