// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// The parts of an order that are sent or fetched as one each, and what was handed over at the till.
struct ReadFulfillments: Sendable {
    struct Part: Sendable {
        var uid: String
        var kind: String
        var state: String
        var units: [(line: String, quantity: Int)]
        var details: JSON?
        /// What the hub wrote on it when it completed it.
        var mark: String?

        /// The name in Square's metadata under which the hub finds its own parcel again.
        static let markName = "tributary_parcel"

        /// Square still lets it be sent or cancelled.
        var isOpen: Bool { ["PROPOSED", "RESERVED", "PREPARED"].contains(state) }
        var isCompleted: Bool { state == "COMPLETED" }
        var isCancelled: Bool { state == "CANCELED" }

        /// The member of the fulfilment that holds what goes with its kind.
        var detailsName: String { kind == "PICKUP" ? "pickup_details" : kind == "DELIVERY" ? "delivery_details" : "shipment_details" }
    }

    let parts: [Part]
    /// Units of no part: the buyer took them along.
    private let taken: [(line: String, quantity: Int)]

    init(_ order: JSON, isPaid: Bool) throws(Unreadable) {
        var left: [String: Int] = [:]
        var ids: [String] = []
        for line in Fields.list(order["line_items"]) {
            let id = try Fields.text(line["uid"], "line.uid")
            ids.append(id)
            left[id] = try Fields.wholeUnits(line["quantity"], "line.quantity")?.units ?? 1
        }
        let ordered = left
        var parts: [Part] = []
        for fulfillment in Fields.list(order["fulfillments"]) {
            let kind = fulfillment["type"]?.string ?? "SHIPMENT"
            var part = Part(
                uid: try Fields.text(fulfillment["uid"], "fulfillment.uid"), kind: kind, state: fulfillment["state"]?.string ?? "PROPOSED", units: [])
            part.details = fulfillment[dynamic: part.detailsName]
            part.mark = fulfillment["metadata"]?[dynamic: Part.markName]?.string
            if fulfillment["line_item_application"]?.string == "ENTRY_LIST" {
                for entry in Fields.list(fulfillment["entries"]) {
                    let line = try Fields.text(entry["line_item_uid"], "entry.line_item_uid")
                    guard ordered[line] != nil else { continue }
                    part.units.append((line, try Fields.wholeUnits(entry["quantity"], "entry.quantity")?.units ?? 1))
                }
            } else {
                part.units = ids.map { ($0, ordered[$0] ?? 0) }
            }
            for (line, quantity) in part.units { left[line] = max(0, (left[line] ?? 0) - quantity) }
            parts.append(part)
        }
        self.parts = parts
        let isHandedOver = order["state"]?.string == "COMPLETED" || (isPaid && !parts.isEmpty && order["state"]?.string == "OPEN")
        taken = isHandedOver ? ids.compactMap { id in (left[id] ?? 0) > 0 ? (id, left[id] ?? 0) : nil } : []
    }

    /// When every part of it was cancelled and nothing was taken along; an order that was paid stays open at Square then.
    func cancelledAt(_ changedAt: Instant) throws(Unreadable) -> Instant? {
        guard !parts.isEmpty, taken.isEmpty, parts.allSatisfy(\.isCancelled) else { return nil }
        var latest: Instant?
        for part in parts {
            guard let at = try Fields.optionalTime(part.details?["canceled_at"], "canceled_at") else { continue }
            latest = max(latest ?? at, at)
        }
        return latest ?? changedAt
    }

    func shipments(order: String, changedAt: Instant) throws(Unreadable) -> [ChannelShipment] {
        var shipments: [ChannelShipment] = []
        if !taken.isEmpty { shipments.append(ChannelShipment(externalID: "\(order)-till", at: changedAt, lines: Self.lines(taken))) }
        for part in parts where part.isCompleted {
            var at: Instant?
            for name in ["shipped_at", "picked_up_at", "delivered_at", "completed_at"] where at == nil {
                at = try Fields.optionalTime(part.details?[dynamic: name], name)
            }
            var tracking: [Tracking] = []
            if let number = Fields.optionalText(part.details?["tracking_number"]) {
                tracking.append(
                    Tracking(
                        carrier: Fields.optionalText(part.details?["carrier"]) ?? "", number: number,
                        url: Fields.optionalText(part.details?["tracking_url"])))
            }
            shipments.append(ChannelShipment(externalID: part.uid, at: at ?? changedAt, lines: Self.lines(part.units), tracking: tracking))
        }
        return shipments
    }

    private static func lines(_ units: [(line: String, quantity: Int)]) -> [ChannelShipment.Line] {
        units.filter { $0.quantity > 0 }.map { .init(lineID: $0.line, quantity: Quantity(clamping: $0.quantity)) }
    }
}
