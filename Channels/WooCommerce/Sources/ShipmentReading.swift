// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// Parcels. Core WooCommerce knows only `completed`, so each parcel of ours stands in the order's own meta data:
/// `_tributary_shipments`, a list of `{reference, shipped_at, last, lines: [{id, quantity}], tracking: {carrier, number, url}}`.
enum ShipmentReading {
    static let meta = "_tributary_shipments"
    /// The parcel that stands for a merchant's own click on "completed".
    static let byHand = "completed"

    /// Ours, then what a person completed by hand; nil when that cannot be told from this message.
    static func shipments(_ reading: OrderReading, _ lines: [ChannelOrder.Line], refunds: [ChannelRefund]?)
        throws(Unreadable) -> [ChannelShipment]?
    {
        let records = records(reading.json)
        let ours = records.map(\.shipment)
        let completedAt = try reading.json.moment("date_completed_gmt")
        let wasCompleted = reading.status == "completed" || reading.status == "refunded" && completedAt != nil
        guard wasCompleted, !records.contains(where: \.isLast) else { return ours }
        guard let refunds else { return nil }
        let changedAt = try reading.json.moment("date_modified_gmt")
        guard let at = completedAt ?? changedAt else { return ours }
        let rest = left(of: lines, shipped: ours, refunds: refunds.filter { $0.at <= at })
        return rest.isEmpty ? ours : ours + [ChannelShipment(externalID: byHand, at: at, lines: rest)]
    }

    /// Units that no parcel of ours holds and that were not given back before.
    private static func left(of lines: [ChannelOrder.Line], shipped: [ChannelShipment], refunds: [ChannelRefund])
        -> [ChannelShipment.Line]
    {
        var gone: [String: Int] = [:]
        for line in shipped.flatMap(\.lines) { gone[line.lineID, default: 0] += line.quantity.units }
        for line in refunds.flatMap(\.lines) { gone[line.lineID, default: 0] += line.quantity.units }
        return lines.compactMap { line in
            let rest = Quantity(clamping: line.quantity.units - gone[line.externalID, default: 0])
            return rest == .zero ? nil : ChannelShipment.Line(lineID: line.externalID, quantity: rest)
        }
    }

    struct Record: Sendable {
        var shipment: ChannelShipment
        var isLast: Bool
    }

    /// The parcels of ours. An entry that someone has edited beyond reading is passed over.
    static func records(_ order: JSON) -> [Record] { list(order).compactMap(record) }

    /// The entries as they stand. The list is kept as JSON; a plugin that flattens meta to text is understood as well.
    static func list(_ order: JSON) -> [JSON] {
        guard let value = order.meta(meta)?["value"] else { return [] }
        if value.kind == .string, let text = value.string, let parsed = try? JSON.parse(text) {
            return Array(parsed.elements)
        }
        return Array(value.elements)
    }

    private static func record(_ json: JSON) -> Record? {
        guard let reference = json["reference"]?.text, let at = json["shipped_at"]?.string.flatMap({ Instant(iso: $0) })
        else { return nil }
        let lines = json.list("lines").compactMap { line -> ChannelShipment.Line? in
            guard let id = line["id"]?.text, let quantity = line["quantity"]?.integer.flatMap({ Quantity($0) }) else {
                return nil
            }
            return ChannelShipment.Line(lineID: id, quantity: quantity)
        }
        let tracking = json["tracking"].flatMap { json -> Tracking? in
            guard let number = json["number"]?.text, let carrier = json["carrier"]?.string else { return nil }
            return Tracking(carrier: carrier, number: number, url: json.filled("url"))
        }
        return Record(
            shipment: ChannelShipment(
                externalID: reference, at: at, lines: lines, tracking: tracking.map { [$0] } ?? []),
            isLast: json["last"]?.bool ?? false)
    }

    /// A parcel as it is written.
    static func entry(_ shipment: ChannelAction.Shipment) -> JSONValue {
        var entry: JSONValue = [
            "reference": .string(shipment.reference), "shipped_at": .string(shipment.shippedAt.iso),
            "last": .bool(shipment.isLast),
        ]
        let lines = shipment.lines.map { line -> JSONValue in
            ["id": .string(line.lineID), "quantity": .integer(line.quantity.units)]
        }
        entry.add("lines", .array(lines))
        if let tracking = shipment.tracking {
            entry.add(
                "tracking",
                [
                    "carrier": .string(tracking.carrier), "number": .string(tracking.number),
                    "url": .string(tracking.url ?? ""),
                ])
        }
        return entry
    }
}
