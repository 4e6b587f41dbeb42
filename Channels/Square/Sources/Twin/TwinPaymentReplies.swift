// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension TwinShop {
    func retrievePayment(_ id: String, at now: Instant) throws(TwinError) -> JSONValue {
        guard let order = paidOrder(id) else { throw .notFound("Could not find payment with id: \(id.prefix(40))") }
        return ["payment": payment(order)]
    }

    /// All payments here are taken at once, and what is taken cannot be let go.
    func cancelPayment(_ id: String, at now: Instant) throws(TwinError) -> JSONValue {
        guard paidOrder(id) != nil else { throw .notFound("Could not find payment with id: \(id.prefix(40))") }
        throw .invalid("BAD_REQUEST", "The payment is completed.")
    }

    func retrieveRefund(_ id: String, at now: Instant) throws(TwinError) -> JSONValue {
        guard let position = TwinID.refund.number(id)?.number, orders.indices.contains(position), orders[position].giveBack != nil else {
            throw .notFound("Could not find refund with id: \(id.prefix(40))")
        }
        return ["refund": refund(position, at: now)]
    }

    /// A sum goes back to the payment it came with.
    mutating func refundPayment(_ body: JSON, at now: Instant) throws(TwinError) -> JSONValue {
        guard (body["idempotency_key"]?.string ?? "").utf8.count <= 45 else {
            throw .invalid("VALUE_TOO_LONG", "Field must not be greater than 45 in length", field: "idempotency_key")
        }
        guard let id = body["payment_id"]?.string else { throw .missing("payment_id") }
        guard let order = paidOrder(id) else { throw .notFound("Could not find payment with id: \(id.prefix(40))") }
        guard let amount = body["amount_money"]?["amount"]?.integer, amount > 0 else { throw .missing("amount_money.amount") }
        guard body["amount_money"]?["currency"]?.string == currency.code else {
            throw .invalid("CURRENCY_MISMATCH", "The currency is another than the payment's.", field: "amount_money.currency")
        }
        guard Int64(amount) <= orders[order].total - orders[order].refunded else {
            throw TwinError(
                400, "REFUND_ERROR", "REFUND_AMOUNT_INVALID", "The requested refund amount exceeds the amount available to refund.",
                field: "amount_money.amount")
        }
        let reason = String((body["reason"]?.string ?? "").prefix(192))
        let position = giveBack(order, [.init(line: nil, quantity: 1, amount: Int64(amount))], reason: reason, at: now)
        return ["refund": refund(position, at: now)]
    }

    private func paidOrder(_ id: String) -> Int? {
        TwinID.payment.number(id).flatMap { orders.indices.contains($0.number) && orders[$0.number].paidAt != nil ? $0.number : nil }
    }

    private func payment(_ position: Int) -> JSONValue {
        let order = orders[position]
        let paid = (order.paidAt ?? order.createdAt).iso
        var json: JSONValue = [
            "id": .string(TwinID.payment.text(position)), "created_at": .string(paid), "updated_at": .string(paid), "status": "COMPLETED",
            "amount_money": money(order.total), "total_money": money(order.total), "approved_money": money(order.total), "source_type": "CARD",
            "location_id": .string(location), "order_id": .string(TwinID.order.text(position)),
        ]
        if order.refunded > 0 {
            json.add("refunded_money", money(order.refunded))
            json.add("refund_ids", .array(order.returns.map { .string(TwinID.refund.text($0)) }))
        }
        return json
    }

    /// A refund is under way for some seconds and done then.
    func refund(_ position: Int, at now: Instant) -> JSONValue {
        let order = orders[position]
        let isDone = now >= order.createdAt + Self.refundTakes
        return [
            "id": .string(TwinID.refund.text(position)), "status": isDone ? "COMPLETED" : "PENDING",
            "amount_money": money(order.giveBack?.total ?? 0), "payment_id": .string(TwinID.payment.text(order.giveBack?.source ?? 0)),
            "order_id": .string(TwinID.order.text(position)), "location_id": .string(location), "reason": .string(order.giveBack?.reason ?? ""),
            "created_at": .string(order.createdAt.iso), "updated_at": .string((isDone ? order.createdAt + Self.refundTakes : order.createdAt).iso),
        ]
    }
}
