// SPDX-License-Identifier: Apache-2.0

/// Cuts a document into its words (GraphQL specification, October 2021, section 2.1).
struct GraphQLScanner {
    enum Token: Hashable {
        case name(String)
        case punctuation(String)
        case string(String)
        case number(String)
        case end
    }
    struct Placed {
        var token: Token
        var line: Int
        var column: Int
    }

    private let bytes: [UInt8]
    private var at = 0
    private var line = 1
    private var lineStart = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func next() throws(GraphQLSyntaxError) -> Placed {
        skipBlanks()
        let column = at - lineStart + 1
        guard at < bytes.count else { return Placed(token: .end, line: line, column: column) }
        let start = at
        switch bytes[at] {
        case 0x41...0x5A, 0x61...0x7A, 0x5F:
            while at < bytes.count, Self.isNamePart(bytes[at]) { at += 1 }
            return Placed(token: .name(text(start, at)), line: line, column: column)
        case 0x30...0x39, 0x2D:
            at += 1
            while at < bytes.count, Self.isNumberPart(bytes[at]) { at += 1 }
            return Placed(token: .number(text(start, at)), line: line, column: column)
        case 0x22:
            return Placed(token: .string(try string()), line: line, column: column)
        case 0x2E where at + 2 < bytes.count && bytes[at + 1] == 0x2E && bytes[at + 2] == 0x2E:
            at += 3
            return Placed(token: .punctuation("..."), line: line, column: column)
        case 0x7B, 0x7D, 0x28, 0x29, 0x5B, 0x5D, 0x3A, 0x24, 0x21, 0x3D, 0x40, 0x7C, 0x26:
            at += 1
            return Placed(token: .punctuation(text(start, at)), line: line, column: column)
        default:
            throw GraphQLSyntaxError(message: "syntax error, unexpected invalid token", line: line, column: column)
        }
    }

    private mutating func skipBlanks() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x0A:
                at += 1
                line += 1
                lineStart = at
            case 0x20, 0x09, 0x0D, 0x2C: at += 1
            case 0x23: while at < bytes.count, bytes[at] != 0x0A { at += 1 }
            default: return
            }
        }
    }

    /// A quoted text. Block strings do not occur in the calls of an app.
    private mutating func string() throws(GraphQLSyntaxError) -> String {
        var out: [UInt8] = []
        at += 1
        while at < bytes.count, bytes[at] != 0x0A {
            switch bytes[at] {
            case 0x22:
                at += 1
                return String(decoding: out, as: UTF8.self)
            case 0x5C where at + 1 < bytes.count:
                let escapes: [UInt8: UInt8] = [0x6E: 0x0A, 0x74: 0x09, 0x72: 0x0D, 0x62: 0x08, 0x66: 0x0C]
                out.append(escapes[bytes[at + 1]] ?? bytes[at + 1])
                at += 2
            default:
                out.append(bytes[at])
                at += 1
            }
        }
        throw GraphQLSyntaxError(message: "Unterminated string", line: line, column: at - lineStart + 1)
    }

    private func text(_ from: Int, _ to: Int) -> String { String(decoding: bytes[from..<to], as: UTF8.self) }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
            || byte == 0x5F
    }
    private static func isNumberPart(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || byte == 0x2E || byte == 0x65 || byte == 0x45 || byte == 0x2B || byte == 0x2D
    }
}
