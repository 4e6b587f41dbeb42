// SPDX-License-Identifier: Apache-2.0

public import Catalog
public import Inventory
public import Ledger
public import Storage
import Vocabulary

/// A variant with its stock and what its channels show. Changes nothing.
public struct StockRow: Sendable {
    public var variant: Variant
    /// By location, in the order they are asked; empty for a bundle.
    public var levels: [StockLevel]
    /// Units promised that are nowhere.
    public var short: Int
    /// What may be promised now: for a bundle, how many can be made.
    public var availableToPromise: Int
    public var publications: [Publication]
}

/// What a merchant should look at, most pressing first.
public struct StockAlerts: Sendable {
    public struct Item: Sendable {
        public var variant: Variant
        public var units: Int
    }
    /// Promised and nowhere.
    public var short: [Item] = []
    /// Nothing free while units are promised: demand that finds an empty shelf.
    public var soldOut: [Item] = []
    public var low: [Item] = []
}

/// Reads stock across variants. Changes nothing.
public enum StockOverview {
    public static func rows(of variants: [Variant], ledger: LedgerBook, in transaction: Transaction) throws -> [StockRow] {
        let bundles = try VariantTable.bundles(in: transaction)
        let service = try LocationTable.service(in: transaction)
        let locations = service.locations.map(\.id)
        var reading = StockReading(ledger: ledger, locations: locations)
        return try variants.map { variant in
            let levels = variant.isBundle ? [] : try StockLevels.levels(of: variant.id, locations: locations, ledger: ledger, in: transaction)
            return StockRow(
                variant: variant, levels: levels, short: try StockLevels.short(of: variant.id, in: transaction),
                availableToPromise: try reading.availableToPromise(variant.id, for: nil, bundles, service, in: transaction),
                publications: try PublicationTable.publications(of: variant.id, in: transaction))
        }
    }

    /// Variants that are short, sold out with demand, or down to `threshold` units, at most `limit` of each.
    public static func alerts(threshold: Int, limit: Int, ledger: LedgerBook, in transaction: Transaction) throws -> StockAlerts {
        let locations = Set(try LocationTable.all(in: transaction).filter(\.sellsOnline).map(\.id.number))
        var free: [ID<VariantKind>: Int] = [:]
        for (account, balance) in try ledger.balances(ofKind: StockAccounts.available, in: transaction) where locations.contains(account.owner) {
            if let variant = account.unit.variant { free[variant, default: 0] += Int(balance) }
        }
        var held: [ID<VariantKind>: Int] = [:]
        for (account, balance) in try ledger.balances(ofKind: StockAccounts.reserved, in: transaction) where locations.contains(account.owner) {
            if let variant = account.unit.variant { held[variant, default: 0] += Int(balance) }
        }
        let short = try transaction.all("SELECT variant, SUM(units) FROM shortages GROUP BY variant ORDER BY 2 DESC, 1") {
            (ID<VariantKind>($0.integer(0)), $0.int(1))
        }
        let isShort = Set(short.map(\.0))
        let soldOut = held.filter { $0.value > 0 && free[$0.key] ?? 0 == 0 && !isShort.contains($0.key) }.map { ($0.key, $0.value) }
        let low = free.filter { $0.value > 0 && $0.value <= threshold }.map { ($0.key, $0.value) }
        func items(_ pairs: [(ID<VariantKind>, Int)]) throws -> [StockAlerts.Item] {
            try pairs.prefix(limit).compactMap { id, units in
                try VariantTable.find(id, in: transaction).map { StockAlerts.Item(variant: $0, units: units) }
            }
        }
        return StockAlerts(
            short: try items(short), soldOut: try items(soldOut.sorted { ($1.1, $0.0) < ($0.1, $1.0) }),
            low: try items(low.sorted { ($0.1, $0.0) < ($1.1, $1.0) }))
    }
}
