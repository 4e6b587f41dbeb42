// SPDX-License-Identifier: Apache-2.0

/// A statement's marks in PostgreSQL's way.
enum StatementText {
    /// `?` becomes `$1`, `$2`… in their order; one inside a literal, a quoted name or a comment stays what it is.
    static func numbered(_ text: String) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count + 32)
        var marks = 0
        var quote: UInt8?
        var isComment = false
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if isComment {
                if byte == UInt8(ascii: "\n") { isComment = false }
            } else if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte == UInt8(ascii: "-"), previous == UInt8(ascii: "-") {
                isComment = true
            } else if byte == UInt8(ascii: "?") {
                marks += 1
                out.append(UInt8(ascii: "$"))
                out += String(marks).utf8
                previous = byte
                continue
            }
            out.append(byte)
            previous = byte
        }
        return String(decoding: out, as: UTF8.self)
    }
}
