// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Vocabulary

/// Ends the hub's process at a chosen step of its database: before a statement, before a commit, or after one and before anybody is told.
final class Fuse: Sendable {
    private struct State {
        var left: Int?
        var isBurnt = false
        var restart = Span.seconds(1)
    }
    private let state = Mutex(State())

    func light(after steps: Int, restart: Span) {
        state.withLock { state in
            state.left = steps
            state.restart = restart
        }
    }

    /// Asked at every step; true at the one where the process dies.
    func burns() -> Bool {
        state.withLock { state in
            guard let left = state.left else { return false }
            state.left = left - 1
            guard left <= 0 else { return false }
            state.left = nil
            state.isBurnt = true
            return true
        }
    }

    /// What was lit burns no further.
    func putOut() { state.withLock { $0.left = nil } }

    var isBurnt: Bool { state.withLock { $0.isBurnt } }
    var restart: Span { state.withLock { $0.restart } }
    func reset() {
        state.withLock { state in
            state.left = nil
            state.isBurnt = false
        }
    }
}
