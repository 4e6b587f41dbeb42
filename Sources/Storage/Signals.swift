// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Tells tasks of this process that something was committed, so that they need not look again and again.
///
/// A signal carries nothing: who is woken reads the tables. One that comes while nobody waits is not lost, because a
/// waiter says which count it has already seen.
public final class Signals: Sendable {
    private struct State {
        var counts: [String: UInt64] = [:]
        /// Signals that were for every name.
        var everything: UInt64 = 0
        var waiters: [UInt64: (names: [String], continuation: CheckedContinuation<Void, Never>)] = [:]
        var nextWaiter: UInt64 = 0

        func count(of names: [String]) -> UInt64 { names.reduce(everything) { $0 + (counts[$1] ?? 0) } }
    }
    private let state = Mutex(State())

    public init() {}

    /// How often the names have been signalled so far.
    public func count(of names: [String]) -> UInt64 {
        state.withLock { $0.count(of: names) }
    }

    public func signal(_ names: Set<String>) {
        guard !names.isEmpty else { return }
        let woken = state.withLock { state in
            for name in names { state.counts[name, default: 0] += 1 }
            let due = state.waiters.filter { $0.value.names.contains(where: names.contains) }
            for key in due.keys { state.waiters[key] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Wakes everybody: something may have been committed elsewhere, and nobody knows what.
    public func signalEverything() {
        let woken = state.withLock { state in
            state.everything += 1
            defer { state.waiters = [:] }
            return state.waiters.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Returns as soon as the names have been signalled more often than `seen`, or when the task is cancelled.
    public func wait(for names: [String], after seen: UInt64) async {
        let key = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.count(of: names) > seen || Task.isCancelled { return true }
                    state.waiters[key] = (names, continuation)
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: key) }
            waiter?.continuation.resume()
        }
    }
}
