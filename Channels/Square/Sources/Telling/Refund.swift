// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension SquareConnector {
    /// Gives the sum back to one payment of the order, after a look whether an earlier try did. The mark at the end of the reason is
    /// what it is known by: Square's key alone would be in the way when the plan has changed in between.
    ///
    /// Square's API gives back sums, not lines, and puts nothing on the shelf: what came back is published with the next push.
    func refund(_ refund: ChannelAction.Refund, key: String) -> Exchange<ActionOutcome> {
        let mark = "[\(Self.shortKey(key).prefix(12))]"
        return rawOrder(refund.orderID) { order throws(ChannelFailure) in
            guard refund.total.minor > 0 else { throw .refused("nothing is to go back: Square refunds money only") }
            return try self.payments(of: order) { payments throws(ChannelFailure) in
                let earlier = payments.flatMap(\.refundIDs)
                return try self.find(mark, in: earlier[...]) { found throws(ChannelFailure) in
                    if let found { return .done(.alreadyDone(externalID: found)) }
                    let able = payments.filter { $0.status == "COMPLETED" && $0.total.currency == refund.total.currency }
                    guard let payment = able.first(where: { $0.left.minor >= refund.total.minor }) else {
                        throw .refused(Self.why(payments, refund.total))
                    }
                    let reason = refund.note.isEmpty ? mark : "\(refund.note.prefix(150)) \(mark)"
                    return .then(
                        self.giveBack(refund.total, to: payment.id, reason: reason, key: key) { id in .done(.done(externalID: id)) })
                }
            }
        }
    }

    /// The refund whose reason ends with the mark, among these.
    private func find(
        _ mark: String, in refunds: ArraySlice<String>,
        then next: @escaping @Sendable (String?) throws(ChannelFailure) -> Reply<ActionOutcome>
    ) throws(ChannelFailure) -> Reply<ActionOutcome> {
        guard let id = refunds.first else { return try next(nil) }
        return .then(
            call(.get, "/v2/refunds/\(URLText.encode(id))") { answer throws(ChannelFailure) in
                guard let refund = answer["refund"], refund["reason"]?.string?.hasSuffix(mark) == true,
                    !["REJECTED", "FAILED"].contains(refund["status"]?.string)
                else { return try self.find(mark, in: refunds.dropFirst(), then: next) }
                return try next(Self.returnID(of: refund))
            })
    }

    private static func why(_ payments: [SquarePayment], _ wanted: Money) -> String {
        if payments.isEmpty { return "the order has no payment that money could go back to" }
        if payments.contains(where: { $0.status == "APPROVED" }) { return "the payment is promised and not taken yet: cancel the order instead" }
        let left = payments.filter { $0.total.currency == wanted.currency }.reduce(Int64(0)) { $0 + $1.left.minor }
        return left >= wanted.minor
            ? "the order was paid in parts and no single part is large enough: refund it in Square's own pages"
            : "more is to go back than was paid and not given back yet"
    }
}
