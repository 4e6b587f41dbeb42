// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import Storage

/// What must be so after every step, read straight from the rows, the shops and the buyers: no verb of the house is asked.
struct Watch {
    private var looks = 0
    /// What stood where when each article was looked at last.
    private var last: [String: String] = [:]
    /// The most that was ever stated of each article.
    private var bounds: [String: Int] = [:]

    /// The most units that could be oversold of one article at any moment, as stated.
    var worstBound: Int { bounds.values.max() ?? 0 }

    /// Units oversold beyond what was ever stated of their article.
    func aboveBound(_ oversold: [String: Int]) -> Int { oversold.reduce(0) { $0 + max(0, $1.value - (bounds[$1.key] ?? 0)) } }

    mutating func look(
        _ book: BuyersBook, _ shops: [SimulatedShop], _ policy: PlayedPolicy, isOpen: Bool, isLast: Bool, in transaction: Transaction
    ) throws -> [(kind: String, detail: String)] {
        looks += 1
        // Sums grow with the book and the listings: where there are many, they are looked at less often, and at the end.
        let rows = try transaction.number("SELECT COUNT(*) FROM orders") ?? 0
        let listings = try transaction.number("SELECT COUNT(*) FROM listings") ?? 0
        guard isLast || looks.isMultiple(of: 1 + Int(rows) / 100 + Int(listings) / 16) else { return [] }
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
        // What stood in the shops before was not the hub's to share.
        if isOpen { try noteBounds(policy, &found, in: transaction) }
        return found + (try book.exposures(with: shops, in: transaction))
    }

    /// What is stated of each article, worked out from the rows: what all shops may sell unheard, less what is free.
    private mutating func noteBounds(
        _ policy: PlayedPolicy, _ found: inout [(kind: String, detail: String)], in transaction: Transaction
    ) throws {
        try transaction.forEach(
            """
            SELECT v.sku, SUM((e.units - COALESCE((SELECT SUM(c.units) FROM channel_claims c
                    WHERE c.account = l.account AND c.variant_key = l.variant_key), 0))),
                (SELECT SUM(a.balance) FROM accounts a WHERE a.number / 4294967296 = v.number AND a.number % 256 = 1
                    AND a.number < 4611686018427387904),
                COALESCE((SELECT SUM(s.units) FROM shortages s WHERE s.variant = v.number), 0), COUNT(*) - COUNT(e.units),
                GROUP_CONCAT(l.account || ': ' || e.units || ' (' || e.marks || ')', ', ')
            FROM variants v JOIN listings l ON l.variant = v.number LEFT JOIN exposures e ON e.listing = l.number GROUP BY v.number
            """
        ) { row in
            let (sku, free, short) = (row.text(0), row.int(2), row.int(3))
            let bound = row.int(4) > 0 ? nil : max(0, row.int(1) - (free - short))
            defer { last[sku] = "of \(free) free, \(short) short, shops may sell \(row.text(5))" }
            // What is not known is not stated.
            guard let bound else { return }
            bounds[sku] = max(bounds[sku] ?? 0, bound)
            if case .guarded(let limit) = policy, bound > limit {
                found.append(
                    (
                        "bound-exceeded",
                        "\(sku): \(bound) could be oversold, the limit is \(limit); of \(free) free, \(short) short, shops may sell \(row.text(5)); before: \(last[sku] ?? "")"
                    ))
            }
        }
    }
}
