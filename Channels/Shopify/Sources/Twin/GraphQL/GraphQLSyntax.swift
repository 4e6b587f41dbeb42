// SPDX-License-Identifier: Apache-2.0

package import JSONText

/// An operation with its fragments, as it was read from a document.
package struct GraphQLOperation: Sendable {
    package struct Variable: Sendable {
        var name: String
        /// As written: `[ID!]!`.
        var type: String
        var preset: GraphQLArgument?
    }
    package struct Fragment: Sendable {
        var type: String
        var selection: [GraphQLSelection]
    }
    package var isMutation: Bool
    package var name: String
    package var variables: [Variable]
    package var selection: [GraphQLSelection]
    package var fragments: [String: Fragment]
}

package indirect enum GraphQLSelection: Sendable {
    case field(GraphQLField)
    case spread(String)
    /// `... on Type { }`; nil without a type.
    case inline(on: String?, [GraphQLSelection])
}

package struct GraphQLField: Sendable {
    package struct Directive: Sendable {
        var name: String
        var arguments: [(name: String, value: GraphQLArgument)]
    }
    /// What it is called in the answer.
    package var alias: String
    package var name: String
    package var arguments: [(name: String, value: GraphQLArgument)]
    package var directives: [Directive]
    package var selection: [GraphQLSelection]
    package var line: Int
    package var column: Int
}

/// A value in a document.
package indirect enum GraphQLArgument: Sendable {
    case variable(String)
    case literal(JSONValue)
    case list([GraphQLArgument])
    case object([(name: String, value: GraphQLArgument)])

    /// The value with variables filled in; nil for a variable that was not sent.
    func value(_ variables: [String: JSONValue]) -> JSONValue? {
        switch self {
        case .variable(let name): return variables[name]
        case .literal(let value): return value
        case .list(let elements): return .array(elements.map { $0.value(variables) ?? .null })
        case .object(let members):
            return .object(
                members.compactMap { member in member.value.value(variables).map { JSONValue.Member(member.name, $0) } }
            )
        }
    }
}

/// Why a document is no GraphQL.
package struct GraphQLSyntaxError: Error, Hashable, Sendable {
    package var message: String
    package var line: Int
    package var column: Int
}
