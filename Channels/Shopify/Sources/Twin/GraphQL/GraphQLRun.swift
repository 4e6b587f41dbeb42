// SPDX-License-Identifier: Apache-2.0

import JSONText

/// Answers exactly the selected fields of a checked operation.
struct GraphQLRun {
    let operation: GraphQLOperation
    let variables: [String: JSONValue]
    /// `actualQueryCost` so far: like the requested one, with what there really was.
    private(set) var cost = 0

    init(_ operation: GraphQLOperation, variables: [String: JSONValue]) {
        self.operation = operation
        // A variable that was not sent has its preset.
        var all = variables
        for variable in operation.variables where all[variable.name] == nil {
            if let preset = variable.preset?.value([:]) { all[variable.name] = preset }
        }
        self.variables = all
    }

    /// The fields of the root, fragments resolved.
    func rootFields() -> [GraphQLField] {
        operation.selection.flatMap { selection -> [GraphQLField] in
            if case .field(let field) = selection { [field] } else { [] }
        }
    }

    func arguments(_ field: GraphQLField) -> [String: JSONValue] {
        var all: [String: JSONValue] = [:]
        for argument in field.arguments { all[argument.name] = argument.value.value(variables) }
        return all
    }

    mutating func add(_ points: Int) { cost += points }

    /// The value of a field as JSON.
    mutating func answer(_ value: TwinValue, _ field: GraphQLField, in shop: TwinShop) -> JSONValue {
        switch value {
        case .leaf(let json): return json
        case .object(let object):
            if !GraphQLCheck.isFree(object.typeName) { cost += 1 }
            return answer(object, field.selection, in: shop)
        case .list(let objects):
            cost += objects.isEmpty ? 0 : 1
            return .array(objects.map { object in object.map { answer($0, field.selection, in: shop) } ?? .null })
        case .connection(let page): return answer(page, field, in: shop)
        }
    }

    mutating func answer(_ object: TwinObject, _ selection: [GraphQLSelection], in shop: TwinShop) -> JSONValue {
        var members: [JSONValue.Member] = []
        gather(object, selection, in: shop, into: &members)
        return .object(members)
    }

    private mutating func gather(
        _ object: TwinObject, _ selection: [GraphQLSelection], in shop: TwinShop, into members: inout [JSONValue.Member]
    ) {
        for one in selection {
            switch one {
            case .field(let field):
                if field.name == "__typename" {
                    members.append(.init(field.alias, .string(object.typeName)))
                } else {
                    let value = shop.value(field.name, of: object, arguments(field))
                    members.append(.init(field.alias, answer(value, field, in: shop)))
                }
            case .inline(let type, let inner):
                if type == nil || type == object.typeName || type == "Node" {
                    gather(object, inner, in: shop, into: &members)
                }
            case .spread(let name):
                guard let fragment = operation.fragments[name], fragment.type == object.typeName else { continue }
                gather(object, fragment.selection, in: shop, into: &members)
            }
        }
    }

    private mutating func answer(_ page: TwinPage, _ field: GraphQLField, in shop: TwinShop) -> JSONValue {
        var members: [JSONValue.Member] = []
        let before = cost
        for case .field(let inner) in field.selection {
            switch inner.name {
            case "nodes":
                members.append(.init(inner.alias, .array(page.nodes.map { answer($0, inner.selection, in: shop) })))
            case "pageInfo": members.append(.init(inner.alias, answer(.pageInfo(page), inner.selection, in: shop)))
            default: members.append(.init(inner.alias, .string(field.name)))
            }
        }
        let inside = cost - before
        let count = page.nodes.count
        cost = before + 2
        if count > 0 { cost += (GraphQLCheck.weight(of: count) * (inside + count) + count - 1) / count }
        return .object(members)
    }
}
