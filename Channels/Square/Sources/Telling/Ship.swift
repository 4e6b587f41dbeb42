// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension SquareConnector {
    /// Marks the parts of the order that this parcel makes whole as completed. Square sends a part as a whole; an order from its API or
    /// Square Online has one, those put together at the till may have more.
    func ship(_ shipment: ChannelAction.Shipment, key: String, patience: Int) -> Exchange<ActionOutcome> {
        rawOrder(shipment.orderID) { order throws(ChannelFailure) in
            let mark = String(Self.shortKey(key).prefix(16))
            let state = order["state"]?.string
            switch ShipmentPlan(shipment, try self.parts(of: order).parts, mark: mark).finding {
            case .done(let part): return .done(.alreadyDone(externalID: part))
            // Sold over the counter.
            case .refuse where state == "COMPLETED": return .done(.alreadyDone(externalID: nil))
            case .refuse(let why): throw .refused(why)
            case .send(let parts):
                guard state == "OPEN" else { throw .refused("the order is not open at Square") }
                let changes = parts.map { Self.completed($0, shipment.tracking, mark: mark) }
                return .then(
                    try self.update(
                        order, [("fulfillments", .array(changes))], key: key,
                        again: { () throws(ChannelFailure) in
                            guard patience > 0 else { throw .unavailable("the order changes faster than it can be shipped") }
                            return .then(self.ship(shipment, key: key, patience: patience - 1))
                        },
                        then: { _ in .done(.done(externalID: parts.first?.uid)) }))
            }
        }
    }

    private static func completed(_ part: ReadFulfillments.Part, _ tracking: Tracking?, mark: String) -> JSONValue {
        var change: JSONValue = [
            "uid": .string(part.uid), "state": "COMPLETED", "metadata": .object([.init(ReadFulfillments.Part.markName, .string(mark))]),
        ]
        guard part.kind == "SHIPMENT", let tracking else { return change }
        var details: JSONValue = [:]
        if !tracking.carrier.isEmpty { details.add("carrier", .string(String(tracking.carrier.prefix(50)))) }
        if !tracking.number.isEmpty { details.add("tracking_number", .string(String(tracking.number.prefix(100)))) }
        if let url = tracking.url, !url.isEmpty { details.add("tracking_url", .string(String(url.prefix(2000)))) }
        if details != [:] { change.add("shipment_details", details) }
        return change
    }
}

/// Which parts of an order a parcel completes.
struct ShipmentPlan: Sendable {
    enum Finding: Sendable {
        /// It left before, with this part: by an earlier try of ours or by hand.
        case done(part: String?)
        case send([ReadFulfillments.Part])
        case refuse(String)
    }
    let finding: Finding

    /// - Parameter mark: what our earlier try left on the part it completed.
    init(_ shipment: ChannelAction.Shipment, _ parts: [ReadFulfillments.Part], mark: String) {
        let open = parts.filter(\.isOpen)
        if let earlier = parts.first(where: { $0.isCompleted && $0.mark == mark }) {
            finding = .done(part: earlier.uid)
        } else if open.isEmpty {
            let sent = parts.first(where: \.isCompleted)
            finding = sent.map { .done(part: $0.uid) } ?? .refuse("nothing of the order is open to be sent")
        } else if shipment.isLast {
            // Units that were given back stay in their part at Square: the last parcel closes it without them.
            finding = .send(open)
        } else {
            var rest: [String: Int] = [:]
            for line in shipment.lines { rest[line.lineID, default: 0] += line.quantity.units }
            var whole: [ReadFulfillments.Part] = []
            for part in open where !part.units.isEmpty && part.units.allSatisfy({ $0.quantity <= rest[$0.line] ?? 0 }) {
                for (line, units) in part.units { rest[line, default: 0] -= units }
                whole.append(part)
            }
            finding =
                rest.values.allSatisfy { $0 == 0 } && !whole.isEmpty
                ? .send(whole) : .refuse("Square sends an order, or a part that was made at the till, only as a whole: ship all of it in one parcel")
        }
    }
}
