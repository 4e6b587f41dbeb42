// SPDX-License-Identifier: Apache-2.0

import Catalog
import Inventory
public import Storage
public import Vocabulary

/// Keeps each listing's exposure. The only writer of `exposures`.
public enum ExposureTable {
    /// Sets that leave, in the transaction that notes them as sent. `expected` is nil for a blind set.
    public static func sending(
        _ sets: [(listing: ID<ListingKind>, account: ID<AccountKind>, quantity: Int, expected: Int?)], in transaction: Transaction
    ) throws {
        for set in sets {
            try change(set.listing, account: set.account, in: transaction) { $0.sends(set.quantity, expecting: set.expected) }
        }
    }

    public static func confirmed(_ listing: ID<ListingKind>, quantity: Int, by moment: Instant, in transaction: Transaction) throws {
        try change(listing, in: transaction) { $0.confirmed(quantity, by: moment) }
    }

    public static func refused(_ listing: ID<ListingKind>, in transaction: Transaction) throws {
        try change(listing, in: transaction) { $0.refused() }
    }

    public static func lost(_ listing: ID<ListingKind>, in transaction: Transaction) throws {
        try change(listing, in: transaction) { $0.lost() }
    }

    /// A count was seen; with `moment` nil when a set may have come after it.
    public static func seen(_ listing: ID<ListingKind>, quantity: Int, by moment: Instant?, in transaction: Transaction) throws {
        try change(listing, in: transaction) { $0.seen(quantity, by: moment) }
    }

    /// Counts what the order book came to know of the channels' buyers.
    public static func hear(in transaction: Transaction) throws {
        for claim in try ChannelClaims.take(in: transaction) {
            guard let listing = try ListingTable.find(account: claim.account, variantKey: claim.variantKey, in: transaction) else { continue }
            try change(listing.id, in: transaction) { $0.heard(claim.units, placedAt: claim.placedAt) }
        }
    }

    /// Every order of the account up to the moment is in the book.
    public static func ordersAreKnown(of account: ID<AccountKind>, until moment: Instant, in transaction: Transaction) throws {
        // What was heard first: a claim from before a mark must not be taken off it afterwards.
        try hear(in: transaction)
        let marked = try transaction.all("SELECT listing FROM exposures WHERE account = \(account.number) AND marks <> ''") {
            ID<ListingKind>($0.integer(0))
        }
        for listing in marked { try change(listing, in: transaction) { $0.ordersAreKnown(until: moment) } }
    }

    /// What is kept of the listing; nothing known for one that no set was ever sent to.
    public static func exposure(of listing: ID<ListingKind>, in transaction: Transaction) throws -> Exposure {
        try find(listing, in: transaction) ?? Exposure()
    }

    private static func change(
        _ listing: ID<ListingKind>, account: ID<AccountKind>? = nil, in transaction: Transaction, _ body: (inout Exposure) -> Void
    ) throws {
        let known = try find(listing, in: transaction)
        guard known != nil || account != nil else { return }
        let old = known ?? Exposure()
        var exposure = old
        body(&exposure)
        let marks = exposure.marks.map { "\($0.at.milliseconds):\($0.units)" }.joined(separator: " ")
        let (sent, expected) = (exposure.underWay.map(\.quantity), exposure.underWay?.expected)
        if known == nil, let account {
            try transaction.execute(
                """
                INSERT INTO exposures (listing, account, units, sent, expected, marks, known_until) VALUES (\(listing.number), \(account.number),
                    \(exposure.units.map(Int64.init)), \(sent.map(Int64.init)), \(expected.map(Int64.init)), \(marks),
                    \(exposure.knownUntil?.milliseconds))
                """)
        } else if exposure != old {
            try transaction.execute(
                """
                UPDATE exposures SET units = \(exposure.units.map(Int64.init)), sent = \(sent.map(Int64.init)),
                    expected = \(expected.map(Int64.init)), marks = \(marks), known_until = \(exposure.knownUntil?.milliseconds)
                WHERE listing = \(listing.number)
                """)
        }
    }

    private static func find(_ listing: ID<ListingKind>, in transaction: Transaction) throws -> Exposure? {
        try transaction.first("SELECT units, sent, expected, marks, known_until FROM exposures WHERE listing = \(listing.number)") { row in
            let marks = row.text(3).split(separator: " ").compactMap { text -> Exposure.Mark? in
                let parts = text.split(separator: ":").compactMap { Int64($0) }
                return parts.count == 2 ? Exposure.Mark(at: Instant(milliseconds: parts[0]), units: Int(parts[1])) : nil
            }
            let underWay = row.optionalInt(1).map { Exposure.UnderWay(quantity: $0, expected: row.optionalInt(2)) }
            return Exposure(
                units: row.optionalInt(0), underWay: underWay, marks: marks, knownUntil: row.optionalInteger(4).map(Instant.init(milliseconds:)))
        }
    }
}
