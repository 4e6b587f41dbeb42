// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// An order as REST and webhooks give it; both send the same resource.
struct OrderReading: Sendable {
    let json: JSON
    let id: String
    let status: String

    /// Refused when there is no id or status.
    init(_ json: JSON) throws(Unreadable) {
        guard json.kind == .object else { throw .malformed("an order is an object") }
        self.json = json
        id = try json.identifier("id")
        guard let status = json["status"]?.string, !status.isEmpty else { throw .missing(field: "status") }
        self.status = status
    }

    /// How many refunds the order names. The order carries only their ids, reasons and totals.
    var refundCount: Int { json.list("refunds").count }

    /// The order. `details` are the refunds read on their own: nil leaves them out unless there are none.
    func order(refunds details: [JSON]? = nil) throws(Unreadable) -> ChannelOrder {
        guard let code = json["currency"]?.string else { throw .missing(field: "currency") }
        guard let currency = Currency(code) else { throw .unknownCurrency(code) }
        let placedAt = try json.moment("date_created_gmt")
        guard let changedAt = try json.moment("date_modified_gmt") ?? placedAt else {
            throw .missing(field: "date_modified_gmt")
        }
        let lines = try OrderLines.lines(json, currency)
        let fees = try OrderLines.fees(json, currency)
        let total = try json.money("total", currency)
        let known = details ?? (refundCount == 0 ? [] : nil)
        let refunds = try known.map { (all) throws(Unreadable) in try RefundReading.refunds(all, order: json, currency)
        }
        let shipments = try ShipmentReading.shipments(self, lines, refunds: refunds)
        return ChannelOrder(
            externalID: id, number: json["number"]?.text ?? id, changedAt: changedAt,
            revision: OrderStatus.rank(status) * 1000 + min(refundCount + (shipments?.count ?? 0), 999),
            placedAt: placedAt ?? changedAt,
            payment: OrderStatus.payment(
                status, isPaid: try json.moment("date_paid_gmt") != nil, total: total, refunded: try refunded(currency),
                hasRefunds: refundCount > 0),
            cancelledAt: status == "cancelled" ? changedAt : nil, isOnHold: OrderStatus.isOnHold(status),
            claimsStock: OrderStatus.claimsStock(status), currency: currency, lines: lines,
            shipping: try json.money("shipping_total", currency),
            shippingTax: try json.money("shipping_tax", currency), fees: fees.net, feesTax: fees.tax, total: total,
            buyer: BuyerReading.buyer(json),
            refunds: refunds, shipments: shipments)
    }

    /// Money given back so far, positive, from the summary that every order carries.
    func refunded(_ currency: Currency) throws(Unreadable) -> Money {
        var sum = Money.zero(currency)
        for refund in json.list("refunds") {
            let minor = try refund.money("total", currency).minor
            sum = try sum.plus(Money(minor: minor < 0 ? -minor : minor, currency), "refunds.total")
        }
        return sum
    }
}
