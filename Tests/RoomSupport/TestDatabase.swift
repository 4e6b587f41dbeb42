// SPDX-License-Identifier: Apache-2.0

public import Foundation
import PostgresStorage
import PostgresSupport
import SQLiteStorage
public import Storage

/// A database of a test's own, of the engine that it runs on.
public final class TestDatabase: Sendable {
    public let engine = Engine.current
    /// What `--database` would be given.
    public let address: String
    /// The folder of the embedded engine's file; gone with the database.
    public let folder: String
    private let name: String

    /// Makes a database: empty, or with the tables of the migrator. The template's name tells migrators apart.
    public init(_ migrator: (name: String, steps: Migrator)? = nil) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tributary-rooms-\(UUID().uuidString)").path
        switch engine {
        case .sqlite:
            name = folder + "/rooms.db"
            address = "sqlite:" + name
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            if let migrator {
                let store = try SQLiteStore(path: name)
                try await migrator.steps.run(on: store)
                try await store.close()
            }
        case .postgres:
            let server = try TestServer.shared()
            if let migrator {
                let template = try await server.template(migrator.name) { address in
                    let store = try await PostgresStore.open(address, isListening: false)
                    try await migrator.steps.run(on: store)
                    try await store.close()
                }
                name = try await server.makeDatabase(like: template)
            } else {
                name = try await server.makeDatabase()
            }
            address = server.url(name)
        }
    }

    /// A store on it, as another process would open one.
    public func open() async throws -> any Store {
        switch engine {
        case .sqlite: try SQLiteStore(path: name)
        case .postgres: try await PostgresStore.open(TestServer.shared().address(name), isListening: false)
        }
    }

    /// What is in its files.
    public func bytes() async throws -> Data {
        switch engine {
        case .sqlite: try Data(contentsOf: URL(fileURLWithPath: name)) + Data(contentsOf: URL(fileURLWithPath: name + "-wal"))
        case .postgres: try await TestServer.shared().bytes(of: name)
        }
    }

    public func remove() async throws {
        switch engine {
        case .sqlite: try FileManager.default.removeItem(atPath: folder)
        case .postgres: try await TestServer.shared().drop(name)
        }
    }

    /// The same for whoever cannot wait: a `deinit`.
    public func removeLater() { Task { try await remove() } }
}

/// A database of the running engine that goes when the test is over.
public func withDatabase<Value>(
    _ migrator: (name: String, steps: Migrator)? = nil, _ body: (TestDatabase) async throws -> Value
) async throws -> Value {
    let database = try await TestDatabase(migrator)
    do {
        let value = try await body(database)
        try await database.remove()
        return value
    } catch {
        try? await database.remove()
        throw error
    }
}

/// A store on an empty database of the running engine.
public func withStore<Value>(_ body: (any Store) async throws -> Value) async throws -> Value {
    try await withDatabase { database in
        let store = try await database.open()
        do {
            let value = try await body(store)
            try await store.close()
            return value
        } catch {
            try? await store.close()
            throw error
        }
    }
}
