// SPDX-License-Identifier: Apache-2.0

import Catalog
public import Storage
public import Vocabulary

/// What safety probably cost an article of late.
public struct LostSalesFigure: Hashable, Sendable {
    /// In thousandths of a unit.
    public var units: Int
    /// Listings that show nothing now although units are free.
    public var starving: [ID<ListingKind>]

    public init(units: Int, starving: [ID<ListingKind>]) {
        self.units = units
        self.starving = starving
    }
}

/// Which listings show nothing while units are free, and what they probably lost by it. The only writer of `starving_listings` and `lost_sales`.
public enum LostSalesTable {
    /// The listing shows nothing, and could show so many.
    static func starves(_ listing: ID<ListingKind>, of variant: ID<VariantKind>, pace: Int, free: Int, at now: Instant, in transaction: Transaction)
        throws
    {
        try transaction.execute(
            """
            INSERT INTO starving_listings (listing, variant, since, pace, free)
            VALUES (\(listing.number), \(variant.number), \(now.milliseconds), \(pace), \(free))
            ON CONFLICT (listing) DO UPDATE SET free = excluded.free WHERE starving_listings.free > excluded.free
            """)
    }

    /// The listing shows something, or nobody keeps it from doing so: what it lost is counted to the day.
    static func ends(_ listing: ID<ListingKind>, at now: Instant, in transaction: Transaction) throws {
        let kept = try transaction.first("SELECT variant, since, pace, free FROM starving_listings WHERE listing = \(listing.number)") {
            (variant: $0.integer(0), lost: lost($0, until: now))
        }
        guard let kept else { return }
        try transaction.execute("DELETE FROM starving_listings WHERE listing = \(listing.number)")
        guard kept.lost > 0 else { return }
        try transaction.execute(
            """
            INSERT INTO lost_sales (variant, listing, day, units) VALUES (\(kept.variant), \(listing.number), \(day(now)), \(kept.lost))
            ON CONFLICT (variant, listing, day) DO UPDATE SET units = lost_sales.units + excluded.units
            """)
        try transaction.execute("DELETE FROM lost_sales WHERE variant = \(kept.variant) AND day < \(day(now) - daysKept)")
    }

    /// The article's listings that show nothing although units are free, and how many were at least free all the while.
    static func starving(ofListingsOf variant: ID<VariantKind>, in transaction: Transaction) throws -> [ID<ListingKind>: Int] {
        var starving: [ID<ListingKind>: Int] = [:]
        try transaction.forEach(
            "SELECT s.listing, s.free FROM listings l JOIN starving_listings s ON s.listing = l.number WHERE l.variant = \(variant.number)"
        ) { starving[ID($0.integer(0))] = $0.int(1) }
        return starving
    }

    /// Whether any listing shows nothing although units are free.
    static func isAny(in transaction: Transaction) throws -> Bool { try transaction.number("SELECT 1 FROM starving_listings LIMIT 1") != nil }

    /// What the article's listings probably lost in the last `days` days, up to now.
    public static func figure(of variant: ID<VariantKind>, days: Int64, at now: Instant, in transaction: Transaction) throws -> LostSalesFigure {
        let counted = try transaction.number("SELECT SUM(units) FROM lost_sales WHERE variant = \(variant.number) AND day > \(day(now) - days)") ?? 0
        var figure = LostSalesFigure(units: Int(counted), starving: [])
        try transaction.forEach(
            "SELECT variant, since, pace, free, listing FROM starving_listings WHERE variant = \(variant.number) ORDER BY listing"
        ) {
            figure.units += lost($0, until: now)
            figure.starving.append(ID($0.integer(4)))
        }
        return figure
    }

    private static func lost(_ row: any Row, until now: Instant) -> Int {
        LostSales.units(pace: row.int(2), for: now - Instant(milliseconds: row.integer(1)), free: row.int(3))
    }

    private static func day(_ moment: Instant) -> Int64 { moment.seconds / 86_400 }
    private static let daysKept: Int64 = 400
}
