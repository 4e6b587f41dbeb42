// SPDX-License-Identifier: Apache-2.0

/// One numbered step of the schema. Steps are never changed once released: a later one mends an earlier one.
///
/// Steps expand before they contract, so that the previous program still runs on the new schema.
public struct Migration: Sendable {
    public var number: Int
    public var name: String
    /// Statements separated by semicolons at line ends, in SQLite's words.
    public var text: String

    public init(_ number: Int, _ name: String, _ text: String) {
        self.number = number
        self.name = name
        self.text = text
    }
}

/// Brings a database to the present schema, each step in a transaction of its own together with its mark.
public struct Migrator: Sendable {
    public var migrations: [Migration]

    public init(_ migrations: [Migration]) {
        self.migrations = migrations.sorted { $0.number < $1.number }
        precondition(Set(migrations.map(\.number)).count == migrations.count, "two migrations share a number")
    }

    /// Applies what is missing and tells the names of what was applied. A database that is up to date is only read: who may not change its
    /// schema may run this, too.
    @discardableResult
    public func run(on store: any Store) async throws -> [String] {
        var done = try await store.read { try Self.done(in: $0) }
        if done == nil {
            try await store.write { transaction in
                let marks = "CREATE TABLE IF NOT EXISTS migrations (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL) STRICT"
                try transaction.execute(SQL(transaction.dialect.schema(marks)))
                let sequences = "CREATE TABLE IF NOT EXISTS sequences (name TEXT NOT NULL PRIMARY KEY, next INTEGER NOT NULL) STRICT"
                try transaction.execute(SQL(transaction.dialect.schema(sequences)))
            }
            done = try await store.read { try Self.done(in: $0) }
        }
        if let newest = done?.max(), let known = migrations.last?.number, newest > known {
            throw StorageFailure.newer(found: newest, known: known)
        }
        var applied: [String] = []
        for migration in migrations where done?.contains(migration.number) != true {
            let isNew = try await store.write { transaction in
                // Another process may have come first.
                guard try transaction.count("SELECT COUNT(*) FROM migrations WHERE number = \(migration.number)") == 0 else { return false }
                let text = transaction.dialect.schema(migration.text)
                for statement in Self.statements(in: text) { try transaction.execute(SQL(statement)) }
                try transaction.execute("INSERT INTO migrations (number, name) VALUES (\(migration.number), \(migration.name))")
                return true
            }
            if isNew { applied.append(migration.name) }
        }
        return applied
    }

    /// The numbers of the steps that were taken; nil while there is no table of them.
    private static func done(in transaction: Transaction) throws -> Set<Int>? {
        guard try transaction.count(transaction.dialect.tables(named: "sequences")) > 0 else { return nil }
        return try Set(transaction.all("SELECT number FROM migrations") { $0.int(0) })
    }

    /// Splits at semicolons that end a line: enough for a schema, and it never cuts a trigger's body that is written on one line.
    static func statements(in text: String) -> [String] {
        var statements: [String] = []
        var current = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            current += line + "\n"
            if line.last == ";" {
                statements.append(String(current.dropLast(2)))
                current = ""
            }
        }
        if current.contains(where: { !$0.isWhitespace }) { statements.append(current) }
        return statements
    }
}
