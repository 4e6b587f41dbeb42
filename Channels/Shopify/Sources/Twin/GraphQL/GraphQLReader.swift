// SPDX-License-Identifier: Apache-2.0

import JSONText

/// Reads a document with one operation (GraphQL specification, October 2021, section 2). Nesting is limited, so that no
/// document can exhaust the stack.
package struct GraphQLReader {
    private var scanner: GraphQLScanner
    private var current: GraphQLScanner.Placed
    private static let depthMax = 40

    /// The operation of that name, or the only one.
    package static func read(_ text: String, operation name: String? = nil) throws(GraphQLSyntaxError)
        -> GraphQLOperation
    {
        var reader = try GraphQLReader(text)
        return try reader.document(name)
    }

    private init(_ text: String) throws(GraphQLSyntaxError) {
        scanner = GraphQLScanner(text)
        current = try scanner.next()
    }

    private mutating func document(_ wanted: String?) throws(GraphQLSyntaxError) -> GraphQLOperation {
        var operations: [GraphQLOperation] = []
        var fragments: [String: GraphQLOperation.Fragment] = [:]
        while current.token != .end {
            if current.token == .name("fragment") {
                try advance()
                let name = try self.name()
                guard try self.name() == "on" else { throw unexpected() }
                let type = try self.name()
                fragments[name] = .init(type: type, selection: try selection(0))
            } else {
                operations.append(try operation())
            }
        }
        guard var found = operations.first(where: { wanted == nil || $0.name == wanted }) else {
            throw GraphQLSyntaxError(message: "An operation name is required", line: 1, column: 1)
        }
        found.fragments = fragments
        return found
    }

    private mutating func operation() throws(GraphQLSyntaxError) -> GraphQLOperation {
        var operation = GraphQLOperation(isMutation: false, name: "", variables: [], selection: [], fragments: [:])
        if current.token != .punctuation("{") {
            let kind = try name()
            guard kind == "query" || kind == "mutation" else { throw unexpected() }
            operation.isMutation = kind == "mutation"
            if case .name = current.token { operation.name = try name() }
            if try take("(") {
                while try !take(")") { operation.variables.append(try variable()) }
            }
        }
        operation.selection = try selection(0)
        return operation
    }

    private mutating func variable() throws(GraphQLSyntaxError) -> GraphQLOperation.Variable {
        guard try take("$") else { throw unexpected() }
        let name = try self.name()
        guard try take(":") else { throw unexpected() }
        let type = try self.type(0)
        let preset = try take("=") ? try value(0) : nil
        return .init(name: name, type: type, preset: preset)
    }

    private mutating func type(_ depth: Int) throws(GraphQLSyntaxError) -> String {
        guard depth < Self.depthMax else { throw unexpected() }
        var text: String
        if try take("[") {
            text = "[\(try type(depth + 1))]"
            guard try take("]") else { throw unexpected() }
        } else {
            text = try name()
        }
        if try take("!") { text += "!" }
        return text
    }

    private mutating func selection(_ depth: Int) throws(GraphQLSyntaxError) -> [GraphQLSelection] {
        guard depth < Self.depthMax, try take("{") else { throw unexpected() }
        var all: [GraphQLSelection] = []
        while try !take("}") {
            if try take("...") {
                if current.token == .name("on") {
                    try advance()
                    let type = try name()
                    all.append(.inline(on: type, try selection(depth + 1)))
                } else if current.token == .punctuation("{") {
                    all.append(.inline(on: nil, try selection(depth + 1)))
                } else {
                    all.append(.spread(try name()))
                }
            } else {
                all.append(.field(try field(depth)))
            }
        }
        guard !all.isEmpty else { throw unexpected() }
        return all
    }

    private mutating func field(_ depth: Int) throws(GraphQLSyntaxError) -> GraphQLField {
        let (line, column) = (current.line, current.column)
        var name = try self.name()
        var alias = name
        if try take(":") {
            alias = name
            name = try self.name()
        }
        let arguments = try self.arguments()
        var directives: [GraphQLField.Directive] = []
        while try take("@") {
            let directive = try self.name()
            directives.append(.init(name: directive, arguments: try self.arguments()))
        }
        let inner = current.token == .punctuation("{") ? try selection(depth + 1) : []
        return GraphQLField(
            alias: alias, name: name, arguments: arguments, directives: directives, selection: inner, line: line,
            column: column)
    }

    private mutating func arguments() throws(GraphQLSyntaxError) -> [(name: String, value: GraphQLArgument)] {
        guard try take("(") else { return [] }
        var all: [(name: String, value: GraphQLArgument)] = []
        while try !take(")") {
            let name = try self.name()
            guard try take(":") else { throw unexpected() }
            all.append((name, try value(0)))
        }
        return all
    }

    private mutating func value(_ depth: Int) throws(GraphQLSyntaxError) -> GraphQLArgument {
        guard depth < Self.depthMax else { throw unexpected() }
        switch current.token {
        case .string(let text):
            try advance()
            return .literal(.string(text))
        case .number(let digits):
            guard let json = try? JSON.parse(digits), json.kind == .number else { throw unexpected() }
            try advance()
            return .literal(.number(digits))
        case .name(let word):
            try advance()
            switch word {
            case "true": return .literal(.bool(true))
            case "false": return .literal(.bool(false))
            case "null": return .literal(.null)
            default: return .literal(.string(word))
            }
        case .punctuation("$"):
            try advance()
            return .variable(try name())
        case .punctuation("["):
            try advance()
            var elements: [GraphQLArgument] = []
            while try !take("]") { elements.append(try value(depth + 1)) }
            return .list(elements)
        case .punctuation("{"):
            try advance()
            var members: [(name: String, value: GraphQLArgument)] = []
            while try !take("}") {
                let name = try self.name()
                guard try take(":") else { throw unexpected() }
                members.append((name, try value(depth + 1)))
            }
            return .object(members)
        default: throw unexpected()
        }
    }

    // MARK: Words

    private mutating func advance() throws(GraphQLSyntaxError) { current = try scanner.next() }

    private mutating func take(_ punctuation: String) throws(GraphQLSyntaxError) -> Bool {
        guard current.token == .punctuation(punctuation) else {
            // Inside brackets the end of the document is an error, not one more element.
            if current.token == .end { throw unexpected() }
            return false
        }
        try advance()
        return true
    }

    private mutating func name() throws(GraphQLSyntaxError) -> String {
        guard case .name(let name) = current.token else { throw unexpected() }
        try advance()
        return name
    }

    private func unexpected() -> GraphQLSyntaxError {
        let found: String =
            switch current.token {
            case .name(let text), .punctuation(let text), .number(let text), .string(let text): "\"\(text)\""
            case .end: "end of document"
            }
        return GraphQLSyntaxError(
            message: "syntax error, unexpected \(found)", line: current.line, column: current.column)
    }
}
