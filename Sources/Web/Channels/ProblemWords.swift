// SPDX-License-Identifier: Apache-2.0

import ChannelKit

/// What was wrong outside, in words: a failure as it is, or the text that the engine kept of one.
enum ProblemWords {
    /// The names of `ChannelFailure`'s cases as the engine writes them, and the keys of their sentences.
    private static let keys = [
        "throttled": "failure.throttled", "unauthorized": "failure.unauthorized", "forbidden": "failure.forbidden",
        "unavailable": "failure.unavailable", "offLimits": "failure.off-limits",
        "lost": "failure.lost", "refused": "failure.refused", "notFound": "failure.not-found", "unreadable": "failure.unreadable",
    ]

    static func say(_ failure: ChannelFailure, _ words: Words) -> String {
        switch failure {
        case .throttled: words("failure.throttled")
        case .unauthorized(let why): words("failure.unauthorized", ["why": why])
        case .forbidden(let why): words("failure.forbidden", ["why": why])
        case .unavailable(let why): words("failure.unavailable", ["why": why])
        case .offLimits(let host): words("failure.off-limits", ["why": host])
        case .lost(let why): words("failure.lost", ["why": why])
        case .refused(let why): words("failure.refused", ["why": why])
        case .notFound(let why): words("failure.not-found", ["why": why])
        case .unreadable(let unreadable): words("failure.unreadable", ["why": unreadable.detail])
        }
    }

    /// A problem as it was kept: a known key, a failure's description such as `unavailable("503")`, or plain text.
    static func say(kept text: String, _ words: Words) -> String {
        if words.messages.has("problem.\(text)") { return words("problem.\(text)") }
        let parts = text.split(separator: "(", maxSplits: 1)
        guard parts.count == 2, text.hasSuffix(")"), let key = keys[String(parts[0])] else { return String(text.prefix(300)) }
        let why = parts[1].dropLast().filter { $0 != "\"" }
        return words(key, ["why": String(why.prefix(300))])
    }
}
