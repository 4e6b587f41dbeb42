// SPDX-License-Identifier: Apache-2.0

import Catalog
import Inventory
public import Ledger
import SQLiteStorage
public import Storage
public import Vocabulary

/// Places, articles and goods, made the way the program makes them.
extension Rooms {
    public func location(_ name: String = "Main", priority: Int = 1, sellsOnline: Bool = true) async throws -> ID<LocationKind> {
        try await store.write { try LocationTable.create(name: name, priority: priority, sellsOnline: sellsOnline, in: $0) }
    }

    public func article(_ sku: String, of components: [String: Int] = [:]) async throws -> ID<VariantKind> {
        try await store.write { try Self.article(sku, of: components, in: $0) }
    }

    public static func article(_ sku: String, of components: [String: Int] = [:], in transaction: Transaction) throws -> ID<VariantKind> {
        func known(_ text: String) throws -> SKU {
            guard let sku = SKU(text) else { throw Refusal(.invalid, "test.bad-sku", ["sku": text]) }
            return sku
        }
        var parts: [SKU: Int] = [:]
        for (sku, units) in components { parts[try known(sku)] = units }
        let variant = NewVariant(sku: try known(sku), title: "Article " + sku, price: Money(minor: 695, .gbp), components: parts)
        return try VariantTable.create(title: "Article " + sku, variants: [variant], at: morning, in: transaction)[0]
    }

    /// Goods come in (or, negative, are lost). True when the key was new.
    @discardableResult
    public func receive(_ units: Int, of variant: ID<VariantKind>, at location: ID<LocationKind>, key: String, moment: Instant = morning) async throws
        -> Bool
    {
        let stock = stock
        return try await store.write { transaction in
            let line = ChangeStock.Line(variant: variant, location: location, units: units)
            return try ChangeStock(key: key, lines: [line], reason: units < 0 ? .lost : .received, note: "", actor: "test", at: moment)
                .run(with: stock, in: transaction)
        }
    }

    /// Every balance of the variant at the location that is not zero, by the account's name: `["available": 7, "suppliers": -7]`.
    public func balances(of variant: ID<VariantKind>, at location: ID<LocationKind>) async throws -> [String: Int] {
        let ledger = ledger
        return try await store.read { try Self.balances(of: LedgerUnit(variant: variant), owner: location.number, ledger, in: $0) }
    }

    /// The same of money: `["receivable": 1200, "sales": -1000, "tax": -200]`.
    public func money(of account: ID<AccountKind>, _ currency: Currency = .gbp) async throws -> [String: Int] {
        let ledger = ledger
        return try await store.read { try Self.balances(of: LedgerUnit(currency: currency), owner: account.number, ledger, in: $0) }
    }

    public static func balances(of unit: LedgerUnit, owner: Int64, _ ledger: LedgerBook, in transaction: Transaction) throws -> [String: Int] {
        var balances: [String: Int] = [:]
        for (account, balance) in try ledger.balances(of: unit, in: transaction) where account.owner == owner && balance != 0 {
            balances[ledger.name(of: account)] = Int(balance)
        }
        return balances
    }
}
