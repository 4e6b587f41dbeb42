// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// Units that are free again here because of something done here, and that their channel will put on its own shelf once it is told: a count that
/// was asked for before the channel answered may lack them. The only writer of `coming_back`.
public enum ComingBack {
    /// No count is under way for longer.
    private static let remembered = Span.minutes(30)

    /// - Parameter act: the key of the job that tells the channel.
    public static func expect(_ claims: [ChannelClaim], act: String, in transaction: Transaction) throws {
        var units: [ChannelClaim: Int] = [:]
        for claim in claims where claim.units < 0 {
            units[ChannelClaim(account: claim.account, variantKey: claim.variantKey, units: 0, placedAt: nil), default: 0] -= claim.units
        }
        try transaction.execute(
            """
            INSERT INTO coming_back (act, account, variant_key, units) VALUES (?, ?, ?, ?)
            ON CONFLICT (act, account, variant_key) DO UPDATE SET units = coming_back.units + excluded.units
            """,
            each: units.map { [.text(act), .integer($0.key.account.number), .text($0.key.variantKey), .integer($0.value)] })
    }

    /// The channel did what it was told: counts that are asked for from now on hold them.
    public static func arrived(act: String, at now: Instant, in transaction: Transaction) throws {
        // What a clock that was wrong dated later than now is of an earlier life: no count of then is under way.
        try transaction.execute(
            "DELETE FROM coming_back WHERE arrived_at < \((now - remembered).milliseconds) OR arrived_at > \(now.milliseconds)")
        let variants = try transaction.all(
            """
            SELECT DISTINCT l.variant FROM coming_back c JOIN listings l ON l.account = c.account AND l.variant_key = c.variant_key
            WHERE c.act = \(act) AND c.arrived_at IS NULL AND l.variant IS NOT NULL
            """
        ) { ID<VariantKind>($0.integer(0)) }
        // A count that lacked them told nothing; one that is asked for now does.
        try StockChanges.mark(variants, in: transaction)
        try transaction.execute("UPDATE coming_back SET arrived_at = \(now.milliseconds) WHERE act = \(act) AND arrived_at IS NULL")
    }

    /// What a count of the listing's article may lack.
    /// - Parameter window: from when the count was asked for, or set, to when the answer came, by the hub's clock.
    public static func units(of listing: ID<ListingKind>, during window: ClosedRange<Instant>, in transaction: Transaction) throws -> Int {
        let (from, to) = (window.lowerBound.milliseconds, window.upperBound.milliseconds)
        return try transaction.count(
            """
            SELECT SUM(c.units) FROM listings l JOIN coming_back c ON c.account = l.account AND c.variant_key = l.variant_key
            WHERE l.number = \(listing.number) AND (c.arrived_at IS NULL OR c.arrived_at BETWEEN \(from) AND \(to))
            """)
    }
}
