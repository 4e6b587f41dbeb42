// SPDX-License-Identifier: Apache-2.0

import Storage

/// What one connection has prepared: each text once for the types of its values.
///
/// A value's type is told to the server, so that it guesses nothing. Where only NULL was seen the type is open and the server takes
/// the column's; when a value comes there, the text is prepared again with what is known then.
struct PreparedStatements {
    struct Statement {
        let name: String
        let types: [UInt32]
    }

    /// The types' numbers in every PostgreSQL.
    enum TypeNumber {
        static let open: UInt32 = 0
        static let bytes: UInt32 = 17
        static let integer: UInt32 = 20
        static let text: UInt32 = 25
    }

    /// Texts are few, but for lists of many lengths: more than this are forgotten all at once.
    static let textsMax = 1000

    private var statements: [String: [Statement]] = [:]
    private var made = 0

    var isCrowded: Bool { statements.count > Self.textsMax }

    /// The statement to run, and whether it has to be prepared first.
    mutating func find(_ text: String, _ types: [UInt32]) -> (statement: Statement, isNew: Bool) {
        let known = statements[text] ?? []
        if let fitting = known.first(where: { Self.fits(types, $0.types) }) { return (fitting, false) }
        var merged = types
        if let latest = known.last, latest.types.count == types.count {
            for place in merged.indices where merged[place] == TypeNumber.open { merged[place] = latest.types[place] }
        }
        made += 1
        let statement = Statement(name: "s\(made)", types: merged)
        statements[text] = known + [statement]
        return (statement, true)
    }

    /// It was never prepared after all.
    mutating func forget(_ name: String, of text: String) { statements[text]?.removeAll { $0.name == name } }

    mutating func forgetAll() { statements = [:] }

    static func type(of value: SQLValue) -> UInt32 {
        switch value {
        case .null: TypeNumber.open
        case .integer: TypeNumber.integer
        case .text: TypeNumber.text
        case .blob: TypeNumber.bytes
        }
    }

    private static func fits(_ types: [UInt32], _ prepared: [UInt32]) -> Bool {
        types.count == prepared.count && zip(types, prepared).allSatisfy { $0 == $1 || $0 == TypeNumber.open }
    }
}
