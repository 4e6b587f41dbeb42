// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// Units that a channel account's buyers claimed, or gave back, as the order book came to know it: written in the transaction that moved the
/// stock, kept until what the account may still sell was counted anew.
public struct ChannelClaim: Hashable, Sendable {
    public var account: ID<AccountKind>
    /// The channel's own key of the article.
    public var variantKey: String
    /// Units of the listed article; negative when they are free again.
    public var units: Int
    /// When the buyer took them; nil when only the moment of hearing is known.
    public var placedAt: Instant?

    public init(account: ID<AccountKind>, variantKey: String, units: Int, placedAt: Instant?) {
        self.account = account
        self.variantKey = variantKey
        self.units = units
        self.placedAt = placedAt
    }
}

/// The only writer of `channel_claims`.
public enum ChannelClaims {
    public static func add(_ claims: [ChannelClaim], in transaction: Transaction) throws {
        guard !claims.isEmpty else { return }
        let first = try transaction.takeNumbers("channel_claims", count: claims.count)
        try transaction.execute(
            "INSERT INTO channel_claims (number, account, variant_key, units, placed_at) VALUES (?, ?, ?, ?, ?)",
            each: claims.enumerated().map { place, claim in
                [
                    .integer(first + Int64(place)), .integer(claim.account.number), .text(claim.variantKey), .integer(claim.units),
                    .optional(claim.placedAt?.milliseconds),
                ]
            })
        transaction.signal(StockDesk.signal)
    }

    /// Takes all of them out, in the order they became known.
    public static func take(in transaction: Transaction) throws -> [ChannelClaim] {
        let claims = try transaction.all("SELECT account, variant_key, units, placed_at FROM channel_claims ORDER BY number", read)
        if !claims.isEmpty { try transaction.execute("DELETE FROM channel_claims") }
        return claims
    }

    /// Those of one article of an account, left where they are.
    public static func units(of variantKey: String, account: ID<AccountKind>, in transaction: Transaction) throws -> Int {
        try transaction.count(
            "SELECT SUM(units) FROM channel_claims WHERE account = \(account.number) AND variant_key = \(variantKey)")
    }

    private static func read(_ row: any Row) -> ChannelClaim {
        ChannelClaim(
            account: ID(row.integer(0)), variantKey: row.text(1), units: row.int(2),
            placedAt: row.optionalInteger(3).map(Instant.init(milliseconds:)))
    }
}
