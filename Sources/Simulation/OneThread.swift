// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Vocabulary

/// Runs every task of a simulation on the thread that asks it to, one piece at a time. Which of the pieces that are ready comes
/// next is chance, and the same chance for the same seed: so every order that the machine might choose is tried, and any of
/// them can be had again.
final class OneThread: TaskExecutor {
    private struct State {
        var ready: [UnownedJob] = []
        var chance: SplitMix64
        var pieces = 0
    }
    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(chance: SplitMix64(seed: seed))) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    /// Pieces run so far.
    var pieces: Int { state.withLock { $0.pieces } }

    /// Runs until nothing is ready: everybody waits for time, for a message or for each other.
    func runReady() {
        while let job = next() { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    private func next() -> UnownedJob? {
        state.withLock { state in
            guard !state.ready.isEmpty else { return nil }
            state.pieces += 1
            let place = state.ready.count == 1 ? 0 : state.chance.number(in: 0...(state.ready.count - 1))
            state.ready.swapAt(place, state.ready.count - 1)
            return state.ready.removeLast()
        }
    }
}
