// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// The only writer of `listings`.
public enum ListingTable {
    static let columns: SQL = """
        number, account, product_key, variant_key, stock_key, sku, title, gtin, price_minor, currency, variant, mapping, is_active, by_channel, keeps_count
        """

    public static func find(account: ID<AccountKind>, variantKey: String, in transaction: Transaction) throws -> Listing? {
        try transaction.first("SELECT \(columns) FROM listings WHERE account = \(account.number) AND variant_key = \(variantKey)", read)
    }

    public static func find(account: ID<AccountKind>, stockKey: String, in transaction: Transaction) throws -> Listing? {
        try transaction.first("SELECT \(columns) FROM listings WHERE account = \(account.number) AND stock_key = \(stockKey)", read)
    }

    public static func find(_ id: ID<ListingKind>, in transaction: Transaction) throws -> Listing? {
        try transaction.first("SELECT \(columns) FROM listings WHERE number = \(id.number)", read)
    }

    public static func listings(of variant: ID<VariantKind>, in transaction: Transaction) throws -> [Listing] {
        try transaction.all("SELECT \(columns) FROM listings WHERE variant = \(variant.number) ORDER BY account, number", read)
    }

    public static func listings(of account: ID<AccountKind>, in transaction: Transaction) throws -> [Listing] {
        try transaction.all("SELECT \(columns) FROM listings WHERE account = \(account.number) ORDER BY number", read)
    }

    static func insert(_ seen: SeenListing, account: ID<AccountKind>, variant: ID<VariantKind>?, at now: Instant, in transaction: Transaction) throws
        -> ID<ListingKind>
    {
        let number = try transaction.takeNumbers("listings")
        try transaction.execute(
            """
            INSERT INTO listings (number, account, product_key, variant_key, stock_key, sku, title, gtin, price_minor, currency, variant, mapping,
                is_active, by_channel, keeps_count, changed_at)
            VALUES (\(number), \(account.number), \(seen.productKey), \(seen.variantKey), \(seen.stockKey), \(seen.sku), \(seen.title), \(seen.gtin),
                \(seen.price?.minor), \(seen.price?.currency.code), \(variant?.number), \(variant == nil ? "none" : "sku"), \(seen.isActive),
                \(seen.isFulfilledByChannel), \(seen.keepsCount), \(now.milliseconds))
            """)
        return ID(number)
    }

    static func update(_ listing: Listing, seen: SeenListing, at now: Instant, in transaction: Transaction) throws {
        try transaction.execute(
            """
            UPDATE listings SET product_key = \(seen.productKey), stock_key = \(seen.stockKey), sku = \(seen.sku), title = \(seen.title), gtin = \(seen.gtin),
                price_minor = \(seen.price?.minor), currency = \(seen.price?.currency.code), is_active = \(seen.isActive),
                by_channel = \(seen.isFulfilledByChannel), keeps_count = \(seen.keepsCount), changed_at = \(now.milliseconds)
            WHERE number = \(listing.id.number)
            """)
    }

    static func map(_ listing: ID<ListingKind>, to variant: ID<VariantKind>?, _ mapping: Listing.Mapping, in transaction: Transaction) throws {
        try transaction.execute("UPDATE listings SET variant = \(variant?.number), mapping = \(mapping.rawValue) WHERE number = \(listing.number)")
    }

    static func deactivate(account: ID<AccountKind>, variantKey: String, in transaction: Transaction) throws {
        try transaction.execute("UPDATE listings SET is_active = 0 WHERE account = \(account.number) AND variant_key = \(variantKey)")
    }

    static func read(_ row: any Row) throws -> Listing {
        let currency = row.optionalText(9).flatMap { Currency($0) }
        return Listing(
            id: ID(row.integer(0)), account: ID(row.integer(1)), productKey: row.text(2), variantKey: row.text(3), stockKey: row.text(4),
            sku: row.optionalText(5),
            title: row.text(6), gtin: row.optionalText(7),
            price: currency.flatMap { currency in row.optionalInteger(8).map { Money(minor: $0, currency) } },
            variant: row.optionalInteger(10).map { ID($0) }, mapping: Listing.Mapping(rawValue: row.text(11)) ?? .none, isActive: row.bool(12),
            isFulfilledByChannel: row.bool(13), keepsCount: row.bool(14))
    }
}
