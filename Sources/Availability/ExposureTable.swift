// SPDX-License-Identifier: Apache-2.0

import Catalog
import Inventory
public import Storage
public import Vocabulary

/// Keeps each listing's exposure, and how fast it sells. The only writer of `exposures` and `account_paces`.
public enum ExposureTable {
    struct Kept: Hashable {
        var exposure: Exposure
        /// A set there replaces what was compared, or does nothing.
        var compares: Bool
        var pace: Pace
    }

    /// A set leaves, in the transaction that notes it as sent. `expected` is nil for a blind set.
    public static func sending(
        _ listing: ID<ListingKind>, account: ID<AccountKind>, quantity: Int, expected: Int?, in transaction: Transaction
    ) throws {
        try change(listing, account: account, in: transaction) {
            $0.exposure.sends(quantity, expecting: expected)
            $0.compares = expected != nil
        }
    }

    /// - Parameters:
    ///   - window: from when the set left to now, by the hub's clock.
    ///   - moment: by the channel's clock.
    ///   - isAdded: a difference was added, and `quantity` is what came of it.
    public static func confirmed(
        _ listing: ID<ListingKind>, quantity: Int, during window: ClosedRange<Instant>, by moment: Instant, isAdded: Bool = false,
        in transaction: Transaction
    ) throws {
        let comingBack = try ComingBack.units(of: listing, during: window, in: transaction)
        var isOpen = false
        try change(listing, isFoundOut: true, in: transaction) {
            $0.exposure.confirmed(quantity, during: window, by: moment, isAdded: isAdded, comingBack: comingBack)
            isOpen = $0.exposure.marks.isEmpty && $0.exposure.units ?? 0 > quantity
        }
        // The count may lack what was given back meanwhile and so tells nothing: it is to be asked for again.
        if isOpen { try PublicationTable.reconsider(listing, in: transaction) }
    }

    public static func refused(_ listing: ID<ListingKind>, in transaction: Transaction) throws {
        try change(listing, in: transaction) { $0.exposure.refused() }
    }

    public static func lost(_ listing: ID<ListingKind>, in transaction: Transaction) throws {
        try change(listing, in: transaction) { $0.exposure.lost() }
    }

    /// A count was read while no set was under way.
    /// - Parameters:
    ///   - window: from when it was asked for to now, by the hub's clock.
    ///   - moment: by the channel's clock.
    public static func seen(
        _ listing: ID<ListingKind>, account: ID<AccountKind>, quantity: Int, during window: ClosedRange<Instant>, by moment: Instant, compares: Bool,
        in transaction: Transaction
    ) throws {
        let comingBack = try ComingBack.units(of: listing, during: window, in: transaction)
        try change(listing, account: account, in: transaction) {
            $0.exposure.seen(quantity, during: window, by: moment, mayHaveSold: window.contains($0.pace.at), comingBack: comingBack)
            $0.compares = compares
        }
    }

    /// The channel does not offer it any more.
    /// - Parameter moment: by the channel's clock, not before it was withdrawn.
    public static func withdrawn(_ listing: ID<ListingKind>, by moment: Instant, in transaction: Transaction) throws {
        try change(listing, isFoundOut: true, in: transaction) { $0.exposure.withdrawn(by: moment) }
    }

    /// The channel offers it again: nobody knows what it may sell until it was read.
    public static func offeredAgain(_ listing: ID<ListingKind>, in transaction: Transaction) throws {
        try change(listing, isFoundOut: true, in: transaction) { $0.exposure = Exposure() }
    }

    /// Counts what the order book came to know of the channels' buyers.
    public static func hear(at now: Instant, in transaction: Transaction) throws {
        var sold: [ID<AccountKind>: Int] = [:]
        let claims = try ChannelClaims.take(in: transaction)
        guard !claims.isEmpty else { return }
        let bundles = try AllocationTable.isAny(in: transaction) ? VariantTable.bundles(in: transaction) : nil
        for claim in claims {
            sold[claim.account, default: 0] += max(0, claim.units)
            guard let listing = try ListingTable.find(account: claim.account, variantKey: claim.variantKey, in: transaction) else { continue }
            // What is given back where nobody can buy it is not for sale there.
            let units = listing.isActive ? claim.units : max(0, claim.units)
            // What was given back and does not come back to the house may be more than is free.
            try change(listing.id, isFoundOut: claim.units < 0, in: transaction) {
                $0.exposure.heard(units, placedAt: claim.placedAt, at: now)
                $0.pace.add(max(0, claim.units), at: now)
            }
            guard let bundles, let variant = listing.variant else { continue }
            for part in bundles.shelfUnits(of: variant, units: claim.units) {
                try AllocationTable.sold(part.units, of: part.component, on: claim.account, in: transaction)
            }
        }
        let paces = try paces(in: transaction)
        for (account, units) in sold.sorted(by: { $0.key < $1.key }) where units > 0 {
            var pace = paces[account] ?? Pace()
            pace.add(units, at: now)
            try transaction.execute(
                """
                INSERT INTO account_paces (account, pace, paced_at) VALUES (\(account.number), \(pace.units), \(pace.at.milliseconds))
                ON CONFLICT (account) DO UPDATE SET pace = excluded.pace, paced_at = excluded.paced_at
                """)
        }
    }

    /// How fast each account sells, all articles together.
    static func paces(in transaction: Transaction) throws -> [ID<AccountKind>: Pace] {
        var paces: [ID<AccountKind>: Pace] = [:]
        try transaction.forEach("SELECT account, pace, paced_at FROM account_paces") {
            paces[ID($0.integer(0))] = Pace(units: $0.int(1), at: Instant(milliseconds: $0.integer(2)))
        }
        return paces
    }

