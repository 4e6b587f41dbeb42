// SPDX-License-Identifier: Apache-2.0

/// The fields of a form or a query: names and texts, the last of a name wins.
package struct Fields: Hashable, Sendable {
    /// The most fields that are looked at.
    static let countMax = 600
    var values: [String: String] = [:]

    init(_ values: [String: String] = [:]) { self.values = values }

    /// Reads `application/x-www-form-urlencoded`. Nil when it is not that, is not UTF-8 or has too many fields.
    package init?(encoded bytes: some Sequence<UInt8>) {
        var count = 0
        for pair in Array(bytes).split(separator: UInt8(ascii: "&")) {
            count += 1
            guard count <= Self.countMax else { return nil }
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(parts[0]), let value = parts.count > 1 ? Self.decode(parts[1]) : "" else { return nil }
            values[name] = value
        }
    }

    /// The text of a field without white space at its ends; empty when it is not there.
    package subscript(name: String) -> String {
        guard let text = values[name] else { return "" }
        var characters = Substring(text)
        while characters.first?.isWhitespace == true { characters.removeFirst() }
        while characters.last?.isWhitespace == true { characters.removeLast() }
        return String(characters)
    }

    package func has(_ name: String) -> Bool { values[name] != nil }

    static func decode(_ bytes: some Collection<UInt8>) -> String? {
        var out: [UInt8] = []
        var rest = Array(bytes)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): out.append(0x20)
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
                out.append(value)
                rest = rest.dropFirst(2)
            default: out.append(byte)
            }
        }
        let text = String(decoding: out, as: UTF8.self)
        return text.utf8.elementsEqual(out) ? text : nil
    }

    /// The fields as a query, in the order of their names; empty ones are left out.
    package var query: String {
        values.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { "\(Site.escape($0.key))=\(Site.escape($0.value))" }.joined(
            separator: "&")
    }
}
