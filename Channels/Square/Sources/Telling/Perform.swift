// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
import Vocabulary

extension SquareConnector {
    /// Ships, cancels or refunds. Square's idempotency keys stand for a call, not for an act of ours that may take several: each looks first.
    public func perform(_ action: ChannelAction, idempotencyKey: String, _ access: Access) -> Exchange<ActionOutcome> {
        switch action {
        case .ship(let shipment): ship(shipment, key: idempotencyKey, patience: Self.patience)
        case .cancel(let cancellation): cancel(cancellation, key: idempotencyKey, patience: Self.patience)
        case .refund(let refund): self.refund(refund, key: idempotencyKey)
        }
    }

    /// How often an order is looked at anew because somebody changed it between the look and the call.
    static let patience = 4

    /// Writes a part of the order, for the version that was looked at. `again` follows when that version is not the latest any more.
    func update(
        _ order: JSON, _ changes: [(String, JSONValue)], key: String, again: @escaping @Sendable () throws(ChannelFailure) -> Reply<ActionOutcome>,
        then next: @escaping @Sendable (JSON) throws(ChannelFailure) -> Reply<ActionOutcome>
    ) throws(ChannelFailure) -> Exchange<ActionOutcome> {
        guard let id = order["id"]?.string, let version = order["version"]?.integer else {
            throw .refused("Square lets nobody but the till it was made on change this order: it has no version")
        }
        var sparse: JSONValue = ["location_id": .string(location), "version": .integer(version)]
        for (name, value) in changes { sparse.add(name, value) }
        let body: JSONValue = ["idempotency_key": .string(Self.shortKey(key, id, String(version))), "order": sparse]
        return call(
            .put, "/v2/orders/\(URLText.encode(id))", body,
            mend: { problem throws(ChannelFailure) in problem.isStale || problem.isKeyUsed ? try again() : nil },
            read: { answer throws(ChannelFailure) in
                guard let order = answer["order"], order.kind == .object else { throw .unreadable(.missing(field: "order")) }
                return try next(order)
            })
    }

    /// The parts of an order as they stand.
    func parts(of order: JSON) throws(ChannelFailure) -> ReadFulfillments {
        do throws(Unreadable) {
            let money = try OrderMoney(order, Fields.currency(order["total_money"]?["currency"], "total_money.currency"))
            return try ReadFulfillments(order, isPaid: money.isPaid)
        } catch { throw .unreadable(error) }
    }
}
