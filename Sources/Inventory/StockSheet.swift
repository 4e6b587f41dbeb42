// SPDX-License-Identifier: Apache-2.0

public import Ledger
public import Vocabulary

/// The stock of some variants and who holds it, as a value. Every stock rule is a pure change of a sheet that tells the
/// transfers it means; the desk loads a sheet, lets the rules work and writes what changed.
///
/// Demand is taken from the sheet as it is planned, so two lines that share a component can never be promised the same unit.
public struct StockSheet: Sendable {
    /// A variant at a location.
    public struct Place: Hashable, Comparable, Sendable {
        public var variant: ID<VariantKind>
        public var location: ID<LocationKind>
        public init(_ variant: ID<VariantKind>, _ location: ID<LocationKind>) {
            self.variant = variant
            self.location = location
        }
        public static func < (left: Self, right: Self) -> Bool { (left.variant, left.location) < (right.variant, right.location) }
    }

    /// One line of an order and one variant it takes from the shelf.
    public struct Claim: Hashable, Comparable, Sendable {
        public var holder: ID<OrderKind>
        public var line: Int
        public var variant: ID<VariantKind>
        public init(_ holder: ID<OrderKind>, line: Int, _ variant: ID<VariantKind>) {
            self.holder = holder
            self.line = line
            self.variant = variant
        }
        public static func < (left: Self, right: Self) -> Bool {
            (left.holder, left.line, left.variant) < (right.holder, right.line, right.variant)
        }
    }

    public private(set) var available: [Place: Int]
    public private(set) var held: [Claim: [ID<LocationKind>: Int]]
    public private(set) var short: [Claim: Int]
    /// Claims whose reservations or shortage changed, and variants whose stock did.
    public private(set) var touched: Set<Claim> = []
    public private(set) var moved: Set<ID<VariantKind>> = []

    public init(available: [Place: Int] = [:], held: [Claim: [ID<LocationKind>: Int]] = [:], short: [Claim: Int] = [:]) {
        self.available = available
        self.held = held
        self.short = short
    }

    public func reserved(for claim: Claim) -> Int { held[claim]?.values.reduce(0, +) ?? 0 }
    /// Units the claim holds or waits for.
    public func promised(to claim: Claim) -> Int { reserved(for: claim) + (short[claim] ?? 0) }

    /// Makes the claims of one order hold exactly these units, from these locations in their order.
    ///
    /// What must be added comes from one location when one has all that the order still needs, otherwise from several;
    /// what is nowhere becomes a shortage. What is too much is given up: shortages first, then the location asked last.
    public mutating func hold(_ wanted: [(claim: Claim, units: Int)], from locations: [ID<LocationKind>]) -> [Transfer] {
        var transfers: [Transfer] = []
        var missing: [(claim: Claim, units: Int)] = []
        for (claim, units) in wanted {
            precondition(units >= 0, "a claim never holds less than nothing")
            let promised = promised(to: claim)
            if units < promised { transfers += giveUp(promised - units, of: claim, asked: locations) }
            if units > promised { missing.append((claim, units - promised)) }
        }
        guard !missing.isEmpty else { return transfers }
        let whole = wholeLocation(for: missing, among: locations)
        for (claim, units) in missing {
            var left = units
            for location in whole.map({ [$0] }) ?? locations where left > 0 {
                let taken = min(left, max(0, available[Place(claim.variant, location)] ?? 0))
                guard taken > 0 else { continue }
                transfers.append(reserve(taken, claim, at: location))
                left -= taken
            }
            if left > 0 {
                short[claim, default: 0] += left
                touched.insert(claim)
                moved.insert(claim.variant)
            }
        }
        return transfers
    }

    /// The first location that has everything, summed by variant: a cart is split only when it must be.
    private func wholeLocation(for missing: [(claim: Claim, units: Int)], among locations: [ID<LocationKind>]) -> ID<LocationKind>? {
        var sums: [ID<VariantKind>: Int] = [:]
        for (claim, units) in missing { sums[claim.variant, default: 0] += units }
        return locations.first { location in sums.allSatisfy { (available[Place($0.key, location)] ?? 0) >= $0.value } }
    }

    private mutating func reserve(_ units: Int, _ claim: Claim, at location: ID<LocationKind>) -> Transfer {
        available[Place(claim.variant, location), default: 0] -= units
        held[claim, default: [:]][location, default: 0] += units
        touched.insert(claim)
        moved.insert(claim.variant)
        return transfer(claim.variant, location, StockAccounts.available, StockAccounts.reserved, units)
    }

    private mutating func giveUp(_ units: Int, of claim: Claim, asked locations: [ID<LocationKind>]) -> [Transfer] {
        var left = units
        let fromShort = min(left, short[claim] ?? 0)
        if fromShort > 0 {
            setShort(claim, (short[claim] ?? 0) - fromShort)
            left -= fromShort
        }
        var transfers: [Transfer] = []
        for location in heldLocations(of: claim, asked: locations).reversed() where left > 0 {
            let given = min(left, held[claim]?[location] ?? 0)
            guard given > 0 else { continue }
            take(given, from: claim, at: location)
            available[Place(claim.variant, location), default: 0] += given
            transfers.append(transfer(claim.variant, location, StockAccounts.reserved, StockAccounts.available, given))
            left -= given
        }
        precondition(left == 0, "a claim gives up only what it holds")
        return transfers
    }

