// SPDX-License-Identifier: Apache-2.0

import Clocks
import Synchronization
import Vocabulary

/// The clock of the machine that the hub runs on: somebody sets it, and each life of the hub makes of it what the program makes of it.
final class SimulatedClock: TimeSource {
    private let street: DemoClock
    /// By how much the machine's time of day is wrong; shared by all lives.
    final class Error: Sendable {
        private let span = Mutex(Span.milliseconds(0))
        func add(_ more: Span) { span.withLock { $0 = $0 + more } }
        var value: Span { span.withLock { $0 } }
    }
    private let steady: SteadyClock

    init(_ street: DemoClock, error: Error) {
        self.street = street
        steady = SteadyClock(timeOfDay: { street.now() + error.value }, steady: { street.now().milliseconds * 1000 })
    }

    func now() -> Instant { steady.now() }

    func wait(until moment: Instant) async throws {
        try await steady.wait(until: moment) { [street] in try await street.wait($0) }
    }

    func hold() -> TimeHold { street.hold() }
    func release(_ hold: TimeHold) { street.release(hold) }
}
