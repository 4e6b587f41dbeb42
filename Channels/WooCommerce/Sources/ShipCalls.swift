// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension WooCommerceConnector {
    /// Writes the parcel into the order's meta data, completes the order with its last parcel, and then tells the buyer.
    func ship(_ shipment: ChannelAction.Shipment, _ order: OrderReading, _ access: Access) throws(ChannelFailure)
        -> Reply<ActionOutcome>
    {
        let records = ShipmentReading.records(order.json)
        if records.contains(where: { $0.shipment.externalID == shipment.reference }) {
            return tell(shipment, access, outcome: .alreadyDone(externalID: shipment.reference))
        }
        if order.status == "completed" { return .done(.alreadyDone(externalID: nil)) }
        if ["cancelled", "refunded", "failed", "trash", "checkout-draft", "auto-draft"].contains(order.status) {
            throw .refused("the order is \(order.status)")
        }
        let lines = try reading { () throws(Unreadable) in try order.order().lines }
        try checkLeft(shipment, lines, records.map(\.shipment))
        let reference = shipment.reference
        return .then(
            shop.send(.put, Self.path(shipment.orderID), update(shipment, order.json), access) {
                json throws(ChannelFailure) in
                // The same key is looked for in the echo: a plugin that guards meta data would lose the parcel without a word.
                guard ShipmentReading.records(json).contains(where: { $0.shipment.externalID == reference }) else {
                    throw .refused("the shop did not keep \(ShipmentReading.meta)")
                }
                return tell(shipment, access, outcome: .done(externalID: reference))
            })
    }

    private func checkLeft(
        _ shipment: ChannelAction.Shipment, _ lines: [ChannelOrder.Line], _ shipped: [ChannelShipment]
    ) throws(ChannelFailure) {
        var left = Dictionary(lines.map { ($0.externalID, $0.quantity.units) }, uniquingKeysWith: { first, _ in first })
        for line in shipped.flatMap(\.lines) + shipment.lines {
            left[line.lineID] = (left[line.lineID] ?? 0) - line.quantity.units
        }
        for line in shipment.lines where (left[line.lineID] ?? -1) < 0 {
            throw .refused("line \(line.lineID) has fewer than \(line.quantity.units) units left to ship")
        }
    }

    private func update(_ shipment: ChannelAction.Shipment, _ order: JSON) -> JSONValue {
        var metas = [
            meta(
                ShipmentReading.meta, ShipmentReading.list(order).map(\.value) + [ShipmentReading.entry(shipment)],
                in: order)
        ]
        if tracking == .meta, let tracking = shipment.tracking {
            let before =
                order.meta(Self.pluginMeta).map { $0["value"].map { Array($0.elements).map(\.value) } ?? [] } ?? []
            metas.append(meta(Self.pluginMeta, before + [pluginItem(shipment, tracking)], in: order))
        }
        var body: JSONValue = ["meta_data": .array(metas)]
        if shipment.isLast { body.add("status", "completed") }
        return body
    }

    /// With the id of the entry it replaces, so that no second one of its name appears.
    private func meta(_ key: String, _ list: [JSONValue], in order: JSON) -> JSONValue {
        var entry: JSONValue = [:]
        if let id = order.meta(key)?["id"]?.integer { entry.add("id", .integer(id)) }
        entry.add("key", .string(key))
        entry.add("value", .array(list))
        return entry
    }

    /// Where the Shipment Tracking plugin keeps its list.
    static let pluginMeta = "_wc_shipment_tracking_items"

    private func pluginItem(_ shipment: ChannelAction.Shipment, _ tracking: Tracking) -> JSONValue {
        [
            "tracking_provider": "", "custom_tracking_provider": .string(tracking.carrier),
            "custom_tracking_link": .string(tracking.url ?? ""),
            "tracking_number": .string(tracking.number), "date_shipped": .string(String(shipment.shippedAt.seconds)),
            "tracking_id": .string(
                ByteText.hex(Signature.sha256(Array((shipment.orderID + "/" + shipment.reference).utf8)).prefix(16))),
        ]
    }

    /// One customer note for each parcel with tracking: looked for before it is written, as a try may have died between the two calls.
    private func tell(_ shipment: ChannelAction.Shipment, _ access: Access, outcome: ActionOutcome) -> Reply<
        ActionOutcome
    > {
        guard tracking == .note, let tracking = shipment.tracking else { return .done(outcome) }
        let text = [tracking.carrier, tracking.number, tracking.url ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        let path = Self.path(shipment.orderID) + "/notes"
        return .then(
            shop.get(path, query: [("type", "customer")], access) { json throws(ChannelFailure) in
                let isTold = json.elements.contains {
                    EntityText.decoded($0["note"]?.string ?? "").contains(tracking.number)
                }
                if isTold { return .done(outcome) }
                return .then(
                    shop.send(.post, path, ["note": .string(text), "customer_note": true], access) {
                        _ throws(ChannelFailure) in .done(outcome)
                    })
            })
    }
}
