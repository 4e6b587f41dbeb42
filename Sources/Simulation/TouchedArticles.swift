// SPDX-License-Identifier: Apache-2.0

import Storage

/// Notes which articles' rows changed, by triggers of the connection alone: so that after a step only those have to be looked at, and
/// every step can be, however large the book is.
enum TouchedArticles {
    private static let stockAccounts: Int64 = 4_611_686_018_427_387_904

    static func begin(in transaction: Transaction) throws {
        try transaction.execute("CREATE TABLE temp.touched_articles (variant INTEGER NOT NULL)")
        try watch("accounts", "SELECT ROW.number / 4294967296 WHERE ROW.number < 4611686018427387904", in: transaction)
        for table in ["reservations", "shortages"] { try watch(table, "SELECT ROW.variant", in: transaction) }
        try watch("exposures", "SELECT l.variant FROM main.listings l WHERE l.number = ROW.listing AND l.variant IS NOT NULL", in: transaction)
        try watch(
            "channel_claims",
            "SELECT l.variant FROM main.listings l WHERE l.account = ROW.account AND l.variant_key = ROW.variant_key AND l.variant IS NOT NULL",
            in: transaction)
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