    /// Where the claim holds units, in the order the locations are asked; others follow by number.
    private func heldLocations(of claim: Claim, asked: [ID<LocationKind>]) -> [ID<LocationKind>] {
        let holding = held[claim] ?? [:]
        return asked.filter { holding[$0] != nil } + holding.keys.filter { !asked.contains($0) }.sorted()
    }

    /// Units of the claim leave for the buyer: what it holds first, then free stock. What is nowhere was on the shelf all
    /// the same, or it could not have left: it is found (`adjustments`) and told, so that a person looks.
    public mutating func ship(_ units: Int, of claim: Claim, from locations: [ID<LocationKind>]) -> (transfers: [Transfer], found: Int) {
        var left = units
        var transfers: [Transfer] = []
        for location in heldLocations(of: claim, asked: locations) where left > 0 {
            let sent = min(left, held[claim]?[location] ?? 0)
            guard sent > 0 else { continue }
            take(sent, from: claim, at: location)
            transfers.append(transfer(claim.variant, location, StockAccounts.reserved, StockAccounts.buyers, sent))
            left -= sent
        }
        // What leaves without having been held is no longer waited for.
        let wait = short[claim] ?? 0
        if left > 0, wait > 0 { setShort(claim, wait - min(wait, left)) }
        for location in locations where left > 0 {
            let sent = min(left, max(0, available[Place(claim.variant, location)] ?? 0))
            guard sent > 0 else { continue }
            available[Place(claim.variant, location), default: 0] -= sent
            transfers.append(transfer(claim.variant, location, StockAccounts.available, StockAccounts.buyers, sent))
            left -= sent
        }
        moved.insert(claim.variant)
        if left > 0, let location = locations.first {
            transfers.append(transfer(claim.variant, location, StockAccounts.adjustments, StockAccounts.buyers, left))
        }
        return (transfers, left)
    }

    /// Units come back from a buyer fit for sale.
    public mutating func restock(_ units: Int, of variant: ID<VariantKind>, at location: ID<LocationKind>) -> [Transfer] {
        guard units > 0 else { return [] }
        available[Place(variant, location), default: 0] += units
        moved.insert(variant)
        return [transfer(variant, location, StockAccounts.buyers, StockAccounts.available, units)]
    }

    /// Units that the claim holds are lost: they leave the shelf for good.
    public mutating func writeOff(_ units: Int, of claim: Claim, from locations: [ID<LocationKind>]) -> [Transfer] {
        var left = units
        var transfers: [Transfer] = []
        for location in heldLocations(of: claim, asked: locations) where left > 0 {
            let lost = min(left, held[claim]?[location] ?? 0)
            guard lost > 0 else { continue }
            take(lost, from: claim, at: location)
            transfers.append(transfer(claim.variant, location, StockAccounts.reserved, StockAccounts.adjustments, lost))
            left -= lost
        }
        if left > 0 { setShort(claim, max(0, (short[claim] ?? 0) - left)) }
        return transfers
    }

    /// Free units change without an order: goods in, a count, a loss. Throws when more would go than is free.
    public mutating func change(
        _ units: Int, of variant: ID<VariantKind>, at location: ID<LocationKind>, against kind: BalanceKind
    ) throws(Refusal) -> [Transfer] {
        let place = Place(variant, location)
        let free = available[place] ?? 0
        guard free + units >= 0 else {
            throw Refusal(.conflict, "stock.not-enough", ["available": String(free), "wanted": String(-units)])
        }
        guard units != 0 else { return [] }
        available[place] = free + units
        moved.insert(variant)
        return [
            units > 0
                ? transfer(variant, location, kind, StockAccounts.available, units)
                : transfer(variant, location, StockAccounts.available, kind, -units)
        ]
    }

    /// Gives free units at the location to those who wait for the variant, the oldest promise first.
    public mutating func fill(_ waiting: [Claim], at location: ID<LocationKind>) -> [(claim: Claim, transfer: Transfer)] {
        var filled: [(claim: Claim, transfer: Transfer)] = []
        for claim in waiting {
            let units = min(short[claim] ?? 0, max(0, available[Place(claim.variant, location)] ?? 0))
            guard units > 0 else { continue }
            setShort(claim, (short[claim] ?? 0) - units)
            filled.append((claim, reserve(units, claim, at: location)))
        }
        return filled
    }

    private mutating func take(_ units: Int, from claim: Claim, at location: ID<LocationKind>) {
        let left = (held[claim]?[location] ?? 0) - units
        held[claim]?[location] = left == 0 ? nil : left
        if held[claim]?.isEmpty == true { held[claim] = nil }
        touched.insert(claim)
        moved.insert(claim.variant)
    }

    private mutating func setShort(_ claim: Claim, _ units: Int) {
        short[claim] = units == 0 ? nil : units
        touched.insert(claim)
        moved.insert(claim.variant)
    }

    private func transfer(_ variant: ID<VariantKind>, _ location: ID<LocationKind>, _ from: BalanceKind, _ to: BalanceKind, _ units: Int) -> Transfer
    {
        Transfer(
            from: StockAccounts.account(variant, location, from), to: StockAccounts.account(variant, location, to), amount: Int64(units))
    }
}
