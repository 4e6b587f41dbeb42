// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension ShopifyConnector {
    /// Looks what was sent under this tracking number already, then fulfils the rest from the open fulfilment orders,
    /// one location a call. `fulfillmentCreate` knows no idempotency key; the tracking number is the one mark that can be
    /// read back, so a parcel without one gets the hub's own (`parcel-<reference>`).
    func ship(_ shipment: ChannelAction.Shipment) -> Exchange<ActionOutcome> {
        let number = Self.number(of: shipment)
        return wholeOrder(shipment.orderID) { order throws(ChannelFailure) in
            guard let order else { throw .notFound("order \(shipment.orderID)") }
            var needed: [String: Int] = [:]
            for line in shipment.lines { needed[line.lineID, default: 0] += line.quantity.units }
            let wanted = needed
            var earlier: String?
            for sent in order.shipments ?? []
            where !sent.isCancelled && sent.tracking.contains(where: { $0.number == number }) {
                for line in sent.lines {
                    guard let left = needed[line.lineID], left > 0 else { continue }
                    needed[line.lineID] = left - min(left, line.quantity.units)
                    earlier = earlier ?? sent.externalID
                }
            }
            if needed.values.allSatisfy({ $0 == 0 }) { return .done(.alreadyDone(externalID: earlier)) }
            guard order.cancelledAt == nil else { throw .refused("the order is cancelled") }
            let rest = needed
            let first = earlier
            return .then(
                self.openWork(of: shipment.orderID) { work throws(ChannelFailure) in
                    let plan = ShipmentPlan(rest, from: work)
                    if plan.missing.isEmpty {
                        return try self.fulfil(plan.calls[...], shipment, number, first: first)
                    }
                    // Nothing left of it and all of it sent: somebody shipped it in Shopify's own pages.
                    let sent = Self.sent(in: order)
                    if first == nil, plan.calls.isEmpty, wanted.allSatisfy({ (sent[$0.key] ?? 0) >= $0.value }) {
                        return .done(.alreadyDone(externalID: nil))
                    }
                    throw .refused(plan.why)
                })
        }
    }

    private static func number(of shipment: ChannelAction.Shipment) -> String {
        if let number = shipment.tracking?.number.trimmed, !number.isEmpty { return number }
        return "parcel-\(shipment.reference)"
    }

    /// Units that have left, by line.
    private static func sent(in order: ChannelOrder) -> [String: Int] {
        var sent: [String: Int] = [:]
        for shipment in order.shipments ?? [] where !shipment.isCancelled {
            for line in shipment.lines { sent[line.lineID, default: 0] += line.quantity.units }
        }
        return sent
    }

    private func fulfil(
        _ calls: ArraySlice<ShipmentPlan.Call>, _ shipment: ChannelAction.Shipment, _ number: String, first: String?
    ) throws(ChannelFailure) -> Reply<ActionOutcome> {
        guard let next = calls.first else { return .done(.done(externalID: first)) }
        var tracking: JSONValue = ["number": .string(number)]
        if let carrier = shipment.tracking?.carrier, !carrier.isEmpty { tracking.add("company", .string(carrier)) }
        if let url = shipment.tracking?.url, !url.isEmpty { tracking.add("url", .string(url)) }
        let fulfillment: JSONValue = [
            "lineItemsByFulfillmentOrder": .array(next.orders.map(\.input)), "trackingInfo": tracking,
            "notifyCustomer": true,
        ]
        return .then(
            call(.createFulfillment, [("fulfillment", fulfillment)], isRepeatable: false) {
                data throws(ChannelFailure) in
                let payload = data["fulfillmentCreate"]
                if let failure = UserProblem.failure(UserProblem.list(payload?["userErrors"])) { throw failure }
                guard let id = Fields.optionalID(payload?["fulfillment"]?["id"]) else {
                    throw .unreadable(.missing(field: "fulfillment.id"))
                }
                return try self.fulfil(calls.dropFirst(), shipment, number, first: first ?? id)
            })
    }
}
