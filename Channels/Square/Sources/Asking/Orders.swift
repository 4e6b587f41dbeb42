// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Vocabulary

extension SquareConnector {
    /// Orders of the location changed in the window, oldest change first. Returns are orders of their own at Square and come the same way.
    public func orders(changedFrom: Instant, to: Instant, _ access: Access) -> Exchange<[ChannelFact]> {
        ordersPage(changedFrom, to, cursor: nil)
    }

    private func ordersPage(_ from: Instant, _ to: Instant, cursor: String?) -> Exchange<[ChannelFact]> {
        let window: JSONValue = ["updated_at": ["start_at": .string(from.iso), "end_at": .string(to.iso)]]
        var body: JSONValue = [
            "location_ids": [.string(location)], "limit": 100, "return_entries": false,
            "query": ["filter": ["date_time_filter": window], "sort": ["sort_field": "UPDATED_AT", "sort_order": "ASC"]],
        ]
        if let cursor { body.add("cursor", .string(cursor)) }
        return call(.post, "/v2/orders/search", body) { answer throws(ChannelFailure) in
            let next = Fields.optionalText(answer["cursor"]).map { self.ordersPage(from, to, cursor: $0) }
            let orders = Fields.list(answer["orders"])
            return try self.withSKUs(of: orders) { skus throws(ChannelFailure) in
                var facts: [ChannelFact] = []
                for order in orders { facts += try self.facts(of: order, skus: skus) }
                return next.map { .page(facts, next: $0) } ?? .done(facts)
            }
        }
    }

    /// One order or return, by its id.
    public func order(_ externalID: String, _ access: Access) -> Exchange<[ChannelFact]> {
        rawOrder(externalID) { order throws(ChannelFailure) in
            try self.withSKUs(of: [order]) { skus throws(ChannelFailure) in
                do throws(Unreadable) { return .done(try ReadOrder(order, skus: skus, at: self.location).facts()) } catch {
                    throw .unreadable(error)
                }
            }
        }
    }

    /// The order as Square writes it. An id that Square does not know is left out of its answer.
    func rawOrder<Output: Sendable>(
        _ id: String, then finish: @escaping @Sendable (JSON) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        call(.post, "/v2/orders/batch-retrieve", ["location_id": .string(location), "order_ids": [.string(id)]]) { answer throws(ChannelFailure) in
            guard let order = Fields.list(answer["orders"]).first(where: { $0["id"]?.string == id }) else { throw .notFound("order \(id)") }
            return try finish(order)
        }
    }

    /// What one order of a page says. One that cannot be read is asked for again by itself, so that its neighbours pass.
    private func facts(of order: JSON, skus: [String: String]) throws(ChannelFailure) -> [ChannelFact] {
        do throws(Unreadable) { return try ReadOrder(order, skus: skus, at: location).facts() } catch {
            guard let id = Fields.optionalText(order["id"]) else { throw .unreadable(error) }
            return [.orderChanged(orderID: id)]
        }
    }

    private func withSKUs(
        of orders: [JSON], then finish: @escaping @Sendable ([String: String]) throws(ChannelFailure) -> Reply<[ChannelFact]>
    ) throws(ChannelFailure) -> Reply<[ChannelFact]> {
        var seen: Set<String> = []
        var variations: [String] = []
        for order in orders {
            for line in Fields.list(order["line_items"]) {
                if let id = Fields.optionalText(line["catalog_object_id"]), seen.insert(id).inserted { variations.append(id) }
            }
        }
        return variations.isEmpty ? try finish([:]) : .then(skus(of: variations[...], then: finish))
    }
}
