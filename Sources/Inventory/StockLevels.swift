// SPDX-License-Identifier: Apache-2.0

public import Ledger
public import Storage
public import Vocabulary

/// What a location has of a variant.
public struct StockLevel: Hashable, Sendable {
    public var location: ID<LocationKind>
    public var available: Int
    public var reserved: Int
    public var onHand: Int { available + reserved }
}

/// Reads stock. Changes nothing.
public enum StockLevels {
    public static func levels(of variant: ID<VariantKind>, locations: [ID<LocationKind>], ledger: LedgerBook, in transaction: Transaction) throws
        -> [StockLevel]
    {
        var levels: [StockLevel] = []
        for location in locations {
            let available = StockAccounts.account(variant, location, StockAccounts.available)
            let reserved = StockAccounts.account(variant, location, StockAccounts.reserved)
            let balances = try ledger.balances(of: [available, reserved], in: transaction)
            levels.append(StockLevel(location: location, available: Int(balances[available] ?? 0), reserved: Int(balances[reserved] ?? 0)))
        }
        return levels
    }

    /// Units promised that are nowhere yet.
    public static func short(of variant: ID<VariantKind>, in transaction: Transaction) throws -> Int {
        try transaction.count("SELECT SUM(units) FROM shortages WHERE variant = \(variant.number)")
    }

    /// Those units by the account that promised them.
    public static func shortages(of variant: ID<VariantKind>, in transaction: Transaction) throws -> [ID<AccountKind>?: Int] {
        var units: [ID<AccountKind>?: Int] = [:]
        try transaction.forEach("SELECT account, SUM(units) FROM shortages WHERE variant = \(variant.number) GROUP BY account") { row in
            let account: ID<AccountKind>? = row.optionalInteger(0).map { ID($0) }
            units[account] = row.int(1)
        }
        return units
    }

    /// Reserved balances that differ from the open reservations: there must be none.
    public static func audit(ledger: LedgerBook, in transaction: Transaction) throws -> [Violation] {
        var sums: [Account: Int64] = [:]
        try transaction.forEach("SELECT variant, location, SUM(units) FROM reservations GROUP BY variant, location") { row in
            sums[StockAccounts.account(ID(row.integer(0)), ID(row.integer(1)), StockAccounts.reserved)] = row.integer(2)
        }
        var violations: [Violation] = []
        var seen: Set<Account> = []
        for (account, balance) in try ledger.balances(ofKind: StockAccounts.reserved, in: transaction) {
            seen.insert(account)
            if sums[account] ?? 0 != balance {
                violations.append(
                    Violation(
                        "reserved-differs",
                        "variant \(account.unit.number) at \(account.owner): reserved \(balance), reservations \(sums[account] ?? 0)"))
            }
        }
        for (account, units) in sums where !seen.contains(account) {
            violations.append(Violation("reserved-differs", "variant \(account.unit.number) at \(account.owner): reserved 0, reservations \(units)"))
        }
        return violations
    }
}
