// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// A return as Square writes it: an order of its own that names the sale it gives back. A refund of a sum, as the Refunds API makes
/// it, is one too, with a single line of no article.
struct ReadReturn: Sendable {
    private let order: JSON
    private let entry: JSON
    private let position: Int
    private let count: Int

    /// - Parameter entry: the part of the order that gives back one sale, at this place among so many.
    init(_ order: JSON, _ entry: JSON, position: Int, of count: Int) {
        self.order = order
        self.entry = entry
        self.position = position
        self.count = count
    }

    /// Nil when the money did not go back after all.
    func refund(id: String) throws(Unreadable) -> ChannelRefund? {
        let refunds = Fields.list(order["refunds"])
        if !refunds.isEmpty, refunds.allSatisfy({ ["REJECTED", "FAILED"].contains($0["status"]?.string) }) { return nil }
        let amounts = entry["return_amounts"]?["total_money"] ?? order["return_amounts"]?["total_money"]
        let currency = try Fields.currency(
            amounts?["currency"] ?? refunds.first?["amount_money"]?["currency"] ?? order["total_money"]?["currency"], "return_amounts.currency")
        var lines: [ChannelRefund.Line] = []
        for line in Fields.list(entry["return_line_items"]) {
            guard let source = Fields.optionalText(line["source_line_item_uid"]),
                let units = try Fields.wholeUnits(line["quantity"], "return_line_item.quantity")
            else { continue }
            let whole = try Fields.money(line["total_money"], "return_line_item.total_money", currency)
            let tax = try Fields.money(line["total_tax_money"], "return_line_item.total_tax_money", currency)
            // Whether the units went back onto the shelf is asked at the till and told to nobody.
            lines.append(.init(lineID: source, quantity: units, disposition: .unknown, net: whole - tax, tax: tax))
        }
        var shipping = Money.zero(currency)
        var shippingTax = Money.zero(currency)
        for charge in Fields.list(entry["return_service_charges"]) where OrderMoney.isShipping(charge) {
            let tax = try Fields.money(charge["total_tax_money"], "return_service_charge.total_tax_money", currency)
            shipping += try Fields.money(charge["total_money"] ?? charge["applied_money"], "return_service_charge.total_money", currency) - tax
            shippingTax += tax
        }
        let at = try Fields.time(refunds.first?["created_at"] ?? order["created_at"], "created_at")
        return ChannelRefund(
            externalID: id, at: at, lines: lines, shipping: shipping, shippingTax: shippingTax, total: try total(currency, refunds))
    }

    /// What this part gives back. A list of parts says it part by part only.
    private func total(_ currency: Currency, _ refunds: [JSON]) throws(Unreadable) -> Money {
        if let own = entry["return_amounts"]?["total_money"], !own.isNull { return try Fields.money(own, "return_amounts.total_money", currency) }
        guard count == 1 else { return .zero(currency) }
        if let whole = order["return_amounts"]?["total_money"], !whole.isNull {
            return try Fields.money(whole, "return_amounts.total_money", currency)
        }
        var sum = Money.zero(currency)
        for refund in refunds { sum += try Fields.money(refund["amount_money"], "refund.amount_money", currency) }
        return sum
    }
}
