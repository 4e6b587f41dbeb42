// SPDX-License-Identifier: Apache-2.0

import Mustache

/// Text as it stands in a page: what has a meaning there is written out, byte by byte.
///
/// The library's own escaping goes by characters as people see them, so a quotation mark with a joining accent behind it was
/// another character, and passed.
struct PageText: MustacheContentType {
    /// What templates begin with, so that everything in them is escaped this way; partials begin anew.
    static let pragma = "{{% CONTENT_TYPE:PAGE}}"

    static func register() { MustacheContentTypes.register(PageText(), named: "PAGE") }

    func escapeText(_ text: String) -> String { Self.escaped(text) }

    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { word(for: $0) != nil }) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 32)
        for byte in text.utf8 {
            if let word = word(for: byte) { bytes += Array(word.utf8) } else { bytes.append(byte) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func word(for byte: UInt8) -> String? {
        switch byte {
        case 0x26: "&amp;"
        case 0x3C: "&lt;"
        case 0x3E: "&gt;"
        case 0x22: "&quot;"
        case 0x27: "&#39;"
        default: nil
        }
    }
}
