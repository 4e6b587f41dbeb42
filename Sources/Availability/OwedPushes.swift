// SPDX-License-Identifier: Apache-2.0

import Catalog
public import Storage
public import Vocabulary

/// What is owed to channels, and what became of what was sent. Changes nothing.
extension PublicationTable {
    /// Nothing is sent while the merchant's rule is a pause, whatever is said of the listing meanwhile; an article's own rule goes before its account's.
    /// Nor to a listing whose quantity is not ours to set, or not any more (`Listing.isPublishable`).
    private static let maySend: SQL = """
        COALESCE((SELECT r.is_paused FROM publish_rules r WHERE r.account = p.account AND r.variant = p.variant),
            (SELECT r.is_paused FROM publish_rules r WHERE r.account = p.account AND r.variant = 0), 0) = 0
            AND EXISTS (SELECT 1 FROM listings o WHERE o.number = p.listing AND o.is_active = 1 AND o.by_channel = 0 AND o.keeps_count = 1)
        """

    /// The moment has come. One that is further away than anything is ever put off was written by a clock that was wrong.
    private static func hasCome(_ column: SQL, at now: Instant) -> SQL {
        "(\(column) <= \(now.milliseconds) OR \(column) - \(putOffMax.milliseconds) > \(now.milliseconds))"
    }
    private static let putOffMax = Span.minutes(10)

    /// Listings of the account whose push is owed: all of them, or, where there are more than the limit, those where most is at risk.
    /// - Parameter isRanked: false for whoever only looks at some of them.
    public static func due(
        account: ID<AccountKind>, limit: Int, isRanked: Bool = true, at now: Instant, in transaction: Transaction
    ) throws -> [OwedPush] {
        let owed: SQL = """
            WHERE p.account = \(account.number) AND p.is_due = 1 AND \(hasCome("p.not_before", at: now))
                AND (\(hasCome("p.raise_not_before", at: now)) OR p.believed IS NULL OR p.wanted <= p.believed)
                AND \(maySend)
            """
        let selected: SQL = """
            SELECT \(columns), l.product_key, l.variant_key, l.stock_key, l.sku FROM publications p JOIN listings l ON l.number = p.listing
            """
        func read(_ row: any Row) -> OwedPush {
            OwedPush(
                publication: Self.read(row), productKey: row.text(17), variantKey: row.text(18), stockKey: row.text(19), sku: row.optionalText(20))
        }
        let first = try transaction.all("\(selected) \(owed) ORDER BY p.wanted_at, p.listing LIMIT \(limit + 1)", read)
        guard first.count > limit, isRanked else { return Array(first.prefix(limit)) }
        let waiting = try transaction.all(
            """
            SELECT p.listing, p.wanted, p.believed, COALESCE(p.owed_since, p.wanted_at), p.guard, e.pace, e.paced_at
            FROM publications p LEFT JOIN exposures e ON e.listing = p.listing \(owed)
            ORDER BY COALESCE(p.owed_since, p.wanted_at), p.listing LIMIT \(Self.rankedMax)
            """
        ) { row in
            let pace = Pace(units: row.optionalInt(5) ?? 0, at: Instant(milliseconds: row.optionalInteger(6) ?? 0))
            return PushRisk(
                listing: ID(row.integer(0)), wanted: row.int(4) == 2 ? nil : row.int(1), standing: row.optionalInt(2), pace: pace.units(at: now),
                waited: now - Instant(milliseconds: row.integer(3)))
        }
        return try PushRisk.first(limit, of: waiting).compactMap { risk in
            try transaction.first("\(selected) WHERE p.listing = \(risk.listing.number)", read)
        }
    }

    /// As many owed pushes are weighed against each other, those that waited longest.
    private static let rankedMax = 2_000

    /// Since when an account's figure that waits longest has waited.
    public static func stalest(in transaction: Transaction) throws -> [ID<AccountKind>: Instant] {
        var stalest: [ID<AccountKind>: Instant] = [:]
        try transaction.forEach(
            "SELECT p.account, MIN(p.owed_since) FROM publications p WHERE p.owed_since IS NOT NULL AND \(maySend) GROUP BY p.account"
        ) {
            stalest[ID($0.integer(0))] = Instant(milliseconds: $0.integer(1))
        }
        return stalest
    }

