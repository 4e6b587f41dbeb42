// SPDX-License-Identifier: Apache-2.0

import Catalog
import Inventory
public import Storage
public import Vocabulary

/// The only writer of `publications` and `publication_log`.
public enum PublicationTable {
    /// Something was decided, sent or confirmed of some listing.
    public static let signal = "publications"
    /// Something may be owed to a listing of the account: whoever pushes there need not look when others are meant.
    public static func signal(of account: ID<AccountKind>) -> String { "publications:\(account.number)" }

    private static func announce(_ accounts: some Sequence<ID<AccountKind>>, in transaction: Transaction) {
        for account in accounts {
            transaction.signal(signal)
            transaction.signal(signal(of: account))
        }
    }

    /// Listings of the account came or went: something may be owed that could not be sent.
    public static func offersChanged(on account: ID<AccountKind>, in transaction: Transaction) { announce([account], in: transaction) }

    /// Runs a change that returns the accounts of the listings it changed, and tells them. The accounts, one for each listing.
    @discardableResult
    private static func change(_ sql: SQL, in transaction: Transaction) throws -> [ID<AccountKind>] {
        let accounts = try transaction.all(sql) { ID<AccountKind>($0.integer(0)) }
        announce(accounts, in: transaction)
        return accounts
    }

    static let columns: SQL = """
        p.listing, p.account, p.variant, p.wanted, p.wanted_at, p.sent, p.sent_at, p.acknowledged, p.acknowledged_at, p.believed, p.is_due, p.failures,
            p.problem, p.sales, p.guard, p.owed_since, p.stood_at
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
            INSERT INTO publications (listing, account, variant, wanted, wanted_at, is_due, not_before, raise_not_before, failures, sales, guard, owed_since)
            VALUES (?, ?, ?, ?, ?, 1, 0, 0, 0, 0, ?, ?)
            ON CONFLICT (listing) DO UPDATE SET wanted = excluded.wanted, variant = excluded.variant,
                guard = CASE WHEN excluded.guard = 1 AND publications.guard = 2 THEN 2 ELSE excluded.guard END,
                wanted_at = CASE WHEN publications.wanted <> excluded.wanted THEN excluded.wanted_at ELSE publications.wanted_at END,
                owed_since = CASE WHEN publications.believed = excluded.wanted AND publications.acknowledged = excluded.wanted THEN NULL
                    ELSE COALESCE(publications.owed_since, excluded.owed_since) END,
                problem = CASE WHEN publications.wanted <> excluded.wanted THEN NULL ELSE publications.problem END,
                is_due = CASE WHEN publications.believed = excluded.wanted AND publications.acknowledged = excluded.wanted THEN 0
                    WHEN publications.problem IS NOT NULL AND publications.wanted = excluded.wanted THEN 0 ELSE 1 END
            """,
            each: wishes.map {
                [
                    .integer($0.listing.number), .integer($0.account.number), .integer($0.variant.number), .integer($0.quantity.units),
                    .integer(now.milliseconds), .bool(isGuarded), .integer(now.milliseconds),
                ]
            })
        announce(Set(wishes.map(\.account)), in: transaction)
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
            INSERT INTO publications (listing, account, variant, wanted, wanted_at, is_due, not_before, raise_not_before, failures, sales, guard,
                owed_since)
            VALUES (\(number), \(account), \(variant.number), 0, \(moment), \(guardState - 1), 0, 0, 0, 0, \(guardState),
                \(wish == .ask ? moment : nil))
            ON CONFLICT (listing) DO UPDATE SET variant = excluded.variant, guard = CASE WHEN publications.guard = 2 THEN 2 ELSE excluded.guard END,
                is_due = CASE WHEN publications.guard = 2 THEN 1 ELSE excluded.is_due END,
                owed_since = CASE WHEN publications.guard = 2 OR excluded.is_due = 1 THEN COALESCE(publications.owed_since, \(moment)) END
            WHERE publications.variant <> excluded.variant OR publications.guard = 0
                OR (publications.guard, publications.is_due) NOT IN ((2, 1), (excluded.guard, excluded.is_due))
            """)
        announce([listing.account], in: transaction)
    }

    /// The listing was read: what may be sold there is known once its orders are.
    public static func asked(_ listing: ID<ListingKind>, in transaction: Transaction) throws {
        try transaction.execute("UPDATE publications SET guard = 1, is_due = 0, owed_since = NULL WHERE listing = \(listing.number) AND guard = 2")
    }

    /// A guarded listing is said to show more than may be sold there. It may be old news, or somebody's edit: it is read.
    public static func suspected(_ listing: ID<ListingKind>, quantity: Int, at now: Instant, in transaction: Transaction) throws {
        try change(
            """
            UPDATE publications SET guard = 2, is_due = 1, owed_since = COALESCE(owed_since, \(now.milliseconds)) WHERE listing = \(listing.number) AND guard > 0
                AND EXISTS (SELECT 1 FROM exposures e WHERE e.listing = \(listing.number) AND e.units < \(quantity))
            RETURNING account
            """, in: transaction)
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

    /// About to be sent: written before the request leaves, so that a lost answer, or a crash, leaves "unknown" and not a lie.
    public static func sending(_ pushes: [(listing: ID<ListingKind>, quantity: Int)], at now: Instant, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE publications SET sent = ?, sent_at = ?, believed = NULL WHERE listing = ?",
            each: pushes.map { [.integer($0.quantity), .integer(now.milliseconds), .integer($0.listing.number)] })
    }

    /// The channel confirmed the quantity. Another push stays owed when the hub wants something else by now, or when the
    /// channel sold meanwhile (`sales` is no longer what it was when the push left): nobody knows whether the sale came before the set or after.
    /// - Parameter stood: by then, by the channel's clock, they stood there; nil: no clock but the hub's is known.
    public static func acknowledged(_ all: [Acknowledgement], stood: Instant? = nil, at now: Instant, in transaction: Transaction) throws {
        guard !all.isEmpty else { return }
        let moment = SQLValue.integer(now.milliseconds)
        let stood = SQLValue.integer((stood ?? now).milliseconds)
        try transaction.execute(
            """
            UPDATE publications SET acknowledged = ?, acknowledged_at = ?, stood_at = ?, failures = 0, problem = NULL, not_before = 0, raise_not_before = 0,
                believed = CASE WHEN sales = ? THEN ? ELSE NULL END, is_due = CASE WHEN wanted = ? AND (sales = ? OR guard > 0) THEN 0 ELSE 1 END,
                owed_since = CASE WHEN wanted <> ? THEN sent_at WHEN sales = ? OR guard > 0 THEN NULL ELSE sent_at END
            WHERE listing = ?
            """,
            each: all.map { one in
                let quantity = SQLValue.integer(one.quantity)
                let sales = SQLValue.integer(one.sales)
                return [quantity, moment, stood, sales, quantity, quantity, sales, quantity, sales, .integer(one.listing.number)]
            })
        let first = try transaction.takeNumbers("publication_log", count: all.count)
        try transaction.execute(
            """
            INSERT INTO publication_log (number, listing, at, what, quantity, reason, sent_at)
            SELECT ?, listing, ?, 'acknowledged', ?, '', sent_at FROM publications WHERE listing = ?
            """,
            each: all.enumerated().map { [.integer(first + Int64($0)), moment, .integer($1.quantity), .integer($1.listing.number)] })
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
    /// - Parameter stood: when it stood there, by the channel's clock; nil when nobody says.
    public static func seen(
        _ listing: ID<ListingKind>, quantity: Int, reason: String, mayHaveSold: Bool = false, stood: Instant? = nil, at now: Instant,
        in transaction: Transaction
    ) throws {
        let held = mayHaveSold ? (now + unheardSales).milliseconds : 0
        let changed = try change(
            """
            UPDATE publications SET believed = \(quantity), is_due = CASE WHEN wanted = \(quantity) THEN 0 ELSE 1 END,
                owed_since = CASE WHEN wanted = \(quantity) THEN NULL ELSE COALESCE(owed_since, \(now.milliseconds)) END,
                acknowledged = CASE WHEN wanted = \(quantity) THEN \(quantity) ELSE acknowledged END,
                acknowledged_at = CASE WHEN wanted = \(quantity) THEN \(now.milliseconds) ELSE acknowledged_at END, not_before = 0,
                stood_at = COALESCE(\(stood?.milliseconds), stood_at),
                raise_not_before = CASE WHEN acknowledged > \(quantity) AND wanted > \(quantity) THEN \(held) ELSE 0 END
            WHERE listing = \(listing.number)
                AND (believed IS NULL OR believed <> \(quantity) OR (wanted = \(quantity) AND COALESCE(acknowledged, -1) <> \(quantity)))
            RETURNING account
            """, in: transaction)
        guard !changed.isEmpty else { return }
        // A guarded listing is not simply set back: what it may show is worked out anew.
        try transaction.execute("UPDATE publications SET is_due = 0, owed_since = NULL WHERE listing = \(listing.number) AND guard = 1")
        try reconsider(listing, in: transaction)
        try log(listing, "seen", quantity: quantity, reason: reason, at: now, in: transaction)
    }

    /// Not taken for the moment: again after a pause that grows.
    public static func failed(_ listing: ID<ListingKind>, reason: String, notBefore: Instant, at now: Instant, in transaction: Transaction) throws {
        try transaction.execute(
            """
            UPDATE publications SET failures = failures + 1, not_before = \(notBefore.milliseconds), is_due = 1,
                owed_since = COALESCE(owed_since, \(now.milliseconds))
            WHERE listing = \(listing.number)
            """)
        try log(listing, "failed", quantity: nil, reason: reason, at: now, in: transaction)
    }

    /// The channel will not take it however often it is sent: it waits for a person, or for another quantity.
    public static func refused(_ listing: ID<ListingKind>, reason: String, at now: Instant, in transaction: Transaction) throws {
        try transaction.execute("UPDATE publications SET is_due = 0, failures = failures + 1, problem = \(reason) WHERE listing = \(listing.number)")
        try log(listing, "refused", quantity: nil, reason: reason, at: now, in: transaction)
    }

    /// What becomes of the belief when the channel sold units.
    public enum Belief: Hashable, Sendable {
        /// It is lowered by them: a wrong one is found out before it does harm.
        case follows
        /// It is lowered by units that were claimed after it was known what stood there; where they may be in that count already, it is gone.
        case followsAfter(Instant)
        /// Nobody knows what stands there.
        case isGone

        fileprivate var placedAt: Int64 {
            switch self {
            case .follows: .max
            case .followsAfter(let moment): moment.milliseconds
            case .isGone: .min
            }
        }
    }

    /// The channel sold units of the listing itself. With compare-and-set the belief follows; with blind sets it is gone. A push
    /// is owed either way: nobody has confirmed the new figure, and it may have been set over before the sale was heard of.
    public static func sold(_ listing: ID<ListingKind>, units: Int, belief: Belief, at now: Instant, in transaction: Transaction) throws {
        try change(
            """
            UPDATE publications SET
                believed = CASE WHEN \(belief.placedAt) > COALESCE(stood_at, 0) AND believed >= \(units) THEN believed - \(units) ELSE NULL END,
                sales = sales + 1, is_due = CASE WHEN guard > 0 THEN is_due ELSE 1 END,
                owed_since = CASE WHEN guard > 0 THEN owed_since ELSE COALESCE(owed_since, \(now.milliseconds)) END, raise_not_before = 0
            WHERE listing = \(listing.number) RETURNING account
            """, in: transaction)
    }

    /// Something was said of what stands there that fits neither what was sent nor what is believed: it is to be found out. Setting it anew would
    /// do, but of a guarded listing there may be too few units to count what is set blindly beside what may stand there: it is read.
    public static func doubted(_ listing: ID<ListingKind>, at now: Instant, in transaction: Transaction) throws {
        try change(
            """
            UPDATE publications SET believed = NULL, sales = sales + 1, is_due = 1, guard = CASE WHEN guard > 0 THEN 2 ELSE 0 END,
                owed_since = COALESCE(owed_since, \(now.milliseconds))
            WHERE listing = \(listing.number) RETURNING account
            """, in: transaction)
    }

    static func log(_ listing: ID<ListingKind>, _ what: String, quantity: Int?, reason: String, at now: Instant, in transaction: Transaction) throws {
        let number = try transaction.takeNumbers("publication_log")
        try transaction.execute(
            """
            INSERT INTO publication_log (number, listing, at, what, quantity, reason)
            VALUES (\(number), \(listing.number), \(now.milliseconds), \(what), \(quantity.map(Int64.init)), \(reason))
            """)
    }

    static func read(_ row: any Row) -> Publication {
        Publication(
            listing: ID(row.integer(0)), account: ID(row.integer(1)), variant: ID(row.integer(2)), wanted: row.int(3),
            wantedAt: Instant(milliseconds: row.integer(4)),
            sent: row.optionalInt(5), sentAt: row.optionalInteger(6).map(Instant.init(milliseconds:)), acknowledged: row.optionalInt(7),
            acknowledgedAt: row.optionalInteger(8).map(Instant.init(milliseconds:)), believed: row.optionalInt(9), isDue: row.bool(10),
            failures: row.int(11),
            problem: row.optionalText(12), isGuarded: row.int(14) > 0, isAsked: row.int(14) == 2, sales: row.int(13),
            owedSince: row.optionalInteger(15).map(Instant.init(milliseconds:)), stoodAt: row.optionalInteger(16).map(Instant.init(milliseconds:)))
    }
}
