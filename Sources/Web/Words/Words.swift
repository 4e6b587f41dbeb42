// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Sentences, numbers, money and moments in the reader's language and time zone.
package struct Words: Sendable {
    let messages: Messages
    package let format: Formatting

    package init(messages: Messages, timeZone: String) {
        self.messages = messages
        format = Formatting(messages: messages, timeZone: timeZone)
    }

    func callAsFunction(_ key: String, _ values: [String: String] = [:]) -> String { messages.text(key, values) }

    /// The form of the sentence that goes with the count: `key.one` or `key.other`.
    func count(_ key: String, _ count: Int, _ values: [String: String] = [:]) -> String {
        var values = values
        values["count"] = format.number(count)
        return messages.text(count == 1 ? "\(key).one" : "\(key).other", values)
    }

    /// Why the hub declined, and what to do about it.
    func callAsFunction(_ refusal: Refusal) -> String { messages.text("refusal.\(refusal.message)", refusal.values) }

    /// The message where there is one, the text itself where a newer room has a word that this catalog lacks.
    func known(_ key: String, or text: String, _ values: [String: String] = [:]) -> String { messages.has(key) ? messages.text(key, values) : text }
}
