// SPDX-License-Identifier: Apache-2.0

public import Ledger
public import Storage
public import Vocabulary

/// Loads a stock sheet for a piece of work and writes back what the rules changed. The only writer of `reservations` and `shortages`.
public struct StockDesk: Sendable {
    /// Signalled when the stock of some variant changed; the variants are in `stock_changes`.
    public static let signal = "stock"
    public let ledger: LedgerBook

    public init(_ ledger: LedgerBook) { self.ledger = ledger }

    /// When a holder was promised its units, and the channel account that promised them; nil when none did.
    public struct Promise: Hashable, Sendable {
        public var at: Instant
        public var account: ID<AccountKind>?
        public init(at: Instant, account: ID<AccountKind>?) {
            self.at = at
            self.account = account
        }
    }

    /// The stock of the variants at all locations, held until the transaction ends, and what the holders hold of them.
    public func sheet(
        variants: some Sequence<ID<VariantKind>>, locations: [ID<LocationKind>], holders: [ID<OrderKind>], in transaction: Transaction
    ) throws -> StockSheet {
        let places = variants.flatMap { variant in locations.map { StockSheet.Place(variant, $0) } }
        var accounts: [Account] = []
        for place in places { accounts.append(StockAccounts.account(place.variant, place.location, StockAccounts.available)) }
        let balances = try ledger.balances(of: accounts, in: transaction)
        var available: [StockSheet.Place: Int] = [:]
        for (place, account) in zip(places, accounts) { available[place] = Int(balances[account] ?? 0) }
        var held: [StockSheet.Claim: [ID<LocationKind>: Int]] = [:]
        var short: [StockSheet.Claim: Int] = [:]
        for holder in holders {
            try transaction.forEach("SELECT line, variant, location, units FROM reservations WHERE holder = \(holder.number)") { row in
                held[.init(holder, line: row.int(0), ID(row.integer(1))), default: [:]][ID(row.integer(2))] = row.int(3)
            }
            try transaction.forEach("SELECT line, variant, units FROM shortages WHERE holder = \(holder.number)") { row in
                short[.init(holder, line: row.int(0), ID(row.integer(1)))] = row.int(2)
            }
        }
        return StockSheet(available: available, held: held, short: short)
    }

    /// Writes the reservations and shortages that the rules changed. The transfers they told have to be posted in the same transaction.
    public func save(
        _ sheet: StockSheet, new holders: Set<ID<OrderKind>>, promisedAt: (ID<OrderKind>) -> Instant,
        account: (ID<OrderKind>) -> ID<AccountKind>? = { _ in nil }, in transaction: Transaction
    ) throws {
        let touched = sheet.touched.sorted()
        let old = touched.filter { !holders.contains($0.holder) }
        let keys = old.map { claim -> [SQLValue] in [.integer(claim.holder.number), .integer(claim.line), .integer(claim.variant.number)] }
        try transaction.execute("DELETE FROM reservations WHERE holder = ? AND line = ? AND variant = ?", each: keys)
        try transaction.execute("DELETE FROM shortages WHERE holder = ? AND line = ? AND variant = ?", each: keys)
        var reservations: [[SQLValue]] = []
        var shortages: [[SQLValue]] = []
        for claim in touched {
            let key: [SQLValue] = [.integer(claim.holder.number), .integer(claim.line), .integer(claim.variant.number)]
            for (location, units) in (sheet.held[claim] ?? [:]).sorted(by: { $0.key < $1.key }) {
                reservations.append(key + [.integer(location.number), .integer(units)])
            }
            guard let units = sheet.short[claim] else { continue }
            shortages.append(key + [.integer(units), .integer(promisedAt(claim.holder).milliseconds), .optional(account(claim.holder)?.number)])
        }
        try transaction.execute("INSERT INTO reservations (holder, line, variant, location, units) VALUES (?, ?, ?, ?, ?)", each: reservations)
        try transaction.execute(
            "INSERT INTO shortages (holder, line, variant, units, promised_at, account) VALUES (?, ?, ?, ?, ?, ?)", each: shortages)
        try StockChanges.mark(sheet.moved, in: transaction)
    }

    /// Who waits for the variant, the oldest promise first.
    public func waiting(for variant: ID<VariantKind>, in transaction: Transaction) throws -> [(claim: StockSheet.Claim, promise: Promise)] {
        try transaction.all(
            "SELECT holder, line, promised_at, account FROM shortages WHERE variant = \(variant.number) ORDER BY promised_at, holder, line"
        ) { row in
            (
                StockSheet.Claim(ID(row.integer(0)), line: row.int(1), variant),
                Promise(at: Instant(milliseconds: row.integer(2)), account: row.optionalInteger(3).map { ID($0) })
            )
        }
    }
}
