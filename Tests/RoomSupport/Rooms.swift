// SPDX-License-Identifier: Apache-2.0

import Access
import Availability
import Catalog
import Foundation
public import Inventory
import Journal
public import Ledger
public import Orders
public import Storage
public import Vocabulary

/// The rooms on a real database of the running engine, with all their tables and nothing in them.
public struct Rooms: Sendable {
    /// When every test's day begins.
    public static let morning = Instant(seconds: 1_795_248_000)
    public static let migrator = Migrator(
        LedgerSchema.migrations + AccessSchema.migrations + JournalSchema.migrations + CatalogSchema.migrations + InventorySchema.migrations
            + OrdersSchema.migrations + AvailabilitySchema.migrations)

    public let database: TestDatabase
    public let store: any Store
    public let ledger = LedgerBook(StockAccounts.kinds + MoneyAccounts.kinds)
    public var stock: StockDesk { StockDesk(ledger) }
    public var orders: OrderDesk { OrderDesk(stock) }

    fileprivate init(_ database: TestDatabase) async throws {
        self.database = database
        store = try await database.open()
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
    try await withDatabase(("rooms", Rooms.migrator)) { database in
        let rooms = try await Rooms(database)
        do {
            let value = try await body(rooms)
            try await rooms.store.close()
            return value
        } catch {
            try? await rooms.store.close()
            throw error
        }
    }
}

/// A folder that goes when the test is over.
public func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tributary-rooms-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder.path)
}
