// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

extension AmazonConnector {
    /// Cancels every item of an order that has not shipped, after looking whether that is done already. Nothing is
    /// charged before an order ships, so there is nothing to give back, and Amazon leaves the offer's count alone.
    func cancel(_ cancellation: ChannelAction.Cancellation, _ access: Access) -> Exchange<ActionOutcome> {
        read(cancellation.orderID, access) { order, access throws(ChannelFailure) in
            if order.cancelledAt != nil { return .done(.alreadyDone(externalID: nil)) }
            guard !order.isFulfilledByChannel else {
                throw .refused("Amazon ships \(order.externalID): the seller cannot cancel it here")
            }
            let gone = (order.shipments ?? []).contains { !$0.isCancelled }
            guard !gone else { throw .refused("\(order.externalID) has shipped: refund it instead") }
            var file = FlatFile(columns: [
                "TemplateType=OrderCancellation", "Version=1.0/1.0.3",
                "This row for Amazon.com use only.  Do not modify or delete.",
            ])
            file.rows.append(["order-id", "cancellation-reason-code", "amazon-order-item-code"])
            for line in order.lines where line.quantity.units > 0 {
                file.rows.append([order.externalID, Self.reason(cancellation.reason), line.externalID])
            }
            let feed = Feed(
                type: "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA", contentType: FlatFile.contentType, document: file.bytes)
            return .then(
                run(feed, access) { report, access throws(ChannelFailure) in
                    let report = try readable { () throws(Unreadable) in try FlatReport(report) }
                    if report.isGood { return .done(.done(externalID: nil)) }
                    return .then(
                        read(cancellation.orderID, access) { order, _ throws(ChannelFailure) in
                            guard order.cancelledAt != nil else { throw .refused(report.complaint) }
                            return .done(.alreadyDone(externalID: nil))
                        })
                })
        }
    }

    private static func reason(_ reason: ChannelAction.Cancellation.Reason) -> String {
        switch reason {
        case .customer: "BuyerCanceled"
        case .outOfStock: "NoInventory"
        case .fraud: "RiskAssessmentInformationNotValid"
        case .declined, .other: "GeneralAdjustment"
        }
    }
}
