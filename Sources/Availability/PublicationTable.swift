// SPDX-License-Identifier: Apache-2.0

import Catalog
import Inventory
public import Storage
public import Vocabulary

/// The only writer of `publications` and `publication_log`.
public enum PublicationTable {
    public static let signal = "publications"
    private static let columns: SQL = """
        p.listing, p.account, p.variant, p.wanted, p.wanted_at, p.sent, p.sent_at, p.acknowledged, p.acknowledged_at, p.believed, p.is_due, p.failures,
            p.problem, p.sales, p.guard
        """

    /// How long a figure below ours is left as it is when the channel may have sold units that we have not heard of yet:
    /// raising it at once would offer them again. The order comes by webhook within seconds, by poll within minutes.
    public static let unheardSales = Span.seconds(30)

    /// What the hub wants shown now. A push is owed unless that is believed to stand there and the channel has confirmed it.
    static func want(
        _ wishes: [(listing: ID<ListingKind>, account: ID<AccountKind>, variant: ID<VariantKind>, quantity: Quantity)], isGuarded: Bool = false,
        at now: Instant, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO publications (listing, account, variant, wanted, wanted_at, is_due, not_before, raise_not_before, failures, sales, guard)
            VALUES (?, ?, ?, ?, ?, 1, 0, 0, 0, 0, ?)
            ON CONFLICT (listing) DO UPDATE SET wanted = excluded.wanted, variant = excluded.variant,
                guard = CASE WHEN excluded.guard = 1 AND publications.guard = 2 THEN 2 ELSE excluded.guard END,
                wanted_at = CASE WHEN publications.wanted <> excluded.wanted THEN excluded.wanted_at ELSE publications.wanted_at END,
                problem = CASE WHEN publications.wanted <> excluded.wanted THEN NULL ELSE publications.problem END,
                is_due = CASE WHEN publications.believed = excluded.wanted AND publications.acknowledged = excluded.wanted THEN 0
                    WHEN publications.problem IS NOT NULL AND publications.wanted = excluded.wanted THEN 0 ELSE 1 END
            """,
            each: wishes.map {
                [
                    .integer($0.listing.number), .integer($0.account.number), .integer($0.variant.number), .integer($0.quantity.units),
                    .integer(now.milliseconds), .bool(isGuarded),
                ]
            })
        if !wishes.isEmpty { transaction.signal(signal) }
    }

    /// What a listing of a guarded article is to show. Nothing is owed while what stands there may stay.
    static func guarded(
        _ listing: Listing, _ variant: ID<VariantKind>, _ wish: SharePlan.Wish, at now: Instant, in transaction: Transaction
    ) throws {
        let (number, account, moment) = (listing.id.number, listing.account.number, now.milliseconds)
        if case .show(let units) = wish {
            return try want([(listing.id, listing.account, variant, Quantity(clamping: units))], isGuarded: true, at: now, in: transaction)
        }
        let guardState: Int64 = wish == .ask ? 2 : 1
        try transaction.execute(
            """
            INSERT INTO publications (listing, account, variant, wanted, wanted_at, is_due, not_before, raise_not_before, failures, sales, guard)
            VALUES (\(number), \(account), \(variant.number), 0, \(moment), \(guardState - 1), 0, 0, 0, 0, \(guardState))
            ON CONFLICT (listing) DO UPDATE SET variant = excluded.variant, guard = CASE WHEN publications.guard = 2 THEN 2 ELSE excluded.guard END,
                is_due = CASE WHEN publications.guard = 2 THEN 1 ELSE excluded.is_due END
            WHERE publications.variant <> excluded.variant OR publications.guard = 0
                OR (publications.guard, publications.is_due) NOT IN ((2, 1), (excluded.guard, excluded.is_due))
            """)
        if wish == .ask { transaction.signal(signal) }
    }

    /// The listing was read: what may be sold there is known once its orders are.
    public static func asked(_ listing: ID<ListingKind>, in transaction: Transaction) throws {
        try transaction.execute("UPDATE publications SET guard = 1, is_due = 0 WHERE listing = \(listing.number) AND guard = 2")
    }

    /// A guarded listing is said to show more than may be sold there. It may be old news, or somebody's edit: it is read.
    public static func suspected(_ listing: ID<ListingKind>, quantity: Int, in transaction: Transaction) throws {
        let changed = try transaction.execute(
            """
            UPDATE publications SET guard = 2, is_due = 1 WHERE listing = \(listing.number) AND guard > 0
                AND EXISTS (SELECT 1 FROM exposures e WHERE e.listing = \(listing.number) AND e.units < \(quantity))
            """)
        if changed > 0 { transaction.signal(signal) }
    }

    /// A set that would break the limit waits, and the shares are worked out anew.
    static func postponed(_ listing: ID<ListingKind>, until moment: Instant, in transaction: Transaction) throws {
        try transaction.execute("UPDATE publications SET not_before = \(moment.milliseconds) WHERE listing = \(listing.number)")
        try reconsider(listing, in: transaction)
    }

    /// Something became known that other listings of the article may gain by.
    static func reconsider(_ listing: ID<ListingKind>, in transaction: Transaction) throws {
        let variant = try transaction.number("SELECT variant FROM publications WHERE listing = \(listing.number) AND guard > 0")
        if let variant { try StockChanges.mark([ID(variant)], in: transaction) }
    }

    /// Listings of the account whose push is owed, the longest waiting first.
    public static func due(account: ID<AccountKind>, limit: Int, at now: Instant, in transaction: Transaction) throws -> [OwedPush] {
        try transaction.all(
            """
            SELECT \(columns), l.product_key, l.variant_key, l.stock_key, l.sku FROM publications p JOIN listings l ON l.number = p.listing
            WHERE p.account = \(account.number) AND p.is_due = 1 AND p.not_before <= \(now.milliseconds)
                AND (p.raise_not_before <= \(now.milliseconds) OR p.believed IS NULL OR p.wanted <= p.believed)
            ORDER BY p.wanted_at, p.listing LIMIT \(limit)
            """
        ) { row in
            OwedPush(publication: read(row), productKey: row.text(15), variantKey: row.text(16), stockKey: row.text(17), sku: row.optionalText(18))
        }
    }

    /// Listings of guarded articles of which nobody knows yet how much may be sold there.
    public static func unbounded(in transaction: Transaction) throws -> Int {
        Int(
            try transaction.number(
                """
                SELECT COUNT(*) FROM publications p LEFT JOIN exposures e ON e.listing = p.listing JOIN listings l ON l.number = p.listing
                WHERE p.guard > 0 AND e.units IS NULL AND l.is_active = 1
                """) ?? 0)
    }

    /// How many pushes are owed, by account.
    public static func dueCounts(in transaction: Transaction) throws -> [ID<AccountKind>: Int] {
        var counts: [ID<AccountKind>: Int] = [:]
        try transaction.forEach("SELECT account, COUNT(*) FROM publications WHERE is_due = 1 GROUP BY account") {
            counts[ID($0.integer(0))] = $0.int(1)
        }
        return counts
    }

    /// Whether a push is owed to a listing of the account that shows nothing of ours yet.
    public static func isFirstOwed(account: ID<AccountKind>, at now: Instant, in transaction: Transaction) throws -> Bool {
        try transaction.number(
            """
            SELECT 1 FROM publications
            WHERE account = \(account.number) AND is_due = 1 AND not_before <= \(now.milliseconds) AND acknowledged IS NULL LIMIT 1
            """) != nil
    }

    /// The moment the next held-back push of the account may go; nil when none waits.
    public static func nextDue(account: ID<AccountKind>, in transaction: Transaction) throws -> Instant? {
        try transaction.number(
            """
            SELECT MIN(CASE WHEN wanted > believed AND raise_not_before > not_before THEN raise_not_before ELSE not_before END)
            FROM publications WHERE account = \(account.number) AND is_due = 1
            """
        ).map { Instant(milliseconds: $0) }
    }

    public static func publications(of variant: ID<VariantKind>, in transaction: Transaction) throws -> [Publication] {
        try transaction.all("SELECT \(columns) FROM publications p WHERE variant = \(variant.number) ORDER BY account, listing", read)
    }

    public static func publication(of listing: ID<ListingKind>, in transaction: Transaction) throws -> Publication? {
        try transaction.first("SELECT \(columns) FROM publications p WHERE listing = \(listing.number)", read)
    }

    /// About to be sent: written before the request leaves, so that a lost answer, or a crash, leaves "unknown" and not a lie.
    public static func sending(_ pushes: [(listing: ID<ListingKind>, quantity: Int)], at now: Instant, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE publications SET sent = ?, sent_at = ?, believed = NULL WHERE listing = ?",
            each: pushes.map { [.integer($0.quantity), .integer(now.milliseconds), .integer($0.listing.number)] })
    }

    /// The channel confirmed the quantity. Another push stays owed when the hub wants something else by now, or when the
    /// channel sold meanwhile (`sales` is no longer what it was when the push left): nobody knows whether the sale came before the set or after.
    public static func acknowledged(_ all: [Acknowledgement], at now: Instant, in transaction: Transaction) throws {
        guard !all.isEmpty else { return }
        let moment = SQLValue.integer(now.milliseconds)
        try transaction.execute(
            """
            UPDATE publications SET acknowledged = ?, acknowledged_at = ?, failures = 0, problem = NULL, not_before = 0, raise_not_before = 0,
                believed = CASE WHEN sales = ? THEN ? ELSE NULL END, is_due = CASE WHEN wanted = ? AND (sales = ? OR guard > 0) THEN 0 ELSE 1 END
            WHERE listing = ?
            """,
            each: all.map { one in
                let quantity = SQLValue.integer(one.quantity)
                let sales = SQLValue.integer(one.sales)
                return [quantity, moment, sales, quantity, quantity, sales, .integer(one.listing.number)]
            })
        let first = try transaction.takeNumbers("publication_log", count: all.count)
        try transaction.execute(
            "INSERT INTO publication_log (number, listing, at, what, quantity, reason) VALUES (?, ?, ?, 'acknowledged', ?, '')",
            each: all.enumerated().map { [.integer(first + Int64($0)), .integer($1.listing.number), moment, .integer($1.quantity)] })
        transaction.signal(signal)
    }

    /// A channel's word that a quantity stands there.
    public struct Acknowledgement: Hashable, Sendable {
        public var listing: ID<ListingKind>
        public var quantity: Int
        /// `Publication.sales` when the push left.
        public var sales: Int
        public init(listing: ID<ListingKind>, quantity: Int, sales: Int) {
            self.listing = listing
            self.quantity = quantity
            self.sales = sales
        }
    }

    /// The channel says what stands there: after a stale compare, a read-back, a sale, or a manual edit at the channel.
    /// With `mayHaveSold`, a figure below the confirmed one is not raised before an order had time to explain it.
    public static func seen(
        _ listing: ID<ListingKind>, quantity: Int, reason: String, mayHaveSold: Bool = false, at now: Instant, in transaction: Transaction
    ) throws {
        let held = mayHaveSold ? (now + unheardSales).milliseconds : 0
        let changed = try transaction.execute(
            """
            UPDATE publications SET believed = \(quantity), is_due = CASE WHEN wanted = \(quantity) THEN 0 ELSE 1 END,
                acknowledged = CASE WHEN wanted = \(quantity) THEN \(quantity) ELSE acknowledged END,
                acknowledged_at = CASE WHEN wanted = \(quantity) THEN \(now.milliseconds) ELSE acknowledged_at END, not_before = 0,
                raise_not_before = CASE WHEN acknowledged > \(quantity) AND wanted > \(quantity) THEN \(held) ELSE 0 END
            WHERE listing = \(listing.number)
                AND (believed IS NULL OR believed <> \(quantity) OR (wanted = \(quantity) AND COALESCE(acknowledged, -1) <> \(quantity)))
            """)
        guard changed > 0 else { return }
        // A guarded listing is not simply set back: what it may show is worked out anew.
        try transaction.execute("UPDATE publications SET is_due = 0 WHERE listing = \(listing.number) AND guard = 1")
        try reconsider(listing, in: transaction)
        try log(listing, "seen", quantity: quantity, reason: reason, at: now, in: transaction)
        transaction.signal(signal)
    }

    /// Not taken for the moment: again after a pause that grows.
    public static func failed(_ listing: ID<ListingKind>, reason: String, notBefore: Instant, at now: Instant, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE publications SET failures = failures + 1, not_before = \(notBefore.milliseconds), is_due = 1 WHERE listing = \(listing.number)")
        try log(listing, "failed", quantity: nil, reason: reason, at: now, in: transaction)
    }

    /// The channel will not take it however often it is sent: it waits for a person, or for another quantity.
    public static func refused(_ listing: ID<ListingKind>, reason: String, at now: Instant, in transaction: Transaction) throws {
        try transaction.execute("UPDATE publications SET is_due = 0, failures = failures + 1, problem = \(reason) WHERE listing = \(listing.number)")
        try log(listing, "refused", quantity: nil, reason: reason, at: now, in: transaction)
    }

    /// The channel sold units of the listing itself. With compare-and-set the belief follows; with blind sets it is gone. A push
    /// is owed either way: nobody has confirmed the new figure, and it may have been set over before the sale was heard of.
    public static func sold(_ listing: ID<ListingKind>, units: Int, keepsBelief: Bool, in transaction: Transaction) throws {
        try transaction.execute(
            """
            UPDATE publications SET believed = CASE WHEN \(keepsBelief ? 1 : 0) = 1 AND believed >= \(units) THEN believed - \(units) ELSE NULL END,
                sales = sales + 1, is_due = CASE WHEN guard > 0 THEN is_due ELSE 1 END, raise_not_before = 0
            WHERE listing = \(listing.number)
            """)
        transaction.signal(signal)
    }

    /// Something was said of what stands there that fits neither what was sent nor what is believed: it is to be found out.
    public static func doubted(_ listing: ID<ListingKind>, in transaction: Transaction) throws {
        try transaction.execute("UPDATE publications SET believed = NULL, sales = sales + 1, is_due = 1 WHERE listing = \(listing.number)")
        transaction.signal(signal)
    }

    static func log(_ listing: ID<ListingKind>, _ what: String, quantity: Int?, reason: String, at now: Instant, in transaction: Transaction) throws {
        let number = try transaction.takeNumbers("publication_log")
        try transaction.execute(
            """
            INSERT INTO publication_log (number, listing, at, what, quantity, reason)
            VALUES (\(number), \(listing.number), \(now.milliseconds), \(what), \(quantity.map(Int64.init)), \(reason))
            """)
    }

    /// What was sent, confirmed, refused or seen of a listing up to the moment, newest first.
    public static func history(of listing: ID<ListingKind>, until moment: Instant, limit: Int, in transaction: Transaction) throws
        -> [PublicationEvent]
    {
        try transaction.all(
            """
            SELECT at, what, quantity, reason FROM publication_log WHERE listing = \(listing.number) AND at <= \(moment.milliseconds)
            ORDER BY number DESC LIMIT \(limit)
            """
        ) { PublicationEvent(at: Instant(milliseconds: $0.integer(0)), what: $0.text(1), quantity: $0.optionalInt(2), reason: $0.text(3)) }
    }

    private static func read(_ row: any Row) -> Publication {
        Publication(
            listing: ID(row.integer(0)), account: ID(row.integer(1)), variant: ID(row.integer(2)), wanted: row.int(3),
            wantedAt: Instant(milliseconds: row.integer(4)),
            sent: row.optionalInt(5), sentAt: row.optionalInteger(6).map(Instant.init(milliseconds:)), acknowledged: row.optionalInt(7),
            acknowledgedAt: row.optionalInteger(8).map(Instant.init(milliseconds:)), believed: row.optionalInt(9), isDue: row.bool(10),
            failures: row.int(11),
            problem: row.optionalText(12), isGuarded: row.int(14) > 0, isAsked: row.int(14) == 2, sales: row.int(13))
    }
}

/// One entry of a listing's publishing history.
public struct PublicationEvent: Hashable, Sendable {
    public var at: Instant
    /// `acknowledged`, `seen`, `failed` or `refused`.
    public var what: String
    public var quantity: Int?
    public var reason: String
}
