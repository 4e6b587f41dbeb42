// SPDX-License-Identifier: Apache-2.0

import Access
import Availability
import Catalog
import Foundation
public import Inventory
import Journal
public import Ledger
public import Orders
public import SQLiteStorage
public import Storage
public import Vocabulary

/// The rooms on a real database file, with all their tables and nothing in them.
public struct Rooms: Sendable {
    /// When every test's day begins.
    public static let morning = Instant(seconds: 1_795_248_000)
    public static let migrator = Migrator(
        LedgerSchema.migrations + AccessSchema.migrations + JournalSchema.migrations + CatalogSchema.migrations + InventorySchema.migrations
            + OrdersSchema.migrations + AvailabilitySchema.migrations)

    public let path: String
    public let store: SQLiteStore
    public let ledger = LedgerBook(StockAccounts.kinds + MoneyAccounts.kinds)
    public var stock: StockDesk { StockDesk(ledger) }
    public var orders: OrderDesk { OrderDesk(stock) }

    fileprivate init(path: String) async throws {
        self.path = path
        store = try SQLiteStore(path: path)
        try await Self.migrator.run(on: store)
    }

    /// What the audits of all rooms find.
    public func violations() async throws -> [Violation] {
        let ledger = ledger
        return try await store.read { transaction in
            try ledger.audit(in: transaction) + StockLevels.audit(ledger: ledger, in: transaction) + OrderAudit.run(in: transaction)
        }
    }

    /// How many rows a table has.
    public func count(_ table: String) async throws -> Int {
        let text = "SELECT COUNT(*) FROM " + table
        return try await store.read { Int(try $0.number(SQL(text)) ?? 0) }
    }
}

/// Opens the rooms in a folder of their own, which goes when the test is over.
public func withRooms<Value>(_ body: (Rooms) async throws -> Value) async throws -> Value {
    try await withFolder { folder in
        let rooms = try await Rooms(path: folder + "/rooms.db")
        let value = try await body(rooms)
        try await rooms.store.close()
        return value
    }
}

/// A folder that goes when the test is over.
public func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tributary-rooms-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder.path)
}
