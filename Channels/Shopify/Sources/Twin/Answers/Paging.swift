// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension TwinShop {
    /// A page of a list that is addressed by position: `first` after the position in the cursor.
    func page(of count: Int, _ arguments: [String: JSONValue], _ node: (Int) -> TwinObject?) -> TwinValue {
        let size = max(0, Self.number(arguments["first"]) ?? 250)
        let from = Self.text(arguments["after"]).flatMap(Self.position(cursor:)).map { $0 + 1 } ?? 0
        var nodes: [TwinObject] = []
        var last: Int?
        var at = max(0, from)
        while at < count, nodes.count < size {
            if let object = node(at) {
                nodes.append(object)
                last = at
            }
            at += 1
        }
        // Whether anything follows that is not passed over.
        var hasNext = false
        while at < count, !hasNext {
            hasNext = node(at) != nil
            at += 1
        }
        return .connection(
            TwinPage(
                nodes: nodes, hasNext: hasNext, hasPrevious: from > 0, start: nodes.isEmpty ? nil : Self.cursor(from),
                end: last.map(Self.cursor)))
    }

    /// Opaque to the caller, as the service's are.
    static func cursor(_ position: Int) -> String { ByteText.base64(Array("{\"last_id\":\(position)}".utf8)) }

    static func position(cursor: String) -> Int? {
        guard let bytes = ByteText.bytes(base64: cursor), let json = try? JSON.parse(bytes),
            let position = json["last_id"]?.integer,
            position >= 0, position < Int.max - 1
        else { return nil }
        return position
    }

    // MARK: Orders by time

    /// Orders whose last change lies in the window, by time and then by id. Looks up the beginning and reads on from
    /// there: what a poll costs depends on what it finds, not on how many orders the shop has.
    func orderPage(_ arguments: [String: JSONValue]) -> TwinValue {
        let size = max(0, Self.number(arguments["first"]) ?? 50)
        let window = SearchWindow(Self.text(arguments["query"]) ?? "", field: "updated_at")
        var from = window.from
        var after: (second: Int64, id: Int64)?
        if let cursor = Self.text(arguments["after"]), let place = Self.place(cursor: cursor) {
            after = place
            from = max(from, place.second)
        }
        var found: [Int] = []
        var at = lowerBound(from)
        while at < changes.count, found.count <= size, changes[at].at <= window.to {
            let second = changes[at].at
            var group: [Int] = []
            while at < changes.count, changes[at].at == second {
                let order = changes[at].order
                if orders[order].updatedAt.seconds == second, isCurrent(at) { group.append(order) }
                at += 1
            }
            for order in group.sorted() {
                if let after, second == after.second, orders[order].id <= after.id { continue }
                found.append(order)
            }
        }
        let shown = found.prefix(size)
        return .connection(
            TwinPage(
                nodes: shown.map(TwinObject.order), hasNext: found.count > shown.count, hasPrevious: after != nil,
                start: shown.first.map(cursor(order:)), end: shown.last.map(cursor(order:))))
    }

    /// An order that changed twice within a second stands twice in the list; the last one counts.
    private func isCurrent(_ position: Int) -> Bool {
        var next = position + 1
        while next < changes.count, changes[next].at == changes[position].at {
            if changes[next].order == changes[position].order { return false }
            next += 1
        }
        return true
    }

    private func lowerBound(_ second: Int64) -> Int {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].at < second { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func cursor(order: Int) -> String {
        let text = "{\"last_id\":\(orders[order].id),\"last_value\":\(orders[order].updatedAt.seconds)}"
        return ByteText.base64(Array(text.utf8))
    }

    private static func place(cursor: String) -> (second: Int64, id: Int64)? {
        guard let bytes = ByteText.bytes(base64: cursor), let json = try? JSON.parse(bytes),
            let id = json["last_id"]?.integer,
            let second = json["last_value"]?.integer
        else { return nil }
        return (Int64(second), Int64(id))
    }
}

/// A window of time in Shopify's search syntax: `updated_at:>='2026-11-02T09:00:00Z' AND updated_at:<='…'`. What it does
/// not know it passes over, as the service does.
struct SearchWindow: Sendable {
    private(set) var from = Int64.min
    private(set) var to = Int64.max

    init(_ query: String, field: String) {
        for term in query.split(separator: " ") where term.hasPrefix(field + ":") {
            var rest = term.dropFirst(field.utf8.count + 1)
            let comparison = rest.prefix { $0 == ">" || $0 == "<" || $0 == "=" }
            rest = rest.dropFirst(comparison.count)
            guard let moment = Instant(iso: rest.filter { $0 != "'" && $0 != "\"" }) else { continue }
            switch comparison {
            case ">=": from = max(from, moment.seconds)
            case ">": from = max(from, moment.seconds + 1)
            case "<=": to = min(to, moment.seconds)
            case "<": to = min(to, moment.seconds - 1)
            default: break
            }
        }
    }
}
