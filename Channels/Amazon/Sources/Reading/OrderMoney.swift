// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

/// The money of one order item by what it is for. Amazon gives it as `proceeds.breakdowns`, and gives none of it while
/// an order is pending.
struct ItemMoney {
    var net: Money
    var tax: Money
    var shipping: Money
    var shippingTax: Money
    var fees: Money
    var feesTax: Money

    init(_ currency: Currency) {
        let zero = Money.zero(currency)
        net = zero
        tax = zero
        shipping = zero
        shippingTax = zero
        fees = zero
        feesTax = zero
    }

    /// `unitPrice` stands in for an item that has a price but no proceeds.
    init(of item: JSON, quantity: Quantity, unitPrice: Decimal10?, isPending: Bool, _ amounts: Amounts) throws(Unreadable) {
        self.init(amounts.currency)
        let proceeds = item["proceeds"]
        var hasGoods = false
        if let breakdowns = proceeds?["breakdowns"] {
            for breakdown in breakdowns.elements {
                try add(breakdown, amounts)
                if breakdown["type"]?.string == "ITEM" { hasGoods = true }
            }
        }
        if hasGoods { return }
        let others = tax + shipping + shippingTax + fees + feesTax
        if let total = try amounts.money(proceeds?["proceedsTotal"], "proceedsTotal") {
            net = total - others
        } else if !isPending, let unitPrice {
            guard let minor = unitPrice.multiplied(by: Int64(quantity.units))?.scaled(to: amounts.currency.minorDigits),
                minor.magnitude <= UInt64(Amounts.minorMax)
            else { throw .badMoney(field: "unitPrice", text: "\(unitPrice) times \(quantity)") }
            net += Money(minor: minor, amounts.currency)
        }
    }

    private mutating func add(_ breakdown: JSON, _ amounts: Amounts) throws(Unreadable) {
        let type = breakdown["type"]?.string ?? ""
        guard let subtotal = try amounts.money(breakdown["subtotal"], "proceeds \(type)") else { return }
        switch type {
        case "ITEM": net += subtotal
        case "SHIPPING": shipping += subtotal
        case "TAX": try share(subtotal, breakdown, amounts) { money, part, amount in money.addTax(part, amount) }
        case "DISCOUNT": try share(subtotal, breakdown, amounts) { money, part, amount in money.takeDiscount(part, amount) }
        default: fees += subtotal
        }
    }

    /// Taxes and discounts say in `detailedBreakdowns` what they belong to; what they do not say belongs to the goods.
    private mutating func share(
        _ subtotal: Money, _ breakdown: JSON, _ amounts: Amounts, _ take: (inout ItemMoney, String, Money) -> Void
    ) throws(Unreadable) {
        var rest = subtotal
        if let details = breakdown["detailedBreakdowns"] {
            for detail in details.elements {
                guard let value = try amounts.money(detail["value"], "proceeds detail") else { continue }
                take(&self, detail["subtype"]?.string ?? "ITEM", value)
                rest = rest - value
            }
        }
        if rest.minor != 0 { take(&self, "ITEM", rest) }
    }

    private mutating func addTax(_ part: String, _ amount: Money) {
        switch part {
        case "ITEM", "DISCOUNT": tax += amount
        case "SHIPPING": shippingTax += amount
        default: feesTax += amount
        }
    }

    /// The model does not say whether a discount is written below zero: it lowers what the buyer pays either way.
    private mutating func takeDiscount(_ part: String, _ amount: Money) {
        let less = amount.minor > 0 ? -amount : amount
        switch part {
        case "SHIPPING": shipping += less
        case "GIFT_WRAP", "COD_FEE": fees += less
        default: net += less
        }
    }
}