    /// Listings of guarded articles of which nobody knows yet how much may be sold there.
    public static func unbounded(in transaction: Transaction) throws -> Int {
        try transaction.count(
            """
            SELECT COUNT(*) FROM publications p LEFT JOIN exposures e ON e.listing = p.listing JOIN listings l ON l.number = p.listing
            WHERE p.guard > 0 AND e.units IS NULL AND l.is_active = 1
            """)
    }

    /// How many pushes are owed, by account.
    public static func dueCounts(in transaction: Transaction) throws -> [ID<AccountKind>: Int] {
        var counts: [ID<AccountKind>: Int] = [:]
        try transaction.forEach("SELECT p.account, COUNT(*) FROM publications p WHERE p.is_due = 1 AND \(maySend) GROUP BY p.account") {
            counts[ID($0.integer(0))] = $0.int(1)
        }
        return counts
    }

    /// Whether a push is owed to a listing of the account that shows nothing of ours yet.
    public static func isFirstOwed(account: ID<AccountKind>, at now: Instant, in transaction: Transaction) throws -> Bool {
        try transaction.number(
            """
            SELECT 1 FROM publications p
            WHERE p.account = \(account.number) AND p.is_due = 1 AND \(hasCome("p.not_before", at: now)) AND p.acknowledged IS NULL
                AND \(maySend)
            LIMIT 1
            """) != nil
    }

    /// The moment the next held-back push of the account may go; nil when none waits.
    public static func nextDue(account: ID<AccountKind>, at now: Instant, in transaction: Transaction) throws -> Instant? {
        try transaction.number(
            """
            SELECT MIN(CASE WHEN wanted > believed AND raise_not_before > not_before AND NOT \(hasCome("raise_not_before", at: now))
                THEN raise_not_before ELSE not_before END)
            FROM publications p WHERE p.account = \(account.number) AND p.is_due = 1 AND \(maySend)
            """
        ).map { Instant(milliseconds: $0) }
    }

    public static func publications(of variant: ID<VariantKind>, in transaction: Transaction) throws -> [Publication] {
        try transaction.all("SELECT \(columns) FROM publications p WHERE variant = \(variant.number) ORDER BY account, listing", read)
    }

    /// Of all listings of the variant, in one reading.
    static func publications(ofListingsOf variant: ID<VariantKind>, in transaction: Transaction) throws -> [ID<ListingKind>: Publication] {
        let all = try transaction.all(
            "SELECT \(columns) FROM listings l JOIN publications p ON p.listing = l.number WHERE l.variant = \(variant.number)", read)
        return Dictionary(uniqueKeysWithValues: all.map { ($0.listing, $0) })
    }

    public static func publication(of listing: ID<ListingKind>, in transaction: Transaction) throws -> Publication? {
        try transaction.first("SELECT \(columns) FROM publications p WHERE listing = \(listing.number)", read)
    }

    /// What was sent, confirmed, refused or seen of a listing up to the moment, newest first.
    public static func history(of listing: ID<ListingKind>, until moment: Instant, limit: Int, in transaction: Transaction) throws
        -> [PublicationEvent]
    {
        try transaction.all(
            """
            SELECT at, what, quantity, reason, sent_at FROM publication_log WHERE listing = \(listing.number) AND at <= \(moment.milliseconds)
            ORDER BY number DESC LIMIT \(limit)
            """
        ) {
            PublicationEvent(
                at: Instant(milliseconds: $0.integer(0)), what: $0.text(1), quantity: $0.optionalInt(2), reason: $0.text(3),
                sentAt: $0.optionalInteger(4).map(Instant.init(milliseconds:)))
        }
    }
}

/// One entry of a listing's publishing history.
public struct PublicationEvent: Hashable, Sendable {
    public var at: Instant
    /// `acknowledged`, `seen`, `failed` or `refused`.
    public var what: String
    public var quantity: Int?
    public var reason: String
    /// When what was acknowledged had left, as far as that was kept.
    public var sentAt: Instant?
}
