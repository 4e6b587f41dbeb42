// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// Reads lists of variants by SKU. Changes nothing.
public enum ProductList {
    /// Variants whose SKU or GTIN begins with the search, or whose title holds it; in the order of their SKUs.
    public static func page(search: String = "", after cursor: String? = nil, limit: Int, in transaction: Transaction) throws -> Page<Variant> {
        let limit = max(1, min(limit, Page<Variant>.sizeMax))
        var sql: SQL = "SELECT number, product, sku, gtin, title, options, price_minor, currency, is_bundle, category FROM variants WHERE 1 = 1"
        let text = search.trimmed
        if !text.isEmpty {
            let folded = text.asciiUppercased
            // A title is searched by scanning: catalogues are small beside order books.
            sql = """
                \(sql) AND ((sku_folded >= \(folded) AND sku_folded < \(folded + "\u{10FFFF}")) OR gtin = \(text)
                OR lower(title) LIKE \("%" + pattern(text.lowercased()) + "%") ESCAPE '!')
                """
        }
        if let cursor { sql = "\(sql) AND sku_folded > \(cursor)" }
        sql = "\(sql) ORDER BY sku_folded LIMIT \(limit + 1)"
        var variants = try transaction.all(sql, VariantTable.read)
        guard variants.count > limit else { return Page(items: variants) }
        variants.removeLast()
        return Page(items: variants, next: variants.last?.sku.folded)
    }

    public static func count(in transaction: Transaction) throws -> Int { try transaction.count("SELECT COUNT(*) FROM variants") }

    private static func pattern(_ text: String) -> String {
        var out = ""
        for character in text {
            if character == "!" || character == "%" || character == "_" { out.append("!") }
            out.append(character)
        }
        return out
    }
}

extension ListingTable {
    /// Listings of the account that no variant stands for: their orders wait for a person.
    public static func unmapped(account: ID<AccountKind>, limit: Int, in transaction: Transaction) throws -> [Listing] {
        try transaction.all(
            "SELECT \(columns) FROM listings WHERE account = \(account.number) AND variant IS NULL ORDER BY number DESC LIMIT \(limit)", read)
    }

    /// How many listings each account has, and how many of them are unmapped.
    public static func counts(in transaction: Transaction) throws -> [ID<AccountKind>: (all: Int, unmapped: Int)] {
        var counts: [ID<AccountKind>: (all: Int, unmapped: Int)] = [:]
        try transaction.forEach("SELECT account, COUNT(*), SUM(CASE WHEN variant IS NULL THEN 1 ELSE 0 END) FROM listings GROUP BY account") { row in
            counts[ID(row.integer(0))] = (row.int(1), row.int(2))
        }
        return counts
    }
}