    /// Every order of the account up to the moment is in the book.
    public static func ordersAreKnown(of account: ID<AccountKind>, until moment: Instant, misses: Bool, at now: Instant, in transaction: Transaction)
        throws
    {
        // What was heard first: a claim from before a mark must not be taken off it afterwards.
        try hear(at: now, in: transaction)
        let marked = try transaction.all("SELECT listing FROM exposures WHERE account = \(account.number) AND marks <> ''") {
            ID<ListingKind>($0.integer(0))
        }
        for listing in marked { try change(listing, isFoundOut: true, in: transaction) { $0.exposure.ordersAreKnown(until: moment, misses: misses) } }
    }

    /// What is kept of the listing; nothing known for one that no set was ever sent to.
    public static func exposure(of listing: ID<ListingKind>, in transaction: Transaction) throws -> Exposure {
        try kept(of: listing, in: transaction)?.exposure ?? Exposure()
    }

    /// - Parameter isFoundOut: it may turn out that more stands there than anybody set or heard of.
    private static func change(
        _ listing: ID<ListingKind>, account: ID<AccountKind>? = nil, isFoundOut: Bool = false, in transaction: Transaction,
        _ body: (inout Kept) -> Void
    ) throws {
        let known = try kept(of: listing, in: transaction)
        guard known != nil || account != nil else { return }
        let old = known?.exposure ?? Exposure()
        var kept = known ?? Kept(exposure: old, compares: false, pace: Pace())
        body(&kept)
        guard kept != known else { return }
        let exposure = kept.exposure
        let marks = exposure.marks.map(Self.text).joined(separator: " ")
        let givenBack = exposure.givenBack.map { "\($0.at.milliseconds):\($0.units)" }.joined(separator: " ")
        let (sent, expected) = (exposure.underWay.map(\.quantity), exposure.underWay?.expected)
        if known == nil, let account {
            try transaction.execute(
                """
                INSERT INTO exposures (listing, account, units, sent, expected, sent_heard, marks, known_until, compares, pace, paced_at, given_back)
                VALUES (\(listing.number), \(account.number), \(exposure.units.map(Int64.init)), \(sent.map(Int64.init)),
                    \(expected.map(Int64.init)), \(exposure.underWay?.heard ?? 0), \(marks), \(exposure.knownUntil?.milliseconds), \(kept.compares), \(kept.pace.units),
                    \(kept.pace.at.milliseconds), \(givenBack))
                """)
        } else {
            try transaction.execute(
                """
                UPDATE exposures SET units = \(exposure.units.map(Int64.init)), sent = \(sent.map(Int64.init)),
                    expected = \(expected.map(Int64.init)), sent_heard = \(exposure.underWay?.heard ?? 0), marks = \(marks), known_until = \(exposure.knownUntil?.milliseconds),
                    compares = \(kept.compares), pace = \(kept.pace.units), paced_at = \(kept.pace.at.milliseconds), given_back = \(givenBack)
                WHERE listing = \(listing.number)
                """)
        }
        // Room for others, more than its share, or an answer that told nothing: the shares are worked out again.
        let isSettled = !old.marks.isEmpty && exposure.marks.isEmpty
        if exposure.units ?? .max < old.units ?? .max || isFoundOut && (exposure.units != old.units || isSettled) {
            try PublicationTable.reconsider(listing, in: transaction)
        }
    }

    private static let columns: SQL =
        "e.units, e.sent, e.expected, e.marks, e.known_until, e.compares, e.pace, e.paced_at, e.sent_heard, e.given_back"

    static func kept(of listing: ID<ListingKind>, in transaction: Transaction) throws -> Kept? {
        try transaction.first("SELECT \(columns) FROM exposures e WHERE e.listing = \(listing.number)", read)
    }

    /// Of all listings of the variant, in one reading.
    static func kept(ofListingsOf variant: ID<VariantKind>, in transaction: Transaction) throws -> [ID<ListingKind>: Kept] {
        var all: [ID<ListingKind>: Kept] = [:]
        try transaction.forEach(
            "SELECT \(columns), e.listing FROM listings l JOIN exposures e ON e.listing = l.number WHERE l.variant = \(variant.number)"
        ) { all[ID($0.integer(10))] = read($0) }
        return all
    }

    private static func read(_ row: any Row) -> Kept {
        let marks = row.text(3).split(separator: " ").compactMap(Self.mark)
        let underWay = row.optionalInt(1).map { Exposure.UnderWay(quantity: $0, expected: row.optionalInt(2), heard: row.int(8)) }
        let exposure = Exposure(
            units: row.optionalInt(0), underWay: underWay, marks: marks, knownUntil: row.optionalInteger(4).map(Instant.init(milliseconds:)),
            givenBack: row.text(9).split(separator: " ").compactMap(Self.givenBack))
        return Kept(exposure: exposure, compares: row.bool(5), pace: Pace(units: row.int(6), at: Instant(milliseconds: row.integer(7))))
    }

    private static func text(_ mark: Exposure.Mark) -> String {
        "\(mark.at.milliseconds):\(mark.units):\(mark.least.map(String.init) ?? "")"
    }

    private static func givenBack(_ text: Substring) -> Exposure.GivenBack? {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let at = Int64(parts[0]), let units = Int(parts[1]) else { return nil }
        return Exposure.GivenBack(at: Instant(milliseconds: at), units: units)
    }

    private static func mark(_ text: Substring) -> Exposure.Mark? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let at = Int64(parts[0]), let units = Int(parts[1]) else { return nil }
        return Exposure.Mark(at: Instant(milliseconds: at), units: units, least: Int(parts[2]))
    }
}
