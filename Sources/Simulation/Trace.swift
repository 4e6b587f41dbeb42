// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Crypto
import Synchronization
import Vocabulary

/// What happened, as one hash: two runs that differ in anything differ in it.
final class Trace: Sendable {
    private struct State {
        var hash = SHA256()
        var lines: [String] = []
    }
    private let state = Mutex(State())
    /// The latest lines, kept for whoever has to understand a bad run.
    private let keeps: Int

    init(keeps: Int) { self.keeps = keeps }

    func note(_ at: Instant, _ text: String) {
        state.withLock { state in
            let line = "\(at.milliseconds) \(text)"
            state.hash.update(data: Array((line + "\n").utf8))
            guard keeps > 0 else { return }
            if state.lines.count >= keeps * 2 { state.lines.removeFirst(keeps) }
            state.lines.append(line)
        }
    }

    var latest: [String] { state.withLock { Array($0.lines.suffix(keeps)) } }

    var digest: String { state.withLock { ByteText.hex($0.hash.finalize()) } }
}
