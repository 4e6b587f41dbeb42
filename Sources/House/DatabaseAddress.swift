// SPDX-License-Identifier: Apache-2.0

public import Availability
public import ChannelSync
import Foundation
import Inventory
import PostgresStorage
import SQLiteStorage
public import Storage
public import Vocabulary

/// Where the data is: `sqlite:PATH`, or `postgres://user:password@host:port/name`.
public struct DatabaseAddress: Hashable, Sendable, CustomStringConvertible {
    private enum Engine: Hashable, Sendable {
        case sqlite(path: String)
        case postgres(PostgresAddress, migrator: PostgresAddress?)
    }
    private let engine: Engine
    /// A server that may lose what it has acknowledged is used all the same.
    private let acceptsUnsafe: Bool

    /// Refuses an address of another engine. `migrator` is the same PostgreSQL database under the role that owns its tables: only that one
    /// changes the schema then, and says what the other may do.
    public init(_ text: String, migrator: String? = nil, acceptsUnsafe: Bool = false) throws(Refusal) {
        self.acceptsUnsafe = acceptsUnsafe
        if text.hasPrefix("sqlite:"), text.count > 7, migrator == nil {
            engine = .sqlite(path: String(text.dropFirst(7)))
            return
        }
        guard let address = PostgresAddress(text) else { throw Self.refusal(of: text) }
        guard let migrator else {
            engine = .postgres(address, migrator: nil)
            return
        }
        guard let other = PostgresAddress(migrator), other.user != address.user else { throw Self.refusal(of: migrator) }
        engine = .postgres(address, migrator: other)
    }

    private static func refusal(of text: String) -> Refusal { Refusal(.invalid, "database.bad-address", ["address": shown(text)]) }

    /// What was typed, for whoever typed it. An address that has a place for a password is not repeated.
    public static func shown(_ text: String) -> String {
        guard let scheme = text.range(of: "://") else { return text }
        return text[..<scheme.upperBound] + "…"
    }

    public var description: String {
        switch engine {
        case .sqlite(let path): "sqlite:\(path)"
        case .postgres(let address, _): address.description
        }
    }

    /// Opens the database, bringing it to the present schema; a new one begins with a location and the policy.
    public func open(clock: any TimeSource, beginsWith policy: SellingPolicy = .ofNewHub) async throws -> Hub {
        try await Hub.open(try await openStore(), clock: clock, beginsWith: policy)
    }

    /// Opens the database with the present schema and nothing else in it when it is new: for what is to be carried there.
    public func openBare() async throws -> any Store {
        let store = try await openStore()
        do { try await Schema.migrator.run(on: store) } catch {
            try? await store.close()
            throw error
        }
        return store
    }

    /// Whether there is a database with tables in it already.
    public func isThere() async throws -> Bool {
        switch engine {
        case .sqlite(let path): return FileManager.default.fileExists(atPath: path)
        case .postgres(let address, let migrator): return try await PostgresStore.hasTable("migrations", at: migrator ?? address)
        }
    }

    private func openStore() async throws -> any Store {
        switch engine {
        case .sqlite(let path):
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            return try SQLiteStore(path: path)
        case .postgres(let address, let migrator):
            do {
                if let migrator { try await migrate(as: migrator, for: address) }
                return try await PostgresStore.open(address, acceptsUnsafe: acceptsUnsafe)
            } catch let server as UnsafeServer { throw Self.refusal(of: server) }
        }
    }

    private func migrate(as owner: PostgresAddress, for address: PostgresAddress) async throws {
        let store = try await PostgresStore.open(owner, acceptsUnsafe: acceptsUnsafe, isListening: false)
        do {
            try await Schema.migrator.run(on: store)
            if let role = address.user { try await store.grant(to: role, appendOnly: Schema.appendOnly) }
        } catch {
            try? await store.close()
            throw error
        }
        try await store.close()
    }

    private static func refusal(of server: UnsafeServer) -> Refusal {
        let values = ["settings": server.settings.joined(separator: ", ")]
        return server.isAcceptable ? Refusal(.invalid, "database.unsafe", values) : Refusal(.invalid, "database.not-utf8", values)
    }
}

extension Hub {
    /// Brings the store to the present schema; a new one begins with a location and the policy.
    public static func open(_ store: any Store, clock: any TimeSource, beginsWith policy: SellingPolicy = .ofNewHub) async throws -> Hub {
        let hub = Hub(store: store, clock: clock)
        try await Schema.migrator.run(on: store)
        try await store.write { transaction in
            guard try LocationTable.all(in: transaction).isEmpty else { return }
            _ = try LocationTable.create(name: "Main", priority: 1, in: transaction)
            try SellingPolicyTable.set(policy, in: transaction)
        }
        return hub
    }
}
