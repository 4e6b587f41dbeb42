// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
public import Vocabulary

/// A clock that runs as fast as the demo wants: at a multiple of the machine's time, or driven from event to event.
///
/// Everything in a demo (twins, hub, rate limits, polls) lives by this one clock, so a year of business passes in a
/// minute with every limit and horizon as it would be in the year.
public final class DemoClock: TimeSource {
    private struct Waiter {
        var moment: Instant
        var continuation: CheckedContinuation<Void, any Error>
    }
    private struct State {
        var origin: Instant
        var realOrigin: Double
        /// Nil: time moves only when it is driven.
        var speed: Double?
        var waiters: [UInt64: Waiter] = [:]
        var nextKey: UInt64 = 0
        var holds: [UInt64: Instant] = [:]
    }
    private let state: Mutex<State>

    public init(start: Instant, speed: Double?) {
        state = Mutex(State(origin: start, realOrigin: ProcessInfo.processInfo.systemUptime, speed: speed))
    }

    private static func now(_ state: State) -> Instant {
        guard let speed = state.speed else { return state.origin }
        return state.origin + .milliseconds(Int64((ProcessInfo.processInfo.systemUptime - state.realOrigin) * 1000 * speed))
    }

    public func now() -> Instant { state.withLock { Self.now($0) } }

    /// The next moment that somebody waits for.
    public var nextMoment: Instant? { state.withLock { $0.waiters.values.map(\.moment).min() } }

    public var speed: Double? { state.withLock { $0.speed } }

    /// From now on time runs so many times as fast as the machine's. Moments never go back.
    public func run(atSpeed speed: Double) {
        state.withLock { state in
            state.origin = Self.now(state)
            state.realOrigin = ProcessInfo.processInfo.systemUptime
            state.speed = max(0.01, speed)
        }
    }

    public func hold() -> TimeHold {
        state.withLock { state in
            state.nextKey += 1
            state.holds[state.nextKey] = Self.now(state)
            return TimeHold(number: state.nextKey)
        }
    }

    public func release(_ hold: TimeHold) { state.withLock { $0.holds[hold.number] = nil } }

    /// How far driven time may go now: so far beyond the oldest work that is under way, and as far as one likes when there is none.
    public func limit(beyondHolds slack: Span) -> Instant {
        state.withLock { state in state.holds.values.min().map { $0 + slack } ?? Instant(milliseconds: .max) }
    }

    /// Moves driven time forward and wakes who waited for it.
    public func advance(to moment: Instant) {
        state.withLock { $0.origin = max($0.origin, moment) }
        wakeDue()
    }

    public func wait(until moment: Instant) async throws {
        let key = state.withLock { state in
            state.nextKey += 1
            return state.nextKey
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let outcome = state.withLock { state -> Bool? in
                    if Task.isCancelled { return false }
                    if Self.now(state) >= moment { return true }
                    state.waiters[key] = Waiter(moment: moment, continuation: continuation)
                    return nil
                }
                guard let outcome else { return }
                if outcome { continuation.resume() } else { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: key) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Wakes who waited for moments that have come.
    public func wakeDue() {
        let due = state.withLock { state in
            let now = Self.now(state)
            var due: [(key: UInt64, waiter: Waiter)] = []
            for (key, waiter) in state.waiters where waiter.moment <= now { due.append((key, waiter)) }
            due.sort { ($0.waiter.moment, $0.key) < ($1.waiter.moment, $1.key) }
            for (key, _) in due { state.waiters[key] = nil }
            return due.map(\.waiter)
        }
        for waiter in due { waiter.continuation.resume() }
    }

    /// Keeps a running clock's promises: looks a hundred times a second who is due.
    public func tick() async {
        while !Task.isCancelled {
            wakeDue()
            try? await Task.sleep(for: .milliseconds(10))
        }
    }
}
