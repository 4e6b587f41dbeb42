// SPDX-License-Identifier: Apache-2.0

import GRDB
public import Storage
import Synchronization

/// The embedded database: one file (beside its write-ahead log), one writer, many readers.
///
/// Every commit is durable (`synchronous=FULL`). Writers that wait at the same time share one commit: each body runs
/// in a savepoint, and one flush to the disk serves them all.
public final class SQLiteStore: Store {
    public let dialect = Dialect.sqlite
    public let signals = Signals()
    private let pool: DatabasePool
    private let queue = Mutex(WriteQueue())

    /// The most bodies one commit gathers, so that the first is not kept waiting by a crowd behind it.
    static let commitBodiesMax = 256

    private struct WriteQueue {
        var waiting: [PendingWrite] = []
        var isDraining = false
    }

    /// Opens the file, making it when it is missing. Throws `StorageFailure` when it cannot be opened.
    public init(path: String) throws {
        var configuration = Configuration()
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA foreign_keys=ON")
            try database.execute(sql: "PRAGMA temp_store=MEMORY")
            // For each connection. Readers share what the system keeps of the file; the writer, who touches the same pages again and again, has more.
            try database.execute(sql: "PRAGMA cache_size=-2000")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                // After the pool is made: the pool sets its writer to NORMAL, which flushes no commit to the disk.
                try database.execute(sql: "PRAGMA synchronous=FULL")
                try database.execute(sql: "PRAGMA cache_size=-8000")
                try database.execute(sql: "PRAGMA wal_autocheckpoint=4000")
            }
        } catch { throw SQLiteFailure.storageFailure(error) }
    }

    public func read<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            pool.asyncRead { result in
                continuation.resume(
                    with: Result {
                        do {
                            return try body(Transaction(SQLiteConnection(try result.get()), dialect: .sqlite))
                        } catch { throw SQLiteFailure.storageFailure(error) }
                    })
            }
        }
    }

    public func write<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let pending = PendingWrite(body, continuation)
            let mustDrain = queue.withLock { queue in
                queue.waiting.append(pending)
                defer { queue.isDraining = true }
                return !queue.isDraining
            }
            if mustDrain { pool.asyncWriteWithoutTransaction { self.drain($0) } }
        }
    }

    public func close() async throws { try pool.close() }

    /// Commits what waits, group by group, until nothing waits.
    private func drain(_ database: Database) {
        while true {
            let group = queue.withLock { queue -> [PendingWrite] in
                guard !queue.waiting.isEmpty else {
                    queue.isDraining = false
                    return []
                }
                let count = min(queue.waiting.count, Self.commitBodiesMax)
                defer { queue.waiting.removeFirst(count) }
                return Array(queue.waiting.prefix(count))
            }
            guard !group.isEmpty else { return }
            commit(group, on: database)
        }
    }

    private func commit(_ group: [PendingWrite], on database: Database) {
        let connection = SQLiteConnection(database)
        var signalled: Set<String> = []
        var finished = 0
        do {
            try connection.begin()
            for pending in group {
                signalled.formUnion(try run(pending, alone: group.count == 1, on: connection))
                finished += 1
            }
            try connection.commit()
        } catch {
            if database.isInsideTransaction { try? database.rollback() }
            let failure = SQLiteFailure.storageFailure(error)
            for pending in group { pending.fail(failure) }
            return
        }
        signals.signal(signalled)
        for pending in group { pending.finish() }
    }

    /// Runs a body; what it throws undoes only its own savepoint. Throws when the database itself is in trouble.
    private func run(_ pending: PendingWrite, alone: Bool, on connection: SQLiteConnection) throws -> Set<String> {
        let transaction = Transaction(connection, dialect: .sqlite)
        try connection.run("SAVEPOINT body")
        do {
            try pending.run(transaction)
            try connection.run("RELEASE body")
            return transaction.signals
        } catch {
            pending.refuse(SQLiteFailure.storageFailure(error))
            try connection.run("ROLLBACK TO body")
            try connection.run("RELEASE body")
            return []
        }
    }
}
