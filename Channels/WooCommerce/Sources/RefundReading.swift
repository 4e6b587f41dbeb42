// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// Refunds as `orders/{id}/refunds` lists them: lines and their amounts are negative there, `amount` is positive.
enum RefundReading {
    /// Our own key on a refund, so that a second try finds the first.
    static let keyMeta = "_tributary_key"
    /// Whether we asked the shop to put the units back, as `yes` or `no`.
    static let restockMeta = "_tributary_restock"

    static func refunds(_ list: [JSON], order: JSON, _ currency: Currency) throws(Unreadable) -> [ChannelRefund] {
        var parts: [Part] = []
        for json in list { parts.append(try part(json, currency)) }
        let dispositions = Restocking.dispositions(
            order: order, parts.flatMap { part in part.lines.map { $0.unit(in: part) } })
        return parts.map { part in
            var refund = part.refund
            refund.lines = part.lines.map { line in
                ChannelRefund.Line(
                    lineID: line.lineID, quantity: line.quantity,
                    disposition: dispositions[part.refund.externalID + "/" + line.lineID] ?? .unknown,
                    net: line.net, tax: line.tax)
            }
            return refund
        }
    }

    private struct PartLine {
        var lineID: String
        var quantity: Quantity
        var net: Money
        var tax: Money

        func unit(in part: Part) -> Restocking.Unit {
            Restocking.Unit(refundID: part.refund.externalID, lineID: lineID, quantity: quantity.units, told: part.told)
        }
    }

    private struct Part {
        var refund: ChannelRefund
        var lines: [PartLine]
        var told: Bool?
    }

    private static func part(_ json: JSON, _ currency: Currency) throws(Unreadable) -> Part {
        guard let at = try json.moment("date_created_gmt") else { throw .missing(field: "date_created_gmt") }
        var lines: [PartLine] = []
        for item in json.list("line_items") {
            guard let units = item["quantity"]?.integer, let quantity = Quantity(Int(clamping: units.magnitude)) else {
                throw .malformed("refund line_items.quantity: \(item["quantity"]?.text ?? "")")
            }
            // A line that points at no order line gives money back and nothing else.
            guard let lineID = item.meta("_refunded_item_id")?["value"]?.text else { continue }
            lines.append(
                PartLine(
                    lineID: lineID, quantity: quantity, net: -(try item.money("total", currency)),
                    tax: -(try item.money("total_tax", currency))))
        }
        var shipping = Money.zero(currency)
        var shippingTax = Money.zero(currency)
        for item in json.list("shipping_lines") {
            shipping = try shipping.plus(-(try item.money("total", currency)), "shipping_lines.total")
            shippingTax = try shippingTax.plus(-(try item.money("total_tax", currency)), "shipping_lines.total_tax")
        }
        let told = json.meta(restockMeta)?["value"]?.string
        return Part(
            refund: ChannelRefund(
                externalID: try json.identifier("id"), at: at, lines: [], shipping: shipping, shippingTax: shippingTax,
                total: try json.money("amount", currency)),
            lines: lines, told: told == "yes" ? true : told == "no" ? false : nil)
    }
}
