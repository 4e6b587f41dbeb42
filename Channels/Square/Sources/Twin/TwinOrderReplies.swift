// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension TwinShop {
    /// Orders changed in a window, oldest change first.
    func searchOrders(_ body: JSON?, at now: Instant) throws(TwinError) -> JSONValue {
        let places = Fields.list(body?["location_ids"]).compactMap(\.string)
        guard (1...10).contains(places.count) else { throw .missing("location_ids") }
        let limit = body?["limit"]?.integer ?? 500
        guard (1...1000).contains(limit) else { throw .invalid("INVALID_VALUE", "Limit is 1 to 1000.", field: "limit") }
        let window = body?["query"]?["filter"]?["date_time_filter"]?["updated_at"]
        guard let from = window?["start_at"]?.string.flatMap({ Instant(iso: $0) }), let to = window?["end_at"]?.string.flatMap({ Instant(iso: $0) }),
            body?["query"]?["sort"]?["sort_field"]?.string == "UPDATED_AT", body?["query"]?["sort"]?["sort_order"]?.string == "ASC"
        else { throw .invalid("BAD_REQUEST", "This shop is asked by updated_at, in its order.", field: "query") }
        guard places.contains(location) else { return [:] }
        var at = max(try Self.place(body?["cursor"]), firstChange(from: from))
        var found: [JSONValue] = []
        while at < changes.count, changes[at].at <= to, found.count < limit {
            let change = changes[at]
            if orders[change.order].updatedAt == change.at, isLast(at) { found.append(orderJSON(change.order, at: now)) }
            at += 1
        }
        var answer: JSONValue = found.isEmpty ? [:] : ["orders": .array(found)]
        if at < changes.count, changes[at].at <= to { answer.add("cursor", .string("c\(at)")) }
        return answer
    }

    /// Whether no later change of the same moment is of the same order.
    private func isLast(_ position: Int) -> Bool {
        var next = position + 1
        while next < changes.count, changes[next].at == changes[position].at {
            if changes[next].order == changes[position].order { return false }
            next += 1
        }
        return true
    }

    private func firstChange(from: Instant) -> Int {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].at < from { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func retrieveOrders(_ body: JSON?, at now: Instant) throws(TwinError) -> JSONValue {
        let ids = Fields.list(body?["order_ids"]).compactMap(\.string)
        guard !ids.isEmpty else { throw .missing("order_ids") }
        guard ids.count <= 100 else { throw .invalid("ARRAY_LENGTH_TOO_LONG", "At most 100 orders.", field: "order_ids") }
        let found = body?["location_id"]?.string ?? location == location ? ids.compactMap(order) : []
        return found.isEmpty ? [:] : ["orders": .array(found.map { orderJSON($0, at: now) })]
    }

    /// A sparse order for the version it was read at: the state of its parcel with what goes with it, and its own state.
    mutating func updateOrder(_ id: String, _ body: JSON, at now: Instant) throws(TwinError) -> JSONValue {
        guard let order = order(id) else { throw .notFound("Order not found for id \(id.prefix(40)).") }
        guard let change = body["order"] else { throw .missing("order") }
        guard orders[order].giveBack == nil, orders[order].state == "OPEN" else {
            throw .invalid("BAD_REQUEST", "Order is already finalized.", field: "order.state")
        }
        guard let version = change["version"]?.integer else { throw .missing("order.version") }
        guard version == orders[order].version else {
            throw TwinError(
                409, "INVALID_REQUEST_ERROR", "VERSION_MISMATCH", "Object version does not match latest database version.", field: "order.version")
        }
        var parcel = orders[order].parcel
        var isMoved = false
        for part in Fields.list(change["fulfillments"]) {
            guard part["uid"]?.string == TwinID.parcel.text(order) else { throw .notFound("Fulfillment not found.") }
            try Self.apply(part, to: &parcel, at: now)
            isMoved = true
        }
        if let state = change["state"]?.string {
            guard state == "CANCELED", orders[order].paidAt == nil, !parcel.isOpen else {
                throw .invalid("BAD_REQUEST", "The order cannot move to \(state.prefix(20)).", field: "order.state")
            }
            orders[order].state = "CANCELED"
            orders[order].closedAt = now
        }
        let before = orders[order].parcel.state
        orders[order].parcel = parcel
        orders[order].version += 1
        closeIfDone(order, at: now)
        touch(order, at: now)
        announce(order: order, "updated", at: now)
        if isMoved { announceParcel(order, from: before, at: now) }
        return ["order": orderJSON(order, at: now)]
    }

    private static func apply(_ part: JSON, to parcel: inout TwinOrder.Parcel, at now: Instant) throws(TwinError) {
        guard parcel.isOpen else { throw .invalid("BAD_REQUEST", "The fulfillment is in a terminal state.", field: "order.fulfillments.state") }
        let details = part["shipment_details"]
        if let carrier = details?["carrier"]?.string { parcel.carrier = carrier }
        if let number = details?["tracking_number"]?.string { parcel.number = number }
        if let url = details?["tracking_url"]?.string { parcel.url = url }
        if let metadata = part["metadata"] { parcel.metadata = metadata.value }
        guard let state = part["state"]?.string else { return }
        guard ["PROPOSED", "RESERVED", "PREPARED", "COMPLETED", "CANCELED", "FAILED"].contains(state) else {
            throw .invalid("INVALID_ENUM_VALUE", "\(state.prefix(20)) is no state of a fulfillment.", field: "order.fulfillments.state")
        }
        parcel.state = state
        if state == "COMPLETED" { parcel.shippedAt = now }
        if state == "CANCELED" {
            parcel.canceledAt = now
            parcel.cancelReason = details?["cancel_reason"]?.string
        }
    }

    private mutating func announceParcel(_ order: Int, from before: String, at now: Instant) {
        announce("order.fulfillment.updated", id: TwinID.order.text(order), kind: "order_fulfillment_updated", at: now) { shop in
            let told = shop.orders[order]
            return [
                "order_fulfillment_updated": [
                    "order_id": .string(TwinID.order.text(order)), "version": .integer(told.version), "location_id": .string(shop.location),
                    "state": .string(told.state), "created_at": .string(told.createdAt.iso), "updated_at": .string(told.updatedAt.iso),
                    "fulfillment_update": [
                        [
                            "fulfillment_uid": .string(TwinID.parcel.text(order)), "old_state": .string(before),
                            "new_state": .string(told.parcel.state),
                        ]
                    ],
                ]
            ]
        }
    }
}
