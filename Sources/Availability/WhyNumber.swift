// SPDX-License-Identifier: Apache-2.0

public import Catalog
public import Inventory
public import Ledger
public import Storage
public import Vocabulary

/// Why a stock number is what it is, or was at a moment: the transfers that made it, each with its cause, and the balance after it.
public struct WhyStock: Sendable {
    public enum Number: String, Hashable, Sendable, CaseIterable { case available, reserved, onHand = "on-hand" }

    public struct Step: Sendable {
        public var line: LedgerLine
        /// What the number gained (positive) or lost.
        public var change: Int
        public var balance: Int
    }
    public var number: Number
    public var value: Int
    /// The newest steps, oldest of them first.
    public var steps: [Step]
    /// The balance before the first step shown; 0 when all are shown.
    public var opening: Int

    /// For all locations when none is named.
    public init(
        _ number: Number, of variant: ID<VariantKind>, at location: ID<LocationKind>?, until moment: Instant?, limit: Int, ledger: LedgerBook,
        in transaction: Transaction
    ) throws {
        let kinds: [BalanceKind] =
            switch number {
            case .available: [StockAccounts.available]
            case .reserved: [StockAccounts.reserved]
            case .onHand: [StockAccounts.available, StockAccounts.reserved]
            }
        let locations = try location.map { [$0] } ?? LocationTable.all(in: transaction).map(\.id)
        var wanted: Set<Account> = []
        for location in locations { for kind in kinds { wanted.insert(StockAccounts.account(variant, location, kind)) } }
        let unit = LedgerUnit(variant: variant)
        let balances = try moment.map { try ledger.balances(of: unit, at: $0, in: transaction) } ?? ledger.balances(of: unit, in: transaction)
        self.number = number
        value = balances.reduce(0) { $0 + (wanted.contains($1.account) ? Int($1.balance) : 0) }
        let lines = try ledger.history(of: unit, until: moment, limit: limit, in: transaction)
        let moves = lines.compactMap { line -> (LedgerLine, Int)? in
            let change = (wanted.contains(line.transfer.to) ? 1 : 0) - (wanted.contains(line.transfer.from) ? 1 : 0)
            return change == 0 ? nil : (line, change * Int(line.transfer.amount))
        }
        opening = value - moves.reduce(0) { $0 + $1.1 }
        var running = opening
        steps = []
        for (line, change) in moves {
            running += change
            steps.append(Step(line: line, change: change, balance: running))
        }
    }
}

/// Why a channel is to show a quantity: what is free of each component, what is already promised, and the rule.
public struct WhyPublished: Sendable {
    public struct Part: Sendable {
        public var variant: Variant
        /// Units of it that one of the listed variant takes.
        public var units: Int
        /// Free units at each location that serves the account.
        public var free: [(location: Location, units: Int)]
        public var short: Int
        /// Free less short, never below zero.
        public var promisable: Int
        public var makeable: Int
    }
    public var listing: Listing
    public var parts: [Part]
    public var availableToPromise: Int
    public var rule: PublishRule
    /// What the figures and the rule give.
    public var computed: Int
    /// The most that it may still sell unheard; nil when nobody knows.
    public var exposure: Int?
    /// Where it stands now; nil when nothing was ever decided for it.
    public var publication: Publication?
    public var history: [PublicationEvent]

    /// At a past moment the free units are those of the ledger; rules are today's, because only the ledger keeps its past, and what nobody had yet is not known.
    public init(_ listing: Listing, variant: ID<VariantKind>, until moment: Instant?, now: Instant, ledger: LedgerBook, in transaction: Transaction)
        throws
    {
        let bundles = try VariantTable.bundles(in: transaction)
        let service = try LocationTable.service(in: transaction)
        let serving = service.locations(for: listing.account)
        self.listing = listing
        parts = []
        for part in bundles.shelfUnits(of: variant, units: 1) {
            guard let component = try VariantTable.find(part.component, in: transaction) else { continue }
            let unit = LedgerUnit(variant: part.component)
            let balances = try moment.map { try ledger.balances(of: unit, at: $0, in: transaction) } ?? ledger.balances(of: unit, in: transaction)
            let known = Dictionary(balances.map { ($0.account, Int($0.balance)) }, uniquingKeysWith: { $1 })
            var free: [ID<LocationKind>: Int] = [:]
            for location in serving { free[location] = known[StockAccounts.account(part.component, location, StockAccounts.available)] ?? 0 }
            let short = moment == nil ? service.shortage(try StockLevels.shortages(of: part.component, in: transaction), at: serving) : 0
            let units = AvailableToPromise.units(free: free, short: short, locations: serving)
            let named = service.locations.filter { serving.contains($0.id) }.map { (location: $0, units: free[$0.id] ?? 0) }
            parts.append(
                Part(variant: component, units: part.units, free: named, short: short, promisable: units, makeable: units / max(1, part.units)))
        }
        availableToPromise = parts.map(\.makeable).min() ?? 0
        rule = try PublishRuleTable.rules(in: transaction).rule(for: listing.account, variant)
        computed = rule.quantity(ofAvailable: availableToPromise).units
        publication = try PublicationTable.publication(of: listing.id, in: transaction)
        exposure = try ExposureTable.exposure(of: listing.id, in: transaction).units
        history = try PublicationTable.history(of: listing.id, until: moment ?? now, limit: 50, in: transaction)
    }
}
