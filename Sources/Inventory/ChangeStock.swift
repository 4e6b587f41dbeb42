// SPDX-License-Identifier: Apache-2.0

import Ledger
public import Storage
public import Vocabulary

/// Stock changes without an order: goods received, a count, a loss, a find, a move between locations.
///
/// Every change has a reason and a key; the same key changes stock once, however often it is asked. Those who wait are
/// served at once, the oldest promise first.
public struct ChangeStock: Sendable {
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        case received, found, returned, lost, damaged, counted, opening
        /// Sold outside every order: over the counter, by hand.
        case sold

        /// The account that the units come from or go to.
        var against: BalanceKind {
            switch self {
            case .received, .opening: StockAccounts.suppliers
            case .returned, .sold: StockAccounts.buyers
            case .found, .lost, .damaged, .counted: StockAccounts.adjustments
            }
        }
    }

    public struct Line: Hashable, Sendable {
        public var variant: ID<VariantKind>
        public var location: ID<LocationKind>
        /// More (positive) or fewer (negative) units.
        public var units: Int
        public init(variant: ID<VariantKind>, location: ID<LocationKind>, units: Int) {
            self.variant = variant
            self.location = location
            self.units = units
        }
    }

    public var key: String
    public var lines: [Line]
    public var reason: Reason
    public var note: String
    public var actor: String
    public var at: Instant

    public init(key: String, lines: [Line], reason: Reason, note: String, actor: String, at: Instant) {
        self.key = key
        self.lines = lines
        self.reason = reason
        self.note = note
        self.actor = actor
        self.at = at
    }

    /// True when it was done now, false when the key was known. Refuses when more would go than is free.
    public func run(with desk: StockDesk, in transaction: Transaction) throws -> Bool {
        guard lines.allSatisfy({ abs($0.units) <= Quantity.unitsMax }) else { throw Refusal(.invalid, "stock.too-many") }
        let number = try transaction.takeNumbers("stock_entries")
        let isNew = try transaction.execute(
            """
            INSERT INTO stock_entries (number, key, at, actor, reason, note) VALUES (\(number), \(key), \(at.milliseconds), \(actor), \(reason.rawValue), \(note))
            ON CONFLICT (key) DO NOTHING
            """)
        guard isNew > 0 else { return false }
        let variants = Set(lines.map(\.variant)).sorted()
        let locations = Set(lines.map(\.location)).sorted()
        var sheet = try desk.sheet(variants: variants, locations: locations, holders: [], in: transaction)
        var transfers: [Transfer] = []
        for line in lines { transfers += try sheet.change(line.units, of: line.variant, at: line.location, against: reason.against) }
        if !transfers.isEmpty {
            let posting = Posting(at: at, cause: .init("stock-entry", number), actor: actor, verb: reason.rawValue, note: note, transfers: transfers)
            try desk.ledger.post([posting], in: transaction)
        }
        try desk.save(sheet, new: [], promisedAt: { _ in at }, in: transaction)
        let more = Set(lines.filter { $0.units > 0 }.map(\.variant))
        try ServeWaiting(variants: more, verb: "reserve-on-receipt", actor: actor, at: at).run(with: desk, in: transaction)
        return true
    }
}
