// SPDX-License-Identifier: Apache-2.0

import GRDB
public import Storage
import Synchronization

/// A database in memory whose bodies run where they are called, for simulations on one thread: nothing runs beside, so the same
/// calls give the same rows in the same order.
///
/// A body waits for its turn once before it runs, as it would for a connection, so that other tasks may come first. The tripwire
/// is told of every step and may end the process that this store stands for: the transaction is rolled back, and from then on the
/// store answers nothing. What was committed is there for the store that is made by `restarted`.
public final class InlineStore: Store {
    /// Where in a transaction the process stands.
    public enum Step: Hashable, Sendable {
        /// About to run a statement.
        case statement
        /// Everything is written, nothing committed.
        case commit
        /// Committed, and nobody told.
        case committed
    }

    public let dialect = Dialect.sqlite
    public let signals = Signals()
    private let database: DatabaseQueue
    private let tripwire: @Sendable (Step) -> Bool
    private let state = Mutex(false)

    /// `tripwire` answers true where the process is to die.
    public convenience init(tripwire: @escaping @Sendable (Step) -> Bool = { _ in false }) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY") }
        do { self.init(try DatabaseQueue(configuration: configuration), tripwire: tripwire) } catch { throw SQLiteFailure.storageFailure(error) }
    }

    private init(_ database: DatabaseQueue, tripwire: @escaping @Sendable (Step) -> Bool) {
        self.database = database
        self.tripwire = tripwire
    }

    /// The process died here: every call from now on fails, and what is under way is undone.
    public var isDead: Bool { state.withLock { $0 } }
    public func die() { state.withLock { $0 = true } }

    /// The store that the next process opens, on what this one committed.
    public func restarted(tripwire: @escaping @Sendable (Step) -> Bool) -> InlineStore { InlineStore(database, tripwire: tripwire) }

    /// A copy of the committed rows, to begin another simulation from.
    public func copied(tripwire: @escaping @Sendable (Step) -> Bool = { _ in false }) throws -> InlineStore {
        let copy = try InlineStore(tripwire: tripwire)
        do { try database.backup(to: copy.database) } catch { throw SQLiteFailure.storageFailure(error) }
        return copy
    }

    public func read<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        await Task.yield()
        return try look(body)
    }

    /// A read without a turn: for whoever watches the simulation from outside.
    public func look<Value>(_ body: (Transaction) throws -> Value) throws -> Value {
        guard !isDead else { throw Self.dead }
        return try database.inDatabase { database in
            do { return try body(Transaction(SQLiteConnection(database), dialect: .sqlite)) } catch { throw SQLiteFailure.storageFailure(error) }
        }
    }

    public func write<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        await Task.yield()
        guard !isDead else { throw Self.dead }
        let (value, signalled) = try database.inDatabase { database in
            do { return try commit(body, on: database) } catch {
                if database.isInsideTransaction { try? database.rollback() }
                throw SQLiteFailure.storageFailure(error)
            }
        }
        signals.signal(signalled)
        return value
    }

    public func close() async throws {}

    private func commit<Value>(_ body: (Transaction) throws -> Value, on database: Database) throws -> (Value, Set<String>) {
        let connection = SQLiteConnection(database)
        let transaction = Transaction(WatchedConnection(connection) { [self] in try pass(.statement) }, dialect: .sqlite)
        try connection.begin()
        let value = try body(transaction)
        try pass(.commit)
        try connection.commit()
        try pass(.committed)
        return (value, transaction.signals)
    }

    private func pass(_ step: Step) throws {
        if !isDead, tripwire(step) { die() }
        if isDead { throw Self.dead }
    }

    private static let dead = StorageFailure.other("the process has died")
}

/// Tells of each statement before it runs.
private final class WatchedConnection: Connection {
    private let connection: SQLiteConnection
    private let before: () throws -> Void

    init(_ connection: SQLiteConnection, before: @escaping () throws -> Void) {
        self.connection = connection
        self.before = before
    }

    func execute(_ sql: Storage.SQL) throws -> Int {
        try before()
        return try connection.execute(sql)
    }

    func execute(_ text: String, each arguments: [[SQLValue]]) throws -> Int {
        try before()
        return try connection.execute(text, each: arguments)
    }

    func query(_ sql: Storage.SQL, _ body: (any Storage.Row) throws -> Void) throws {
        try before()
        try connection.query(sql, body)
    }
}
