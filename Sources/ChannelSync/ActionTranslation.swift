// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Journal
import Orders
import Storage
import Vocabulary

/// Puts what was done to an order here into the channel's words.
struct ActionTranslation: Sendable {
    var order: ID<OrderKind>
    var kind: OrderAction
    var key: String
    var action: ChannelAction

    /// Nil when the job names nothing that is there.
    init?(job: Job, in transaction: Transaction) throws {
        guard let number = job.payload["order"]?.integer, let kind = job.payload["action"]?.string.flatMap(OrderAction.init(rawValue:)),
            let key = job.payload["key"]?.string, let record = try OrderReader.record(ID(Int64(number)), in: transaction),
            let action = Self.action(kind, key: key, record.order)
        else { return nil }
        self.order = record.order.id
        self.kind = kind
        self.key = key
        self.action = action
    }

    static func action(_ kind: OrderAction, key: String, _ order: Order) -> ChannelAction? {
        let currency = order.header.currency
        switch kind {
        case .cancel:
            let isPaid = order.header.payment == .paid || order.header.payment == .partiallyRefunded
            return .cancel(.init(orderID: order.externalID, reason: .other, refund: isPaid, restock: true))
        case .ship:
            guard let position = order.shipments.firstIndex(where: { $0.key == key }) else { return nil }
            let shipment = order.shipments[position]
            let lines = shipment.lines.map { ChannelShipment.Line(lineID: $0.lineID, quantity: Quantity(clamping: $0.units)) }
            // A parcel that is booked but not told yet will be told after this one.
            let othersAreTold = order.shipments.allSatisfy { $0.key == key || $0.isCancelled || $0.externalID != nil }
            let isLast = othersAreTold && OrderFold(order).lines.allSatisfy { $0.toShip == 0 }
            let tracking = shipment.tracking.first.map { ChannelKit.Tracking(carrier: $0.carrier, number: $0.number, url: $0.url) }
            return .ship(
                .init(
                    orderID: order.externalID, reference: String(position + 1), shippedAt: shipment.at, lines: lines, isLast: isLast,
                    tracking: tracking))
        case .refund:
            guard let refund = order.refunds.first(where: { $0.key == key }) else { return nil }
            let lines = refund.lines.map { line in
                ChannelAction.Refund.Line(
                    lineID: line.lineID, quantity: Quantity(clamping: line.units), restock: line.disposition == .restocked,
                    net: Money(minor: line.net, currency), tax: Money(minor: line.tax, currency))
            }
            return .refund(
                .init(
                    orderID: order.externalID, lines: lines, shipping: Money(minor: refund.shipping + refund.shippingTax, currency),
                    total: Money(minor: refund.total, currency), note: ""))
        }
    }
}
