// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// The variants whose stock changed since it was last worked through: a set, so that a thousand sales of one SKU are one entry.
public enum StockChanges {
    public static func mark(_ variants: some Sequence<ID<VariantKind>>, in transaction: Transaction) throws {
        let rows = variants.sorted().map { variant -> [SQLValue] in [.integer(variant.number)] }
        guard !rows.isEmpty else { return }
        try transaction.execute("INSERT INTO stock_changes (variant) VALUES (?) ON CONFLICT (variant) DO NOTHING", each: rows)
        transaction.signal(StockDesk.signal)
    }

    /// Every variant there is: something changed that concerns them all.
    public static func markAll(in transaction: Transaction) throws {
        try transaction.execute("INSERT INTO stock_changes (variant) SELECT number FROM variants WHERE true ON CONFLICT (variant) DO NOTHING")
        transaction.signal(StockDesk.signal)
    }

    /// Takes up to `limit` of them out of the set.
    public static func take(limit: Int, in transaction: Transaction) throws -> [ID<VariantKind>] {
        let variants = try transaction.all("SELECT variant FROM stock_changes ORDER BY variant LIMIT \(limit)") { ID<VariantKind>($0.integer(0)) }
        try transaction.execute("DELETE FROM stock_changes WHERE variant = ?", each: variants.map { [.integer($0.number)] })
        return variants
    }

    public static func count(in transaction: Transaction) throws -> Int { try transaction.count("SELECT COUNT(*) FROM stock_changes") }
}
