// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
import Vocabulary

extension WooCommerceConnector {
    /// Sets absolute quantities, one batch call for all plain products and one for each variable product.
    ///
    /// A batch answers 200 whatever becomes of its items and checks none of them as single calls are checked (a quantity it
    /// cannot read becomes 0, recordings 084, 336), so every item's echo is compared with what was sent. Not repeatable: a second
    /// try would also overwrite what the shop has sold since the first.
    public func publish(_ pushes: [QuantityPush], idempotencyKey: String, _ access: Access) -> Exchange<
        [QuantityOutcome]
    > {
        var refused: [QuantityOutcome] = []
        var groups: [Group] = []
        var places: [String: Int] = [:]
        for push in pushes {
            guard let route = StockRoute(push.key.stock) else {
                refused.append(
                    QuantityOutcome(
                        key: push.key, quantity: push.quantity,
                        result: .refused("\(push.key.stock) is no key of WooCommerce")))
                continue
            }
            let name = route.parent ?? ""
            let place = places[name] ?? groups.count
            if place == groups.count {
                groups.append(Group(parent: route.parent, items: []))
                places[name] = place
            }
            groups[place].items.append((route.id, push))
        }
        // Nothing to set is still a call; an empty batch is answered with an empty list (recording 096).
        return batch(groups.first ?? Group(parent: nil, items: []), groups.dropFirst(), refused, access)
    }

    private struct Group: Sendable {
        var parent: String?
        var items: [(id: String, push: QuantityPush)]
    }

    private func batch(_ group: Group, _ rest: ArraySlice<Group>, _ before: [QuantityOutcome], _ access: Access)
        -> Exchange<[QuantityOutcome]>
    {
        let now = group.items.prefix(Self.profile.abilities.quantityBatchMax)
        let later = Group(parent: group.parent, items: Array(group.items.dropFirst(now.count)))
        let waiting = later.items.isEmpty ? rest : [later] + rest
        let updates = now.map { item -> JSONValue in
            ["id": .number(item.id), "manage_stock": true, "stock_quantity": .integer(item.push.quantity.units)]
        }
        let body: JSONValue = updates.isEmpty ? [:] : ["update": .array(updates)]
        let path = StockRoute.path(parent: group.parent) + "/batch"
        return shop.send(.post, path, body, access) { json throws(ChannelFailure) in
            let outcomes = before + Self.outcomes(Array(now), json)
            guard let next = waiting.first else { return .done(outcomes) }
            return .page(outcomes, next: batch(next, waiting.dropFirst(), [], access))
        }
    }

    /// Results stand in the order of the request (recording 092).
    private static func outcomes(_ items: [(id: String, push: QuantityPush)], _ answer: JSON) -> [QuantityOutcome] {
        let results = answer.list("update")
        return items.enumerated().map { position, item in
            let result = position < results.count ? results[position] : nil
            return QuantityOutcome(
                key: item.push.key, quantity: item.push.quantity,
                result: judge(result, id: item.id, item.push.quantity.units))
        }
    }

    private static func judge(_ result: JSON?, id: String, _ wanted: Int) -> QuantityOutcome.Result {
        guard let result, result["id"]?.text == id else { return .failed("the shop's answer leaves it out") }
        if let error = result["error"] {
            let why = (error["code"]?.string ?? "error") + ": " + EntityText.plain(error["message"]?.string ?? "")
            let status = error["data"]?["status"]?.integer ?? error["data"]?.integer ?? 400
            return status >= 500 || status == 429 ? .failed(why) : .refused(why)
        }
        guard result["manage_stock"]?.bool == true else { return .refused("the shop keeps no stock of it") }
        guard let shown = result["stock_quantity"]?.integer else { return .failed("the shop shows no quantity of it") }
        return shown == wanted ? .acknowledged : .failed("the shop shows \(shown) instead")
    }

    /// Reads counts back, plain products in one call per hundred and variations under their parents.
    public func quantities(of keys: [ListingKey], _ access: Access) -> Exchange<[ChannelFact]> {
        var ids: [String: [String]] = [:]
        var order: [String] = []
        for route in keys.compactMap({ StockRoute($0.stock) }) {
            let name = route.parent ?? ""
            if ids[name] == nil { order.append(name) }
            ids[name, default: []].append(route.id)
        }
        var asks: [Ask] = []
        for name in order {
            let all = ids[name] ?? []
            for start in stride(from: 0, to: all.count, by: Paging.size) {
                asks.append(
                    Ask(parent: name.isEmpty ? nil : name, ids: Array(all[start..<min(start + Paging.size, all.count)]))
                )
            }
        }
        return read(asks.first ?? Ask(parent: nil, ids: ["0"]), asks.dropFirst(), access)
    }

    private struct Ask: Sendable {
        var parent: String?
        var ids: [String]
    }

    private func read(_ ask: Ask, _ rest: ArraySlice<Ask>, _ access: Access) -> Exchange<[ChannelFact]> {
        let query = [("include", ask.ids.joined(separator: ",")), ("_fields", ListingReading.stockFields)]
        return shop.list(StockRoute.path(parent: ask.parent), Paging(), query: query, access) {
            rows, _ throws(ChannelFailure) in
            let facts = try reading { () throws(Unreadable) in
                var facts: [ChannelFact] = []
                for row in rows {
                    guard let quantity = try ListingReading.quantity(row) else { continue }
                    let route = StockRoute(parent: ask.parent, id: try row.identifier("id"))
                    facts.append(.quantity(stock: route.stock, quantity: quantity, at: access.now))
                }
                return facts
            }
            guard let next = rest.first else { return .done(facts) }
            return .page(facts, next: read(next, rest.dropFirst(), access))
        }
    }
}
