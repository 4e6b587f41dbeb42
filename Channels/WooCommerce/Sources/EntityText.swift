// SPDX-License-Identifier: Apache-2.0

/// The HTML entities that WordPress writes for the five special characters and undoes with `wp_specialchars_decode`.
enum EntityText {
    /// Each entity once, from left to right: `&amp;lt;` becomes `&lt;` and no further.
    static func decoded(_ text: String) -> String {
        guard text.utf8.contains(0x26) else { return text }
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        var at = 0
        while at < bytes.count {
            if bytes[at] == 0x26, let end = bytes[at...].prefix(10).firstIndex(of: 0x3B),
                let character = character(of: bytes[(at + 1)..<end])
            {
                out.append(character)
                at = end + 1
            } else {
                out.append(bytes[at])
                at += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func character(of name: ArraySlice<UInt8>) -> UInt8? {
        switch String(decoding: name, as: UTF8.self) {
        case "amp": return 0x26
        case "lt": return 0x3C
        case "gt": return 0x3E
        case "quot": return 0x22
        default: break
        }
        guard name.first == 0x23 else { return nil }
        let digits = name.dropFirst()
        let isHex = digits.first == 0x78 || digits.first == 0x58
        let figures = String(decoding: isHex ? digits.dropFirst() : digits, as: UTF8.self)
        guard let code = UInt8(figures, radix: isHex ? 16 : 10) else { return nil }
        // WordPress undoes the hexadecimal form of the quotes and the ampersand only.
        let known: [UInt8] = isHex ? [0x22, 0x26, 0x27] : [0x22, 0x26, 0x27, 0x3C, 0x3E]
        return known.contains(code) ? code : nil
    }

    /// Without tags: WooCommerce puts links and paragraphs into its error messages.
    static func plain(_ html: String) -> String {
        var out: [UInt8] = []
        var depth = 0
        for byte in html.utf8 {
            switch byte {
            case 0x3C: depth += 1
            case 0x3E where depth > 0: depth -= 1
            default: if depth == 0 { out.append(byte) }
            }
        }
        return decoded(String(decoding: out, as: UTF8.self))
    }
}
