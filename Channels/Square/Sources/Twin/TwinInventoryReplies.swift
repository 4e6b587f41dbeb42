// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension TwinShop {
    /// The moves that Square's inventory allows to be made through its API, out of a state into another.
    private static let transitions: Set<[String]> = [
        ["NONE", "IN_STOCK"], ["UNLINKED_RETURN", "IN_STOCK"], ["IN_STOCK", "SOLD"], ["IN_STOCK", "WASTE"],
    ]

    func retrieveCounts(_ body: JSON?) throws(TwinError) -> JSONValue {
        let states = Fields.list(body?["states"]).compactMap(\.string)
        let places = Fields.list(body?["location_ids"]).compactMap(\.string)
        let limit =
            try body?["limit"].map { json throws(TwinError) in
                guard let limit = json.integer, (1...1000).contains(limit) else {
                    throw .invalid("INVALID_VALUE", "Limit is 1 to 1000.", field: "limit")
                }
                return limit
            } ?? 100
        guard states.isEmpty || states.contains("IN_STOCK"), places.isEmpty || places.contains(location) else { return [:] }
        let ids = Fields.list(body?["catalog_object_ids"])
        let asked = ids.isEmpty ? Array(articles.indices) : Set(ids.compactMap { $0.string.flatMap(article) }).sorted()
        let first = try Self.place(body?["cursor"])
        // Newest first; by name where the moments are equal, so that pages fit together.
        let found = asked.sorted { (articles[$1].countedAt, $0) < (articles[$0].countedAt, $1) }
        let page = found.dropFirst(first).prefix(limit)
        var answer: JSONValue = [:]
        if !page.isEmpty { answer.add("counts", .array(page.map(count))) }
        if first + page.count < found.count { answer.add("cursor", .string("c\(first + page.count)")) }
        return answer
    }

    /// Moves counts. All of a call is checked before any of it is done. What is said to have happened before somebody counted the shelf is
    /// in that count already and moves nothing.
    mutating func changeInventory(_ body: JSON, at now: Instant) throws(TwinError) -> JSONValue {
        let changes = Fields.list(body["changes"])
        guard !changes.isEmpty else { throw .missing("changes") }
        guard changes.count <= 100 else { throw .invalid("ARRAY_LENGTH_TOO_LONG", "Too many changes: at most 100.", field: "changes") }
        var moves: [(article: Int, units: Int, at: Instant, json: JSON)] = []
        for change in changes { moves.append(try move(change, at: now)) }
        var told: [Int] = []
        var made: [JSONValue] = []
        for move in moves {
            if move.at >= articles[move.article].recountedAt { self.move(move.article, by: move.units, at: now) }
            if !told.contains(move.article) { told.append(move.article) }
            adjustments += 1
            var adjustment: JSONValue = ["id": .string(TwinID.change.text(adjustments)), "created_at": .string(now.iso)]
            for member in move.json.members { adjustment.add(member.name, member.value.value) }
            made.append(["type": "ADJUSTMENT", "adjustment": adjustment])
        }
        announce(counts: told, at: now)
        return ["counts": .array(told.map(count)), "changes": .array(made)]
    }

    private func move(_ change: JSON, at now: Instant) throws(TwinError) -> (article: Int, units: Int, at: Instant, json: JSON) {
        guard change["type"]?.string == "ADJUSTMENT", let adjustment = change["adjustment"] else {
            throw .invalid("INVALID_VALUE", "This shop takes adjustments only.", field: "changes.type")
        }
        guard let id = adjustment["catalog_object_id"]?.string, let article = article(id) else {
            throw .notFound("Catalog object with ID \(adjustment["catalog_object_id"]?.string?.prefix(40) ?? "") not found.")
        }
        guard adjustment["location_id"]?.string == location else {
            throw .invalid("INVALID_VALUE", "Location not found.", field: "changes.adjustment.location_id")
        }
        let states = [adjustment["from_state"]?.string ?? "", adjustment["to_state"]?.string ?? ""]
        guard Self.transitions.contains(states) else {
            throw .invalid(
                "INVALID_VALUE", "Invalid transition from \(states[0].prefix(30)) to \(states[1].prefix(30)).", field: "changes.adjustment")
        }
        guard let text = adjustment["quantity"]?.string, let units = Int(text), units > 0, units <= Quantity.unitsMax else {
            throw .invalid("INVALID_VALUE", "Quantity is no positive number.", field: "changes.adjustment.quantity")
        }
        guard let moment = adjustment["occurred_at"]?.string.flatMap({ Instant(iso: $0) }), moment <= now, moment >= now - .hours(24) else {
            throw .invalid("INVALID_TIME", "occurred_at is missing, older than 24 hours or in the future.", field: "changes.adjustment.occurred_at")
        }
        return (article, states[1] == "IN_STOCK" ? units : -units, moment, adjustment)
    }
}
