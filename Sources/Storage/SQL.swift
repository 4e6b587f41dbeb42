// SPDX-License-Identifier: Apache-2.0

/// A value that goes into or comes out of the database.
public enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    public static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }
    public static func bool(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }
    public static func optional(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }
    public static func optional(_ number: Int64?) -> SQLValue { number.map(SQLValue.integer) ?? .null }
}

/// One statement: text with `?` for each argument. Interpolated values become arguments, never text, so that no
/// input can change a statement's meaning. The text is the same for every engine; the driver numbers the marks.
public struct SQL: Hashable, Sendable, ExpressibleByStringInterpolation {
    public var text: String
    public var arguments: [SQLValue]

    public init(_ text: String, _ arguments: [SQLValue] = []) {
        self.text = text
        self.arguments = arguments
    }

    public init(stringLiteral value: String) { self.init(value) }

    public init(stringInterpolation: StringInterpolation) {
        self.init(stringInterpolation.text, stringInterpolation.arguments)
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        var text = ""
        var arguments: [SQLValue] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount)
            arguments.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) { text += literal }

        private mutating func append(_ value: SQLValue) {
            text += "?"
            arguments.append(value)
        }

        public mutating func appendInterpolation(_ value: SQLValue) { append(value) }
        public mutating func appendInterpolation(_ value: Int64) { append(.integer(value)) }
        public mutating func appendInterpolation(_ value: Int) { append(.integer(value)) }
        public mutating func appendInterpolation(_ value: Int64?) { append(.optional(value)) }
        public mutating func appendInterpolation(_ value: Bool) { append(.bool(value)) }
        public mutating func appendInterpolation(_ value: String) { append(.text(value)) }
        public mutating func appendInterpolation(_ value: String?) { append(.optional(value)) }
        public mutating func appendInterpolation(_ value: [UInt8]) { append(.blob(value)) }
        public mutating func appendInterpolation(_ value: [UInt8]?) { append(value.map(SQLValue.blob) ?? .null) }
        /// A part of a statement, with its own arguments.
        public mutating func appendInterpolation(_ part: SQL) {
            text += part.text
            arguments += part.arguments
        }
        /// `(?, ?, …)` for `IN`. An empty list matches nothing.
        public mutating func appendInterpolation(list values: [SQLValue]) {
            text += values.isEmpty ? "(NULL)" : "(" + repeatElement("?", count: values.count).joined(separator: ", ") + ")"
            arguments += values
        }
    }
}
