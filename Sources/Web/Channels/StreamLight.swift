// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import Vocabulary

/// One stream's status light: a colour, and the same in words.
struct StreamLight: Sendable {
    var name: String
    /// `ok`, `slow`, `broken`, `idle`.
    var light: String
    var state: String
    var when: String?
    var problem: String?

    /// All streams in their order, also those that have not begun.
    static func all(_ streams: [SyncStream], isConnected: Bool, _ now: Instant, _ words: Words) -> [StreamLight] {
        SyncStream.Name.allCases.map { name in
            let stream = streams.first { $0.name == name }
            let light = isConnected ? (stream?.light ?? .idle) : .idle
            return StreamLight(
                name: words("stream.\(name.rawValue)"), light: light.rawValue, state: words(isConnected ? "light.\(light.rawValue)" : "light.paused"),
                when: stream?.okAt.map { words.format.ago($0, now: now) },
                problem: stream?.problem.map { ProblemWords.say(kept: $0, words) })
        }
    }
}
