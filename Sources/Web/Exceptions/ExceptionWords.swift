// SPDX-License-Identifier: Apache-2.0

import JSONText
import Journal
import Vocabulary

/// Exceptions in words: what it is, what to do, and the facts it carries.
enum ExceptionWords {
    static func title(_ kind: String, _ words: Words) -> String { words.known("exception.\(kind).title", or: kind) }
    static func advice(_ kind: String, _ words: Words) -> String { words.known("exception.\(kind).advice", or: words("exception.other.advice")) }

    static func attention(_ exception: OpenException, _ words: Words) -> OrderDetailPage.Attention {
        OrderDetailPage.Attention(
            name: title(exception.kind, words), advice: advice(exception.kind, words), detail: detail(exception, words),
            href: Site.exception(exception.number))
    }

    /// `SKUs MUG, CUP`, `3 units`: what the exception knows, shortly.
    static func detail(_ exception: OpenException, _ words: Words) -> String? {
        let parts = exception.detail.members.compactMap { name, value -> String? in
            var text = value.kind == .array ? value.elements.compactMap(\.text).prefix(20).joined(separator: words("format.list")) : value.text ?? ""
            guard !text.isEmpty else { return nil }
            if name == "why" { text = ProblemWords.say(kept: text, words) }
            return words.known("detail.\(name)", or: "\(name) \(text)", ["value": String(text.prefix(500))])
        }
        return parts.isEmpty ? nil : parts.joined(separator: words("format.list"))
    }

    /// Where the subject of an exception can be looked at.
    static func subject(_ exception: OpenException) -> String? {
        switch exception.subject.kind {
        case "order": Site.order(ID(exception.subject.number))
        case "channel": Site.channel(ID(exception.subject.number))
        case "job": exception.detail["order"]?.integer.map { Site.order(ID(Int64($0))) }
        case "listing": exception.account.map { Site.channel($0) }
        default: nil
        }
    }
}
