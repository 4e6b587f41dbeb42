// SPDX-License-Identifier: Apache-2.0

import Access
import Availability
import Catalog
import ChannelKit
import ChannelSync
import Foundation
import Inventory
import Journal
import Ledger
import Orders
import SQLiteStorage
import Storage
import Vocabulary
import Web

/// A hub on a real database file in a folder of its own, with three shops, a few articles and an owner. Everything in it was done by verbs.
struct TestHouse: Sendable {
    static let email = "owner@example.test"
    static let password = "a calm river in autumn"
    /// Hashed once: scrypt is slow on purpose.
    static let ownerHash = Result { try PasswordHash(new: password, salt: [UInt8](repeating: 3, count: 16)) }
    static let start = Instant(iso: "2026-11-20T10:00:00Z") ?? .distantPast

    let store: SQLiteStore
    let hub: Hub
    let clock: StandingClock
    let folder: URL
    let accounts: [ID<AccountKind>]
    let main: ID<LocationKind>
    let shelf: ID<LocationKind>

    init(withOwner: Bool = true) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tributary-web-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try SQLiteStore(path: folder.appending(path: "hub.db").path)
        clock = StandingClock(Self.start)
        hub = Hub(store: store, clock: clock)
        let migrations =
            LedgerSchema.migrations + AccessSchema.migrations + JournalSchema.migrations + CatalogSchema.migrations + InventorySchema.migrations
            + OrdersSchema.migrations + AvailabilitySchema.migrations + ChannelSyncSchema.migrations
        try await Migrator(migrations).run(on: store)
        let stock = hub.stock
        let now = Self.start - .days(2)
        (accounts, main, shelf) = try await store.write { transaction in
            if withOwner {
                _ = try PersonTable.add(email: Self.email, name: "Ada Owner", role: .owner, password: Self.ownerHash.get(), at: now, in: transaction)
            }
            let shops = [("shopify", "Riverbank Gifts"), ("woocommerce", "Gifts for Good"), ("amazon", "Amazon UK")]
            let accounts = try shops.map { channel, name in
                try ChannelAccountTable.add(
                    channel: channel, name: name,
                    settings: ChannelSettings(["address": "https://\(channel).example", "accessToken": "shpat_secret"]),
                    createsProducts: false, at: now, in: transaction)
            }
            let main = try LocationTable.create(name: "Main", priority: 1, in: transaction)
            let shelf = try LocationTable.create(name: "High Street", priority: 2, in: transaction)
            try Self.fill(accounts, main: main, shelf: shelf, stock: stock, at: now, in: transaction)
            return (accounts, main, shelf)
        }
    }

    static let articles: [(sku: String, title: String, units: Int)] = [
        ("MUG-BLUE", "Blue stoneware mug", 60), ("MUG-RED", "Red stoneware mug", 40), ("LANTERN", "Hanging tin lantern", 25),
        ("TEA-TIN", "Tea tin, Victorian", 80),
        ("CANDLE-S", "Small beeswax candle", 200), ("CANDLE-L", "Tall beeswax candle", 4), ("APRON", "Linen apron, striped", 12),
        ("BUNTING", "Party bunting, 5 m", 30),
        ("CLOCK", "Kitchen clock <b>cream</b>", 2), ("DOORMAT", "Doormat “Keep calm”", 18), ("FRAME-A5", "Oak picture frame A5", 55),
        ("GARLAND", "Felt star garland", 0),
    ]

    private static func fill(
        _ accounts: [ID<AccountKind>], main: ID<LocationKind>, shelf: ID<LocationKind>, stock: StockDesk, at now: Instant, in transaction: Transaction
    ) throws {
        var lines: [ChangeStock.Line] = []
        for article in articles {
            guard let sku = SKU(article.sku) else { continue }
            let variant = NewVariant(sku: sku, title: article.title, price: Money(minor: 695, .gbp))
            let ids = try VariantTable.create(title: article.title, variants: [variant], at: now, in: transaction)
            for id in ids where article.units > 0 {
                lines.append(.init(variant: id, location: main, units: article.units - article.units / 4))
                if article.units / 4 > 0 { lines.append(.init(variant: id, location: shelf, units: article.units / 4)) }
            }
        }
        if let set = SKU("TEA-SET"), let mug = SKU("MUG-BLUE"), let tin = SKU("TEA-TIN") {
            let bundle = NewVariant(sku: set, title: "Tea set for two", price: Money(minor: 1995, .gbp), components: [mug: 2, tin: 1])
            _ = try VariantTable.create(title: "Tea set for two", variants: [bundle], at: now, in: transaction)
        }
        _ = try ChangeStock(key: "opening", lines: lines, reason: .opening, note: "", actor: "import", at: now).run(with: stock, in: transaction)
        for account in accounts {
            let seen = (articles.map(\.sku) + ["TEA-SET"]).map { sku in
                SeenListing(
                    productKey: "p-\(sku)", variantKey: "v-\(sku)", stockKey: "s-\(sku)", sku: sku,
                    title: articles.first { $0.sku == sku }?.title ?? sku, gtin: nil,
                    price: Money(minor: 695, .gbp), options: [], isActive: true, isFulfilledByChannel: false, keepsCount: true)
            }
            _ = try SeeListings(account: account, seen: seen, createsProducts: false, at: now).run(in: transaction)
        }
    }

    /// Decides every quantity and lets the shops acknowledge them.
    func publish(acknowledge: Bool = true) async throws {
        let now = clock.now()
        let ledger = hub.ledger
        let accounts = accounts
        try await store.write { transaction in
            let all = try ProductList.page(limit: 500, in: transaction).items.map(\.id)
            try DecideQuantities(variants: all, at: now).run(ledger: ledger, in: transaction)
            guard acknowledge else { return }
            for account in accounts {
                let due = try PublicationTable.due(account: account, limit: 500, at: now, in: transaction).map(\.publication)
                try PublicationTable.sending(due.map { ($0.listing, $0.wanted) }, at: now, in: transaction)
                try PublicationTable.acknowledged(
                    due.map { .init(listing: $0.listing, quantity: $0.wanted, sales: $0.sales) }, at: now + .milliseconds(420), in: transaction)
                try SyncStreamTable.noteLag(account, milliseconds: 380 + account.number * 45, pushes: due.count, at: now, in: transaction)
                for name in SyncStream.Name.allCases { try SyncStreamTable.succeeded(account, name, at: now, in: transaction) }
            }
        }
    }
}
