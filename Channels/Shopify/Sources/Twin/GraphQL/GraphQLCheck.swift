// SPDX-License-Identifier: Apache-2.0

package import JSONText

/// Holds an operation against the twin's schema and reckons what it asks for, before anything is done.
package struct GraphQLCheck {
    package private(set) var errors: [JSONValue] = []
    /// `requestedQueryCost`, by the rules that the recorded answers of the service follow: a leaf costs 0, an object or a
    /// list of objects 1, money 0, a connection 2 and its node times the base-2 logarithm of its size, a mutation 10.
    package private(set) var cost = 0

    private let schema: TwinSchema
    private let operation: GraphQLOperation
    private let variables: [String: JSONValue]
    private static let errorsMax = 20

    package init(_ operation: GraphQLOperation, variables: [String: JSONValue], schema: TwinSchema = .shopify) {
        self.schema = schema
        self.operation = operation
        self.variables = variables
        checkVariables()
        let root = operation.isMutation ? "Mutation" : "QueryRoot"
        let title = operation.isMutation ? "mutation" : "query"
        let path = operation.name.isEmpty ? title : "\(title) \(operation.name)"
        cost = check(operation.selection, on: root, path: [path], depth: 0)
        if cost == 0 { cost = 1 }
    }

    /// How much of a node's cost a connection of that size takes.
    static func weight(of count: Int) -> Int {
        guard count > 1 else { return 1 }
        return Int.bitWidth - (count - 1).leadingZeroBitCount
    }

    // MARK: Fields

    private mutating func check(_ selection: [GraphQLSelection], on type: String, path: [String], depth: Int) -> Int {
        guard depth < 30 else {
            fail(
                "Query has depth of \(depth), which exceeds max depth of 30", path: path, code: "maxDepthExceeded",
                line: 1, column: 1)
            return 0
        }
        var sum = 0
        for one in selection {
            switch one {
            case .field(let field): sum += check(field, on: type, path: path, depth: depth)
            case .inline(let other, let inner): sum += check(inner, on: other ?? type, path: path, depth: depth + 1)
            case .spread(let name):
                guard let fragment = operation.fragments[name] else {
                    fail(
                        "Fragment \(name) was used, but not defined", path: path, code: "useAndDefineFragment", line: 1,
                        column: 1)
                    continue
                }
                sum += check(fragment.selection, on: fragment.type, path: path, depth: depth + 1)
            }
        }
        return sum
    }

    private mutating func check(_ field: GraphQLField, on type: String, path: [String], depth: Int) -> Int {
        if field.name == "__typename" { return 0 }
        guard let known = schema.types[type]?[field.name] else {
            fail(
                "Field '\(field.name)' doesn't exist on type '\(type)'", path: path + [field.name],
                code: "undefinedField",
                line: field.line, column: field.column,
                more: ["typeName": .string(type), "fieldName": .string(field.name)])
            return 0
        }
        let path = path + [field.alias]
        check(argumentsOf: field, known, path)
        let isObject = schema.isObject(known.type)
        if isObject == field.selection.isEmpty {
            let hint = isObject ? " but has no selections. Did you mean '\(field.name) { ... }'?" : ""
            let why = isObject ? "Field must have selections" : "Selections can't be made on scalars"
            let text = "\(why) (field '\(field.name)' returns \(known.type)\(hint))"
            fail(
                text, path: path, code: "selectionMismatch", line: field.line, column: field.column,
                more: ["nodeName": .string("field '\(field.name)'")])
            return 0
        }
        guard isObject else { return 0 }
        if known.type.hasSuffix("Connection") { return connection(field, known, path, depth) }
        let inner = check(field.selection, on: known.type, path: path, depth: depth + 1)
        switch type {
        case "Mutation": return 10 + inner
        // What a mutation hands back stands in its own price.
        case _ where type.hasSuffix("Payload"): return inner
        default: return Self.isFree(known.type) ? inner : 1 + inner
        }
    }

    static func isFree(_ type: String) -> Bool { type == "MoneyBag" || type == "MoneyV2" || type == "PageInfo" }

    private mutating func connection(_ field: GraphQLField, _ known: TwinSchema.Field, _ path: [String], _ depth: Int)
        -> Int
    {
        let size = field.arguments.first { $0.name == "first" || $0.name == "last" }?.value.value(variables)
        guard case .number(let digits)? = size, let count = Int(digits), count > 0, count <= 250 else {
            let text = size == nil ? "you must provide one of first or last" : "first must be between 1 and 250"
            fail(text, path: path, code: "BAD_REQUEST", line: field.line, column: field.column)
            return 0
        }
        // The connection's only objects besides `pageInfo` are its nodes, which `check` counts as one object.
        return 2 + Self.weight(of: count) * check(field.selection, on: known.type, path: path, depth: depth + 1)
    }

    private mutating func check(argumentsOf field: GraphQLField, _ known: TwinSchema.Field, _ path: [String]) {
        for argument in field.arguments where known.arguments[argument.name] == nil {
            fail(
                "Field '\(field.name)' doesn't accept argument '\(argument.name)'", path: path + [argument.name],
                code: "argumentNotAccepted",
                line: field.line, column: field.column,
                more: ["name": .string(field.name), "typeName": "Field", "argumentName": .string(argument.name)])
        }
        let missing = known.arguments.filter { $0.value }.map(\.key).filter { name in
            !field.arguments.contains { $0.name == name }
        }.sorted()
        guard !missing.isEmpty else { return }
        fail(
            "Field '\(field.name)' is missing required arguments: \(missing.joined(separator: ", "))", path: path,
            code: "missingRequiredArguments", line: field.line, column: field.column,
            more: [
                "className": "Field", "name": .string(field.name),
                "arguments": .string(missing.joined(separator: ", ")),
            ])
    }

    // MARK: Variables

    private mutating func checkVariables() {
        for variable in operation.variables {
            let value = variables[variable.name] ?? .null
            if value == .null, variables[variable.name] == nil, variable.preset != nil { continue }
            guard let problem = problem(value, variable.type, []) else { continue }
            let place = problem.path.isEmpty ? "" : " for \(problem.path.joined(separator: "."))"
            let said = problem.path.isEmpty && value == .null ? "" : " (\(problem.text))"
            fail(
                "Variable $\(variable.name) of type \(variable.type) was provided invalid value\(place)\(said)",
                path: nil,
                code: "INVALID_VARIABLE", line: 1, column: 1,
                more: [
                    "value": value,
                    "problems": .array([
                        ["path": .array(problem.path.map(JSONValue.string)), "explanation": .string(problem.text)]
                    ]),
                ])
        }
    }

    /// The first thing that is wrong with a value of a type.
    private func problem(_ value: JSONValue, _ type: String, _ path: [String]) -> (path: [String], text: String)? {
        if type.hasSuffix("!") {
            if value == .null { return (path, "Expected value to not be null") }
            return problem(value, String(type.dropLast()), path)
        }
        if value == .null { return nil }
        if type.hasPrefix("["), type.hasSuffix("]") {
            guard case .array(let elements) = value else { return (path, "Expected a list") }
            let inner = String(type.dropFirst().dropLast())
            if elements.count > 250 {
                return (path, "The input array size of \(elements.count) is greater than the maximum allowed of 250.")
            }
            for (position, element) in elements.enumerated() {
                if let found = problem(element, inner, path + [String(position)]) { return found }
            }
            return nil
        }
        if let input = schema.inputs[type] {
            guard case .object(let members) = value else { return (path, "Expected an object") }
            for member in members {
                guard let expected = input.fields[member.name] else {
                    return (path + [member.name], "Field is not defined on \(type)")
                }
                if let found = problem(member.value, expected, path + [member.name]) { return found }
            }
            for (name, expected) in input.fields
            where expected.hasSuffix("!") && !members.contains(where: { $0.name == name }) {
                return (path + [name], "Expected value to not be null")
            }
            return nil
        }
        if let words = schema.enums[type] {
            guard case .string(let word) = value, words.contains(word) else {
                return (path, "Expected \"\(value.text)\" to be one of: \(words.sorted().joined(separator: ", "))")
            }
            return nil
        }
        return Self.fits(value, type) ? nil : (path, "Could not coerce value \(value.text) to \(type)")
    }

    private static func fits(_ value: JSONValue, _ type: String) -> Bool {
        switch (type, value) {
        case ("Int", .number(let digits)): Int32(digits) != nil
        case ("Boolean", .bool): true
        case ("ID", .string), ("ID", .number): true
        case ("Money", .string), ("Money", .number), ("Decimal", .string), ("Decimal", .number): true
        case ("Int", _), ("Boolean", _), ("ID", _): false
        default: if case .string = value { true } else { false }
        }
    }

    private mutating func fail(
        _ message: String, path: [String]?, code: String, line: Int, column: Int, more: [(String, JSONValue)] = []
    ) {
        guard errors.count < Self.errorsMax else { return }
        var extensions: JSONValue = ["code": .string(code)]
        for (name, value) in more { extensions.add(name, value) }
        var error: JSONValue = [
            "message": .string(message), "locations": .array([["line": .integer(line), "column": .integer(column)]]),
        ]
        if let path { error.add("path", .array(path.map(JSONValue.string))) }
        error.add("extensions", extensions)
        errors.append(error)
    }

    private mutating func fail(
        _ message: String, path: [String]?, code: String, line: Int, column: Int, more: KeyValuePairs<String, JSONValue>
    ) {
        fail(message, path: path, code: code, line: line, column: column, more: more.map { ($0.key, $0.value) })
    }
}
