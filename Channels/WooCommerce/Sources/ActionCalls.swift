// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
import Vocabulary

extension WooCommerceConnector {
    /// Ships, cancels or refunds. WooCommerce ignores idempotency keys, so each action first looks whether it was done before.
    public func perform(_ action: ChannelAction, idempotencyKey: String, _ access: Access) -> Exchange<ActionOutcome> {
        switch action {
        case .ship(let shipment):
            looking(shipment.orderID, access) { order throws(ChannelFailure) in try ship(shipment, order, access) }
        case .cancel(let cancellation):
            looking(cancellation.orderID, access) { order throws(ChannelFailure) in
                try cancel(cancellation, order, key: idempotencyKey, access)
            }
        case .refund(let refund):
            looking(refund.orderID, access) { order throws(ChannelFailure) in
                try refundOrder(refund, order, key: idempotencyKey, access)
            }
        }
    }

    private func looking(
        _ orderID: String, _ access: Access,
        _ next: @escaping @Sendable (OrderReading) throws(ChannelFailure) -> Reply<ActionOutcome>
    ) -> Exchange<ActionOutcome> {
        shop.get(Self.path(orderID), access) { json throws(ChannelFailure) in
            try next(try reading { () throws(Unreadable) in try OrderReading(json) })
        }
    }

    static func path(_ orderID: String) -> String { "orders/\(URLText.encode(orderID))" }

    // MARK: Cancelling

    /// Gives the rest of the money back when asked to, then sets `cancelled`, which makes the shop put back, once, whatever the
    /// order still has off the shelf (recordings 188 to 192): `restock` cannot be refused, and the hub publishes its own figure anyway.
    private func cancel(
        _ cancellation: ChannelAction.Cancellation, _ order: OrderReading, key: String, _ access: Access
    ) throws(ChannelFailure) -> Reply<ActionOutcome> {
        let path = Self.path(cancellation.orderID)
        if ["trash", "checkout-draft", "auto-draft"].contains(order.status) {
            throw .refused("the order is \(order.status)")
        }
        let read = try reading { () throws(Unreadable) in try order.order() }
        let refunded = try reading { () throws(Unreadable) in try order.refunded(read.currency) }
        let owed = Money(minor: read.total.minor - refunded.minor, read.currency)
        let isPaid = order.json["date_paid_gmt"]?.string != nil
        let end =
            order.status == "cancelled"
            ? nil
            : shop.send(.put, path, ["status": "cancelled"], isRepeatable: true, access) {
                json throws(ChannelFailure) in
                guard json["status"]?.string == "cancelled" else {
                    throw .refused("the shop left the order \(json["status"]?.string ?? "as it was")")
                }
                return Reply<ActionOutcome>.done(.done(externalID: nil))
            }
        let reply: Reply<ActionOutcome> = end.map { .then($0) } ?? .done(.alreadyDone(externalID: nil))
        guard cancellation.refund, isPaid, owed.minor > 0 else { return reply }
        let body = refundBody(
            RefundPart(key: key, restock: false, lines: [], amount: owed), note: cancellation.reason.rawValue)
        return .then(
            refundList(cancellation.orderID, access) { refunds throws(ChannelFailure) in
                if refunds.contains(where: { $0.meta(RefundReading.keyMeta)?["value"]?.text == key }) { return reply }
                return .then(
                    shop.send(.post, path + "/refunds", body, access) { _ throws(ChannelFailure) in
                        end.map { .then($0) } ?? .done(.done(externalID: nil))
                    })
            })
    }
}
