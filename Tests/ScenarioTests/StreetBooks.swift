// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelKit
import ChannelSync
import House
import Inventory
import Journal
import Ledger
import Orders
import Storage
import Synchronization
import Vocabulary

/// What the hub and the shops say when they are asked.
extension ShopStreet {
    func variant(_ sku: String) async throws -> ID<VariantKind> { try await hub.store.read { try VariantTable.find(sku: SKU(sku)!, in: $0)!.id } }

    func stock(_ sku: String, at location: ID<LocationKind>? = nil) async throws -> (available: Int, reserved: Int, short: Int) {
        try await hub.store.read { transaction in
            let variant = try VariantTable.find(sku: SKU(sku)!, in: transaction)!.id
            let places = try location.map { [$0] } ?? LocationTable.all(in: transaction).map(\.id)
            let levels = try StockLevels.levels(of: variant, locations: places, ledger: self.hub.ledger, in: transaction)
            return (
                levels.reduce(0) { $0 + $1.available }, levels.reduce(0) { $0 + $1.reserved }, try StockLevels.short(of: variant, in: transaction)
            )
        }
    }

    /// What an account of the ledger holds of the article, over all locations.
    func balance(_ sku: String, _ kind: BalanceKind) async throws -> Int {
        let variant = try await variant(sku)
        return try await hub.store.read { transaction in
            try self.hub.ledger.balances(of: LedgerUnit(variant: variant), in: transaction).filter { $0.account.kindNumber == kind.number }.reduce(0)
            { $0 + Int($1.balance) }
        }
    }

    func shelves(_ sku: String) async -> [Int] {
        var units: [Int] = []
        for twin in twins { units.append(await twin.shelf[sku] ?? -1) }
        return units
    }

    func orders() async throws -> [Order] {
        try await hub.store.read { transaction in
            try transaction.all("SELECT number FROM orders ORDER BY number") { ID<OrderKind>($0.integer(0)) }
                .compactMap { try OrderReader.record($0, in: transaction)?.order }
        }
    }

    /// The shop's newest order as the hub knows it.
    func order(_ shop: Int) async throws -> Order {
        let mine = try await orders().filter { $0.account == account(shop) }
        guard let newest = mine.last else { throw Stuck.waitedTooLong("no order of shop \(shop)") }
        return newest
    }

    func exceptions() async throws -> [String] { try await hub.store.read { try Exceptions.list(in: $0).map(\.kind) } }

    /// What is not as it should be at the end of a day: violations of the audit, and shelves that show something else than the hub wants.
    func differences() async throws -> [String] {
        var found = try await Audit.run(hub).map { "\($0)" }
        let wanted = try await hub.store.read { transaction in
            try transaction.all(
                "SELECT l.account, l.sku, p.wanted, p.acknowledged FROM publications p JOIN listings l ON l.number = p.listing WHERE l.is_active = 1 ORDER BY 1, 2"
            ) { (shop: $0.int(0) - 1, sku: $0.optionalText(1) ?? "", wanted: $0.int(2), acknowledged: $0.optionalInt(3)) }
        }
        for row in wanted {
            let shown = await twins[row.shop].shelf[row.sku]
            if shown != row.wanted {
                found.append("shop \(row.shop) shows \(shown.map(String.init) ?? "nothing") of \(row.sku), wanted \(row.wanted)")
            }
        }
        let parked = try await hub.store.read {
            try $0.all("SELECT key, reason FROM jobs WHERE state = 2") { "job \($0.text(0)) is parked: \($0.text(1))" }
        }
        return found + parked
    }

    /// The order as its shop tells it when asked.
    func look(_ shop: Int, _ externalID: String) async throws -> ChannelOrder {
        let entry = Self.shops[shop]
        let connector = try ChannelRegistry.connectors.connect(entry.channel, await twins[shop].settings)
        let line = AccountLine(connector: connector, transport: StreetTransport(twins: twins, clock: clock), clock: clock, seed: 99)
        let found = Mutex<ChannelOrder?>(nil)
        try await line.run(for: .order, { $0.order(externalID, $1) }) { facts in
            for case .order(let order) in facts { found.withLock { $0 = order } }
        }
        guard let order = found.withLock({ $0 }) else { throw Stuck.waitedTooLong("shop \(shop) has no order \(externalID)") }
        return order
    }
}
