// SPDX-License-Identifier: Apache-2.0

import Storage

/// Notes which articles' rows changed, by triggers of the connection alone: so that after a step only those have to be looked at, and
/// every step can be, however large the book is.
enum TouchedArticles {
    private static let stockAccounts: Int64 = 4_611_686_018_427_387_904

    static func begin(in transaction: Transaction) throws {
        try keepHeard(in: transaction)
        try transaction.execute("CREATE TABLE temp.touched_articles (variant INTEGER NOT NULL)")
        try watch("accounts", "SELECT ROW.number / 4294967296 WHERE ROW.number < 4611686018427387904", in: transaction)
        for table in ["reservations", "shortages"] { try watch(table, "SELECT ROW.variant", in: transaction) }
        try watch("exposures", "SELECT l.variant FROM main.listings l WHERE l.number = ROW.listing AND l.variant IS NOT NULL", in: transaction)
        try watch(
            "channel_claims",
            "SELECT l.variant FROM main.listings l WHERE l.account = ROW.account AND l.variant_key = ROW.variant_key AND l.variant IS NOT NULL",
            in: transaction)
    }

    /// Notes what of each account's sales the book knows of, as it changes: units that are held, waited for, shipped or given up. Counting
    /// them anew after each step would take the longer the more was sold; `wronglyHeard` counts.
    private static func keepHeard(in transaction: Transaction) throws {
        try transaction.execute(
            "CREATE TABLE temp.heard_units (variant INTEGER NOT NULL, account INTEGER NOT NULL, units INTEGER NOT NULL, PRIMARY KEY (variant, account))"
        )
        func account(of order: String) -> String { "(SELECT o.account FROM main.orders o WHERE o.number = \(order))" }
        try keepHeard("reservations", account: account(of: "ROW.holder"), units: "ROW.units", in: transaction)
        try keepHeard("shortages", account: "ROW.account", units: "ROW.units", in: transaction)
        try keepHeard("order_lines", account: account(of: "ROW.order_number"), units: "(\(gone.replacing("l.", with: "ROW.")))", in: transaction)
    }

    /// Units of an order's line that left the house for good.
    private static let gone = "l.shipped + l.written_off - l.returned"

    private static func keepHeard(_ table: String, account: String, units: String, in transaction: Transaction) throws {
        for (event, rows) in [("INSERT", [("NEW", "+")]), ("UPDATE", [("OLD", "-"), ("NEW", "+")]), ("DELETE", [("OLD", "-")])] {
            let steps: [String] = rows.map { row, sign in
                let step: String =
                    """
                    INSERT INTO heard_units SELECT ROW.variant, \(account), \(sign)\(units)
                        WHERE \(account) IS NOT NULL AND ROW.variant IS NOT NULL AND \(units) <> 0
                        ON CONFLICT (variant, account) DO UPDATE SET units = units + excluded.units;
                    """
                return step.replacing("ROW.", with: "\(row).")
            }
            let trigger: String =
                "CREATE TEMP TRIGGER heard_\(table)_\(event) AFTER \(event) ON main.\(table) BEGIN \(steps.joined(separator: " ")) END"
            try transaction.execute(SQL(trigger))
        }
    }

    /// What is noted and not so: the sums, counted.
    static func wronglyHeard(in transaction: Transaction) throws -> [String] {
        let counted: String = """
            SELECT variant, account, SUM(units) FROM (
                SELECT variant, account, units FROM temp.heard_units
                UNION ALL SELECT l.variant, o.account, -(\(gone)) FROM order_lines l JOIN orders o ON o.number = l.order_number WHERE l.variant IS NOT NULL
                UNION ALL SELECT r.variant, o.account, -r.units FROM reservations r JOIN orders o ON o.number = r.holder
                UNION ALL SELECT variant, account, -units FROM shortages WHERE account IS NOT NULL)
            GROUP BY variant, account HAVING SUM(units) <> 0
            """
        return try transaction.all(SQL(counted)) { "\($0.integer(0)) of account \($0.integer(1)): \($0.integer(2))" }
    }

    /// The articles, each once, and forgets them.
    static func take(in transaction: Transaction) throws -> [Int64] {
        let touched = try transaction.all("SELECT DISTINCT variant FROM touched_articles ORDER BY variant") { $0.integer(0) }
        if !touched.isEmpty { try transaction.execute("DELETE FROM touched_articles") }
        return touched
    }

    private static func watch(_ table: String, _ variants: String, in transaction: Transaction) throws {
        for (event, rows) in [("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])] {
            let steps = rows.map { "INSERT INTO touched_articles \(variants.replacing("ROW.", with: "\($0)."));" }.joined(separator: " ")
            let trigger: String = "CREATE TEMP TRIGGER touched_\(table)_\(event) AFTER \(event) ON main.\(table) BEGIN \(steps) END"
            try transaction.execute(SQL(trigger))
        }
    }
}
