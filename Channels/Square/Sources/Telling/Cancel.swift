// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension SquareConnector {
    /// Cancels every part of the order that is still open, and the order itself where it was not paid; a paid order stays open at Square
    /// with nothing left to do. Then the money: what was promised is released, what was paid goes back, each payment once.
    ///
    /// `restock` is left to the hub's next push: an adjustment beside it would count the units twice.
    func cancel(_ cancellation: ChannelAction.Cancellation, key: String, patience: Int) -> Exchange<ActionOutcome> {
        rawOrder(cancellation.orderID) { order throws(ChannelFailure) in
            let all = try self.parts(of: order).parts
            let open = all.filter(\.isOpen)
            let state = order["state"]?.string
            let isPaid = !Fields.list(order["tenders"]).isEmpty
            if state == "CANCELED" || (open.isEmpty && !all.isEmpty && all.allSatisfy(\.isCancelled)) {
                return try self.settle(order, cancellation, key: key, did: false)
            }
            guard !all.contains(where: \.isCompleted), state == "OPEN" || state == "DRAFT" else {
                throw .refused("what has been handed over cannot be cancelled: refund it")
            }
            guard !open.isEmpty || !isPaid else { throw .refused("the order is paid and has no part that could be cancelled: refund it") }
            var changes: [(String, JSONValue)] = []
            if !open.isEmpty { changes.append(("fulfillments", .array(open.map { Self.cancelled($0, cancellation.reason) }))) }
            if !isPaid { changes.append(("state", "CANCELED")) }
            return .then(
                try self.update(
                    order, changes, key: key,
                    again: { () throws(ChannelFailure) in
                        guard patience > 0 else { throw .unavailable("the order changes faster than it can be cancelled") }
                        return .then(self.cancel(cancellation, key: key, patience: patience - 1))
                    },
                    then: { changed throws(ChannelFailure) in try self.settle(changed, cancellation, key: key, did: true) }))
        }
    }

    private static func cancelled(_ part: ReadFulfillments.Part, _ reason: ChannelAction.Cancellation.Reason) -> JSONValue {
        let words: JSONValue =
            switch reason {
            case .customer: "Cancelled by the customer"
            case .outOfStock: "Out of stock"
            case .fraud: "Suspected fraud"
            case .declined: "Payment declined"
            case .other: "Cancelled by the seller"
            }
        return [
            "uid": .string(part.uid), "state": "CANCELED",
            part.detailsName: .object([.init("cancel_reason", words)]),
        ]
    }

    /// - Parameter did: whether this try cancelled it.
    private func settle(
        _ order: JSON, _ cancellation: ChannelAction.Cancellation, key: String, did: Bool
    ) throws(ChannelFailure) -> Reply<ActionOutcome> {
        guard cancellation.refund else { return .done(did ? .done(externalID: nil) : .alreadyDone(externalID: nil)) }
        return try payments(of: order) { payments throws(ChannelFailure) in try self.settle(payments[...], key: key, did: did) }
    }

    private func settle(_ payments: ArraySlice<SquarePayment>, key: String, did: Bool) throws(ChannelFailure) -> Reply<ActionOutcome> {
        guard let payment = payments.first else { return .done(did ? .done(externalID: nil) : .alreadyDone(externalID: nil)) }
        let rest = payments.dropFirst()
        if payment.status == "APPROVED" {
            return .then(
                call(.post, "/v2/payments/\(URLText.encode(payment.id))/cancel", [:]) { _ throws(ChannelFailure) in
                    try self.settle(rest, key: key, did: true)
                })
        }
        guard payment.status == "COMPLETED", payment.left.minor > 0 else { return try settle(rest, key: key, did: did) }
        return .then(
            giveBack(payment.left, to: payment.id, reason: "Order cancelled", key: key) { _ throws(ChannelFailure) in
                try self.settle(rest, key: key, did: true)
            })
    }
}
