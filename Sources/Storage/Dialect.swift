// SPDX-License-Identifier: Apache-2.0

/// The few places where the engines' SQL differs. Everything else is one text for both.
public enum Dialect: String, Sendable {
    case sqlite, postgres

    /// How many tables have the name: 0 or 1.
    public func tables(named name: String) -> SQL {
        switch self {
        case .sqlite: "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = \(name)"
        case .postgres: "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = \(name)"
        }
    }

    /// A schema written for SQLite in this engine's words: 64-bit integers, byte strings, no STRICT where types are always strict, and text
    /// that is compared byte by byte, whatever language the database was made for.
    public func schema(_ text: String) -> String {
        guard self == .postgres else { return text }
        // The longest first, so that no comma is left behind.
        return text.replacingWord(" STRICT, WITHOUT ROWID", with: "").replacingWord(" STRICT", with: "").replacingWord(" WITHOUT ROWID", with: "")
            .replacingWord("INTEGER", with: "BIGINT").replacingWord("BLOB", with: "BYTEA").replacingWord("TEXT", with: "TEXT COLLATE \"C\"")
            .replacingWord("x''", with: "''")
    }
}

extension String {
    fileprivate func replacingWord(_ word: String, with other: String) -> String {
        var out: [UInt8] = []
        let bytes = Array(utf8)
        let wanted = Array(word.utf8)
        func isPart(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
        }
        var at = 0
        while at < bytes.count {
            let end = at + wanted.count
            let stands =
                end <= bytes.count && bytes[at..<end].elementsEqual(wanted) && (at == 0 || !isPart(bytes[at - 1]) || !isPart(wanted[0]))
                && (end == bytes.count || !isPart(bytes[end]) || !isPart(wanted[wanted.count - 1]))
            if stands {
                out += other.utf8
                at = end
            } else {
                out.append(bytes[at])
                at += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
