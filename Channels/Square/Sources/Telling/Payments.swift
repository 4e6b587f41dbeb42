// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// A payment of an order and what has gone back of it.
struct SquarePayment: Sendable {
    var id: String
    /// `APPROVED` is a promise, `COMPLETED` is money.
    var status: String
    var total: Money
    var refunded: Money
    var refundIDs: [String]

    /// What can still go back.
    var left: Money { total - refunded }

    init(_ json: JSON?) throws(Unreadable) {
        guard let json, json.kind == .object else { throw .missing(field: "payment") }
        id = try Fields.text(json["id"], "payment.id")
        status = json["status"]?.string ?? ""
        let amount = json["total_money"] ?? json["amount_money"]
        let currency = try Fields.currency(amount?["currency"], "payment.total_money.currency")
        total = try Fields.money(amount, "payment.total_money", currency)
        refunded = try Fields.money(json["refunded_money"], "payment.refunded_money", currency)
        refundIDs = Fields.list(json["refund_ids"]).compactMap(\.string)
    }
}

extension SquareConnector {
    /// Reads the payments of an order, in their order.
    func payments<Output: Sendable>(
        of order: JSON, then finish: @escaping @Sendable ([SquarePayment]) throws(ChannelFailure) -> Reply<Output>
    ) throws(ChannelFailure) -> Reply<Output> {
        let ids = Fields.list(order["tenders"]).compactMap { Fields.optionalText($0["payment_id"]) ?? Fields.optionalText($0["id"]) }
        return ids.isEmpty ? try finish([]) : .then(payments(ids[...], found: [], then: finish))
    }

    private func payments<Output: Sendable>(
        _ ids: ArraySlice<String>, found: [SquarePayment],
        then finish: @escaping @Sendable ([SquarePayment]) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        call(.get, "/v2/payments/\(URLText.encode(ids.first ?? ""))") { answer throws(ChannelFailure) in
            var found = found
            do throws(Unreadable) { found.append(try SquarePayment(answer["payment"])) } catch { throw .unreadable(error) }
            let rest = ids.dropFirst()
            return rest.isEmpty ? try finish(found) : .then(self.payments(rest, found: found, then: finish))
        }
    }

    /// Gives money back to the payment that brought it. Square takes the key once: a repetition is answered with the refund it made.
    func giveBack<Output: Sendable>(
        _ amount: Money, to payment: String, reason: String, key: String,
        then next: @escaping @Sendable (_ refund: String) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        let body: JSONValue = [
            "idempotency_key": .string(Self.shortKey(key, payment)),
            "amount_money": ["amount": .integer(amount.minor), "currency": .string(amount.currency.code)], "payment_id": .string(payment),
            "reason": .string(String(reason.prefix(192))),
        ]
        return call(.post, "/v2/refunds", body) { answer throws(ChannelFailure) in
            guard let refund = answer["refund"], let id = Self.returnID(of: refund) else { throw .unreadable(.missing(field: "refund.id")) }
            if ["REJECTED", "FAILED"].contains(refund["status"]?.string) { throw .refused("the refund failed at the buyer's bank") }
            return try next(id)
        }
    }

    /// The return that a refund is told by afterwards: an order of its own.
    static func returnID(of refund: JSON) -> String? { Fields.optionalText(refund["order_id"]) ?? Fields.optionalText(refund["id"]) }
}
