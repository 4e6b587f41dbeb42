// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Storage
import Synchronization

/// A body that waits for its connection, with its caller's continuation. Run by one thread, as often as it takes; answered once, by
/// whoever comes first: the thread that ran it, or the deadline while nobody had begun.
final class PendingWork: @unchecked Sendable {
    let deadline: Deadline
    private let body: (Transaction) throws -> Void
    private let resume: ((any Error)?) -> Void
    private var refusal: (any Error)?

    init<Value: Sendable>(
        _ deadline: Deadline, _ body: @escaping @Sendable (Transaction) throws -> Value, _ continuation: CheckedContinuation<Value, any Error>
    ) {
        self.deadline = deadline
        var value: Value?
        self.body = { value = try body($0) }
        resume = { error in
            if let error { continuation.resume(throwing: error) } else { continuation.resume(returning: value!) }
        }
    }

    func run(_ transaction: Transaction) throws {
        refusal = nil
        try body(transaction)
    }
    /// The body threw: it hears of it after the others' commit.
    func refuse(_ error: any Error) { refusal = error }
    func finish() { resume(refusal) }
    func fail(_ error: any Error) { resume(error) }
}

/// What waits for a thread. Who waits past its deadline is told so, whatever the threads are at.
final class WorkQueue: Sendable {
    private struct State {
        var waiting: [PendingWork] = []
        var idle = 0
        var isClosed = false
    }
    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)

    /// False when the queue is closed.
    func add(_ work: PendingWork) -> Bool {
        let isOpen = state.withLock { state in
            if !state.isClosed { state.waiting.append(work) }
            return !state.isClosed
        }
        if isOpen { bell.signal() }
        return isOpen
    }

    /// Waits for work and takes up to `count`; nothing when the queue is closed and empty.
    func take(_ count: Int) -> [PendingWork] {
        while true {
            let (taken, isClosed) = state.withLock { state -> ([PendingWork], Bool) in
                let taken = Array(state.waiting.prefix(count))
                state.waiting.removeFirst(taken.count)
                if taken.isEmpty { state.idle += 1 }
                return (taken, state.isClosed)
            }
            if !taken.isEmpty || isClosed { return taken }
            bell.wait()
            state.withLock { $0.idle -= 1 }
        }
    }

    /// Whether more wait than there are threads that have nothing to do.
    var isUnderstaffed: Bool { state.withLock { $0.waiting.count > $0.idle } }

    /// Takes out whoever waits past its deadline.
    func takeExpired() -> [PendingWork] {
        state.withLock { state in
            let expired = state.waiting.filter(\.deadline.isPast)
            if !expired.isEmpty { state.waiting.removeAll { work in expired.contains { $0 === work } } }
            return expired
        }
    }

    var isEmpty: Bool { state.withLock { $0.waiting.isEmpty } }

    func close(threads: Int) {
        state.withLock { $0.isClosed = true }
        for _ in 0..<threads { bell.signal() }
    }
}
