// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension ShopifyConnector {
    /// All fulfilment orders of an order, with all their lines.
    func openWork(
        of order: String,
        then next: @escaping @Sendable ([FulfillmentWork]) throws(ChannelFailure) -> Reply<ActionOutcome>
    ) -> Exchange<ActionOutcome> {
        workPage(of: GlobalID.text(.order, order), after: nil, so: [], then: next)
    }

    private func workPage(
        of order: String, after: String?, so far: [FulfillmentWork],
        then next: @escaping @Sendable ([FulfillmentWork]) throws(ChannelFailure) -> Reply<ActionOutcome>
    ) -> Exchange<ActionOutcome> {
        call(.fulfillmentOrders, [("id", .string(order)), ("after", .optional(after))]) { data throws(ChannelFailure) in
            let connection = data["order"]?["fulfillmentOrders"]
            guard let nodes = connection?["nodes"] else { throw .unreadable(.missing(field: "fulfillmentOrders")) }
            var work = far
            var unfinished: [(position: Int, after: String)] = []
            for node in nodes.elements {
                guard let id = node["id"]?.string else { throw .unreadable(.missing(field: "fulfillmentOrder.id")) }
                if let rest = OrderDraft.rest(of: node["lineItems"]) { unfinished.append((work.count, rest)) }
                work.append(
                    FulfillmentWork(
                        id: id, status: node["status"]?.string ?? "",
                        location: node["assignedLocation"]?["location"]?["id"]?.string ?? "",
                        lines: try Self.lines(node["lineItems"])))
            }
            return try self.complete(work, unfinished[...]) { work throws(ChannelFailure) in
                guard let after = OrderDraft.rest(of: connection) else { return try next(work) }
                return .then(self.workPage(of: order, after: after, so: work, then: next))
            }
        }
    }

    private func complete(
        _ work: [FulfillmentWork], _ unfinished: ArraySlice<(position: Int, after: String)>,
        then next: @escaping @Sendable ([FulfillmentWork]) throws(ChannelFailure) -> Reply<ActionOutcome>
    ) throws(ChannelFailure) -> Reply<ActionOutcome> {
        guard let gap = unfinished.first else { return try next(work) }
        let variables: [(String, JSONValue)] = [("id", .string(work[gap.position].id)), ("after", .string(gap.after))]
        return .then(
            call(.fulfillmentOrderLines, variables) { data throws(ChannelFailure) in
                let connection = data["fulfillmentOrder"]?["lineItems"]
                var work = work
                work[gap.position].lines += try Self.lines(connection)
                var rest = unfinished.dropFirst()
                if let after = OrderDraft.rest(of: connection) { rest = [(gap.position, after)] + rest }
                return try self.complete(work, rest, then: next)
            })
    }

    private static func lines(_ connection: JSON?) throws(ChannelFailure) -> [FulfillmentWork.Line] {
        guard let nodes = connection?["nodes"] else { throw .unreadable(.missing(field: "fulfillmentOrder.lineItems")) }
        var lines: [FulfillmentWork.Line] = []
        do throws(Unreadable) {
            for node in nodes.elements {
                lines.append(
                    .init(
                        id: try Fields.text(node["id"], "fulfillmentOrderLineItem.id"),
                        orderLine: try Fields.id(node["lineItem"]?["id"], "fulfillmentOrderLineItem.lineItem.id"),
                        remaining: try Fields.quantity(node["remainingQuantity"], "remainingQuantity").units))
            }
        } catch { throw .unreadable(error) }
        return lines
    }
}
