// SPDX-License-Identifier: Apache-2.0

import Synchronization
public import Vocabulary

/// The present as a process counts it, whatever is done to the machine's clock meanwhile: it never goes back.
///
/// The machine's time of day can be set, by a person or by a time server that finds it wrong; its other clock, which counts since it was switched
/// on, cannot. Set forward, the time of day is followed at once. Set back, it is waited for: until it has caught up, time goes a tenth slower here, so that
/// what is due in nine minutes is done in ten, and nothing stands still for as long as the clock was set back.
public final class SteadyClock: Sendable {
    private struct State {
        /// Both in microseconds: what is told, and the steady clock when it was told.
        var told: Int64
        var steady: Int64
    }
    private let state: Mutex<State>
    private let timeOfDay: @Sendable () -> Instant
    private let steady: @Sendable () -> Int64

    /// - Parameters:
    ///   - timeOfDay: may jump.
    ///   - steady: microseconds since some moment; never goes back.
    public init(timeOfDay: @escaping @Sendable () -> Instant, steady: @escaping @Sendable () -> Int64) {
        self.timeOfDay = timeOfDay
        self.steady = steady
        state = Mutex(State(told: timeOfDay().milliseconds * 1000, steady: steady()))
    }

    public func now() -> Instant {
        let (day, steady) = (timeOfDay().milliseconds * 1000, steady())
        let told = state.withLock { state in
            let gone = max(0, steady - state.steady)
            state.told = day >= state.told + gone ? day : max(day, state.told + gone / 10 * 9)
            // Microseconds that are left over are not lost.
            state.steady = max(state.steady, steady - gone % 10)
            return state.told
        }
        return Instant(milliseconds: told / 1000)
    }

    /// Returns once `now()` has reached the moment, whatever was done to the time of day meanwhile.
    public func wait(until moment: Instant, pause: @Sendable (Span) async throws -> Void) async throws {
        try Task.checkCancellation()
        while true {
            let left = moment - now()
            guard left.milliseconds > 0 else { return }
            try await pause(left)
        }
    }
}
