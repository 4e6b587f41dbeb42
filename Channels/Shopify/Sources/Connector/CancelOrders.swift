// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
import Vocabulary

extension ShopifyConnector {
    /// Ships, cancels or refunds. Shopify knows no idempotency key for shipments and cancellations, so those look first.
    public func perform(_ action: ChannelAction, idempotencyKey: String, _ access: Access) -> Exchange<ActionOutcome> {
        switch action {
        case .ship(let shipment): ship(shipment)
        case .cancel(let cancellation): cancel(cancellation)
        case .refund(let refund): self.refund(refund, key: idempotencyKey, access)
        }
    }

    /// Looks whether the order is cancelled, asks for it when not, waits for Shopify's job and looks again: the job can
    /// end without the cancellation.
    func cancel(_ cancellation: ChannelAction.Cancellation) -> Exchange<ActionOutcome> {
        let id = GlobalID.text(.order, cancellation.orderID)
        return isCancelled(id) { isCancelled throws(ChannelFailure) in
            isCancelled ? .done(.alreadyDone(externalID: nil)) : .then(self.request(cancellation, id))
        }
    }

    private func isCancelled(
        _ id: String, then next: @escaping @Sendable (Bool) throws(ChannelFailure) -> Reply<ActionOutcome>
    ) -> Exchange<ActionOutcome> {
        call(.orderState, [("id", .string(id))]) { data throws(ChannelFailure) in
            guard let order = data["order"], !order.isNull else { throw .notFound("order \(id)") }
            return try next(order["cancelledAt"]?.string != nil)
        }
    }

    private func request(_ cancellation: ChannelAction.Cancellation, _ id: String) -> Exchange<ActionOutcome> {
        let reason: String =
            switch cancellation.reason {
            case .customer: "CUSTOMER"
            case .outOfStock: "INVENTORY"
            case .fraud: "FRAUD"
            case .declined: "DECLINED"
            case .other: "OTHER"
            }
        let variables: [(String, JSONValue)] = [
            ("id", .string(id)), ("reason", .string(reason)), ("restock", .bool(cancellation.restock)),
            ("refundMethod", ["originalPaymentMethodsRefund": .bool(cancellation.refund)]),
            ("note", "Cancelled by Tributary"),
        ]
        return call(.cancelOrder, variables, isRepeatable: false) { data throws(ChannelFailure) in
            let payload = data["orderCancel"]
            let problems = UserProblem.list(payload?["orderCancelUserErrors"])
            // Somebody was faster between our look and our call.
            if problems.contains(where: { $0.message.contains("already been cancel") }) {
                return .done(.alreadyDone(externalID: nil))
            }
            if let failure = UserProblem.failure(problems) { throw failure }
            guard let job = payload?["job"], let jobID = job["id"]?.string else { return .then(self.confirm(id)) }
            return job["done"]?.bool == true
                ? .then(self.confirm(id)) : .wait(.seconds(1), then: self.await(jobID, of: id, patience: 60))
        }
    }

    /// Asks after the job every second, at most `patience` times.
    private func await(_ job: String, of id: String, patience: Int) -> Exchange<ActionOutcome> {
        call(.job, [("id", .string(job))]) { data throws(ChannelFailure) in
            let state = data["job"]
            // A job that Shopify has forgotten is over.
            if state == nil || state?.isNull == true || state?["done"]?.bool == true { return .then(self.confirm(id)) }
            guard patience > 0 else { throw .unavailable("the cancellation is still under way") }
            return .wait(.seconds(1), then: self.await(job, of: id, patience: patience - 1))
        }
    }

    private func confirm(_ id: String) -> Exchange<ActionOutcome> {
        isCancelled(id) { isCancelled throws(ChannelFailure) in
            guard isCancelled else { throw .refused("Shopify's job ended without cancelling the order") }
            return .done(.done(externalID: nil))
        }
    }
}
