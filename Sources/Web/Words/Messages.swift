// SPDX-License-Identifier: Apache-2.0

import JSONText
import Mustache

/// The sentences of one language by their keys. What a language lacks is said in English.
package struct Messages: Sendable {
    let locale: String
    private let texts: [String: String]

    package init(locale: String) {
        self.locale = locale
        var texts: [String: String] = [:]
        for name in ["en", locale] {
            guard let source = EmbeddedText.files["Messages/\(name).json"], let catalog = try? JSON.parse(source) else { continue }
            for (key, value) in catalog.members { texts[key] = value.string }
        }
        self.texts = texts
    }

    package func has(_ key: String) -> Bool { texts[key] != nil }
    var keys: [String] { texts.keys.sorted() }

    /// The sentence with its values put in. An unknown key is shown as it is: a test sees to it that there is none.
    package func text(_ key: String, _ values: [String: String] = [:]) -> String {
        guard let pattern = texts[key] else { return key }
        guard !values.isEmpty, pattern.utf8.contains(UInt8(ascii: "{")) else { return pattern }
        var out = ""
        var rest = pattern[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            out += rest[..<open]
            let name = String(rest[rest.index(after: open)..<close])
            out += values[name] ?? "{\(name)}"
            rest = rest[rest.index(after: close)...]
        }
        return out + rest
    }
}

/// Lets templates say `{{t.orders.title}}`: each dot goes one deeper, and what is reached is a sentence.
struct MessageNode: MustacheParent, MustacheCustomRenderable, Sendable {
    let messages: Messages
    var key = ""

    func child(named name: String) -> Any? { MessageNode(messages: messages, key: key.isEmpty ? name : "\(key).\(name)") }
    var renderText: String { messages.text(key) }
    var isNull: Bool { false }
}
