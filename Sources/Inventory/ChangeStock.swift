// SPDX-License-Identifier: Apache-2.0

public import Ledger
public import Storage
public import Vocabulary

/// Stock changes without an order: goods received, a count, a loss, a find, a move between locations.
///
/// Every change has a reason and a key; the same key changes stock once, however often it is asked. Those who wait are
/// served at once, the oldest promise first.
public struct ChangeStock: Sendable {
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        case received, found, returned, lost, damaged, counted, opening

        /// The account that the units come from or go to.
        var against: BalanceKind {
            switch self {
            case .received, .opening: StockAccounts.suppliers
            case .returned: StockAccounts.buyers
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
        var waiting: [ID<VariantKind>: [StockSheet.Claim]] = [:]
        for variant in variants { waiting[variant] = try desk.waiting(for: variant, in: transaction) }
        let holders = Set(waiting.values.joined().map(\.holder)).sorted()
        var sheet = try desk.sheet(variants: variants, locations: locations, holders: holders, in: transaction)
        let promises = try promises(of: holders, in: transaction)
        var postings: [Posting] = []
        var transfers: [Transfer] = []
        for line in lines { transfers += try sheet.change(line.units, of: line.variant, at: line.location, against: reason.against) }
        if !transfers.isEmpty {
            postings.append(
                Posting(at: at, cause: .init("stock-entry", number), actor: actor, verb: reason.rawValue, note: note, transfers: transfers))
        }
        for line in lines where line.units > 0 {
            for (claim, transfer) in sheet.fill(waiting[line.variant] ?? [], at: line.location) {
                postings.append(Posting(at: at, cause: .init("order", claim.holder.number), actor: actor, verb: "reserve-on-receipt", transfers: [transfer]))
            }
        }
        try desk.ledger.post(postings, in: transaction)
        try desk.save(sheet, new: [], promisedAt: { promises[$0] ?? at }, in: transaction)
        return true
    }

    /// The moments at which those who wait were promised, so that serving a part does not send them to the end of the line.
    private func promises(of holders: [ID<OrderKind>], in transaction: Transaction) throws -> [ID<OrderKind>: Instant] {
        var promises: [ID<OrderKind>: Instant] = [:]
        for holder in holders {
            promises[holder] = try transaction.number("SELECT MIN(promised_at) FROM shortages WHERE holder = \(holder.number)").map { Instant(milliseconds: $0) }
        }
        return promises
    }
}
