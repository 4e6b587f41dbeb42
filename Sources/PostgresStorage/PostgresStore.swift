// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
public import Storage
import Synchronization

/// A PostgreSQL database that any number of processes share.
///
/// One transaction writes at a time, in the whole database: bodies read and then write, and the ledger is one chain. Bodies that wait in a
/// process at the same moment share one transaction and one commit, each with a savepoint of its own. Readers see one moment each, on
/// connections and threads of their own, and wait for no writer. Every wait has an end (`PostgresLimits`) that is a `StorageFailure` of the moment.
public final class PostgresStore: Store {
    public let dialect = Dialect.postgres
    public let signals = Signals()
    private let address: PostgresAddress
    private let limits: PostgresLimits
    private let writes = WorkQueue()
    private let reads = WorkQueue()
    private let closing = Closing()
    private let threads = DispatchGroup()
    private let readers = Mutex(0)

    /// Connects once, so that an address that is wrong is told at once, and sees to it that commits are kept and can be settled.
    ///
    /// Throws `UnsafeServer` when the server may lose what it has acknowledged, unless that is accepted, and `StorageFailure` when it cannot
    /// be reached. `isListening`: commits of other processes wake who waits here.
    public static func open(
        _ address: PostgresAddress, limits: PostgresLimits = PostgresLimits(), acceptsUnsafe: Bool = false, isListening: Bool = true
    ) async throws -> PostgresStore {
        try await beside { try Greeting.run(address, limits, acceptsUnsafe: acceptsUnsafe) }
        return PostgresStore(address, limits, isListening: isListening)
    }

    /// Whether the database has a table of that name; looks, and changes nothing.
    public static func hasTable(_ name: String, at address: PostgresAddress) async throws -> Bool {
        try await beside { try Greeting.hasTable(name, address, PostgresLimits()) }
    }

    /// On a thread of its own: connecting waits.
    private static func beside<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { done in Thread { done.resume(with: Result { try work() }) }.start() }
    }

    private init(_ address: PostgresAddress, _ limits: PostgresLimits, isListening: Bool) {
        self.address = address
        self.limits = limits
        let (writes, reads, signals, closing, writer) = (self.writes, self.reads, self.signals, self.closing, WriterName())
        start { GroupCommitter(address, limits, queue: writes, signals: signals, writer: writer).run() }
        if isListening { start { Listener(address, limits, signals: signals, writer: writer, closing: closing).run() } }
        start {
            // Who waits for a thread that is held up is told when its patience is over.
            while !closing.wait(.milliseconds(100)) {
                for work in writes.takeExpired() + reads.takeExpired() {
                    work.fail(StorageFailure.busy("no connection to the database was free in time"))
                }
            }
        }
    }

    deinit { end() }

    public func read<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let work = PendingWork(Deadline(after: limits.patience), body, continuation)
            guard reads.add(work) else { return work.fail(Self.closed) }
            if reads.isUnderstaffed { hireReader() }
        }
    }

    public func write<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let work = PendingWork(Deadline(after: limits.patience), body, continuation)
            if !writes.add(work) { work.fail(Self.closed) }
        }
    }

    public func close() async throws {
        end()
        await withCheckedContinuation { done in threads.notify(queue: .global()) { done.resume() } }
    }

    private static let closed = StorageFailure.other("the store is closed")

    private func end() {
        writes.close(threads: 1)
        reads.close(threads: limits.readers)
        closing.begin()
    }

    private func hireReader() {
        let isWanted = readers.withLock { count in
            guard count < self.limits.readers else { return false }
            count += 1
            return true
        }
        guard isWanted else { return }
        let (address, limits, reads) = (self.address, self.limits, self.reads)
        start { Reader(address, limits, queue: reads).run() }
    }

    private func start(_ work: @escaping @Sendable () -> Void) {
        let threads = self.threads
        threads.enter()
        Thread {
            work()
            threads.leave()
        }.start()
    }
}

/// Tells the threads of a store that it ends.
final class Closing: Sendable {
    private let state = Mutex(false)
    private let bell = DispatchSemaphore(value: 0)

    var hasBegun: Bool { state.withLock { $0 } }
    func begin() {
        state.withLock { $0 = true }
        bell.signal()
    }
    /// Waits so long, or until it begins; tells whether it has.
    func wait(_ duration: DispatchTimeInterval) -> Bool {
        _ = bell.wait(timeout: .now() + duration)
        return hasBegun
    }
}
