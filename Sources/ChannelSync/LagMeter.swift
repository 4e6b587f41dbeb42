// SPDX-License-Identifier: Apache-2.0

import Synchronization
public import Vocabulary

/// How long a changed quantity takes from the moment the hub decides it until a channel confirms it.
///
/// The clock is one of its own: where a demo drives the hub's time from event to event, only the machine's tells how fast the hub is.
public final class LagMeter: Sendable {
    private struct State {
        var decided: [ID<VariantKind>: Instant] = [:]
        /// How often each lag was seen, by milliseconds; what took longer counts as a minute.
        var counts = [Int](repeating: 0, count: LagMeter.longest + 1)
        var total = 0
    }
    private static let longest = 60_000
    private let clock: any TimeSource
    private let state = Mutex(State())

    public init(clock: any TimeSource) { self.clock = clock }

    /// The stock of these variants changed, and what channels should show was decided anew.
    func decided(_ variants: some Sequence<ID<VariantKind>>) {
        let now = clock.now()
        state.withLock { state in for variant in variants { state.decided[variant] = now } }
    }

    /// A channel confirmed the newest quantities of these variants; the longest wait among them, in milliseconds. Nil when none
    /// of them was decided since the start.
    func acknowledged(_ variants: some Sequence<ID<VariantKind>>) -> Int64? {
        let now = clock.now()
        return state.withLock { state in
            var longest: Int64?
            for variant in variants {
                guard let since = state.decided[variant] else { continue }
                let lag = max(0, (now - since).milliseconds)
                state.counts[min(Self.longest, Int(lag))] += 1
                state.total += 1
                longest = max(longest ?? 0, lag)
            }
            return longest
        }
    }

    /// The lag that so many of a hundred pushes stayed within, in milliseconds; nil when there were none.
    public func percentile(_ percent: Int) -> Int? {
        state.withLock { state in
            guard state.total > 0 else { return nil }
            let wanted = max(1, (state.total * percent + 99) / 100)
            var seen = 0
            for (lag, count) in state.counts.enumerated() {
                seen += count
                if seen >= wanted { return lag }
            }
            return Self.longest
        }
    }
}
