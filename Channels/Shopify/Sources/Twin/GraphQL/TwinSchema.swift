// SPDX-License-Identifier: Apache-2.0

/// The part of Shopify's schema that the twin answers from: types, fields, arguments and inputs, as the official
/// schema names them. What is not here is answered with Shopify's own "doesn't exist" error.
package struct TwinSchema: Sendable {
    package struct Field: Sendable {
        /// Without lists and exclamation marks.
        var type: String
        var isList: Bool
        var isRequired: Bool
        /// By name; true when it must be given.
        var arguments: [String: Bool]
    }
    package struct Input: Sendable {
        /// Types as written, by name: `[InventoryQuantityInput!]!`.
        var fields: [String: String]
    }

    package private(set) var types: [String: [String: Field]] = [:]
    package private(set) var inputs: [String: Input] = [:]
    package private(set) var enums: [String: Set<String>] = [:]

    package static let shopify = TwinSchema(text)

    /// Reads the table below: `type Name`, then `field(argument! argument): Type` lines.
    init(_ text: String) {
        var name = ""
        var isInput = false
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard let first = words.first else { continue }
            switch first {
            case "type", "input":
                name = String(words.last ?? "")
                isInput = first == "input"
                if isInput { inputs[name] = Input(fields: [:]) } else { types[name] = [:] }
            case "enum":
                guard words.count > 2 else { continue }
                enums[String(words[1]), default: []].formUnion(words.dropFirst(2).map(String.init))
            default:
                guard let colon = line.lastIndex(of: ":") else { continue }
                let type = line[line.index(after: colon)...].filter { $0 != " " }
                let head = line[..<colon].split(separator: "(")
                let field = String(head.first ?? "").filter { $0 != " " }
                if isInput {
                    inputs[name]?.fields[field] = type
                    continue
                }
                var arguments: [String: Bool] = [:]
                if head.count > 1 {
                    for word in head[1].split(whereSeparator: { $0 == " " || $0 == ")" }) {
                        arguments[word.filter { $0 != "!" }] = word.hasSuffix("!")
                    }
                }
                types[name]?[field] = Field(
                    type: type.filter { $0 != "[" && $0 != "]" && $0 != "!" }, isList: type.hasPrefix("["),
                    isRequired: type.hasSuffix("!"),
                    arguments: arguments)
            }
        }
    }

    /// Whether a field of this type needs a selection of its own.
    func isObject(_ type: String) -> Bool { types[type] != nil }
}
