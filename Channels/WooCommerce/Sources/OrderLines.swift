// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// The lines of an order. WooCommerce's `total` is always without tax, also in shops whose prices include it.
enum OrderLines {
    static func lines(_ order: JSON, _ currency: Currency) throws(Unreadable) -> [ChannelOrder.Line] {
        guard let array = order["line_items"] else { throw .missing(field: "line_items") }
        guard array.kind == .array else { throw .malformed("line_items is no list") }
        var lines: [ChannelOrder.Line] = []
        var sum = Money.zero(currency)
        for item in array.elements {
            let line = try line(item, currency)
            sum = try sum.plus(
                Money(minor: Int64(line.net.minor.magnitude + line.tax.minor.magnitude), currency), "line_items.total")
            lines.append(line)
        }
        return lines
    }

    private static func line(_ item: JSON, _ currency: Currency) throws(Unreadable) -> ChannelOrder.Line {
        guard let count = item["quantity"] else { throw .missing(field: "line_items.quantity") }
        guard let units = count.integer else { throw .malformed("line_items.quantity: \(count.text ?? "no number")") }
        guard units >= 0 else { throw .negativeQuantity(field: "line_items.quantity") }
        guard let quantity = Quantity(units) else { throw .malformed("line_items.quantity: \(units)") }
        return ChannelOrder.Line(
            externalID: try item.identifier("id"),
            variant: item.reference("variation_id") ?? item.reference("product_id"), sku: item.filled("sku"),
            title: item["name"]?.string ?? "", quantity: quantity, unitPrice: try unitPrice(item),
            net: try item.money("total", currency),
            tax: try item.money("total_tax", currency), restocked: Restocking.counted(item))
    }

    /// `price` is a JSON number without rounding (recording 371); its text is kept.
    private static func unitPrice(_ item: JSON) throws(Unreadable) -> Decimal10 {
        guard let text = item["price"]?.text else { throw .missing(field: "line_items.price") }
        guard let price = Decimal10(text.isEmpty ? "0" : text) else {
            throw .badMoney(field: "line_items.price", text: String(text.prefix(40)))
        }
        return price
    }

    /// What fees add up to; a negative fee is a discount and counts as such.
    static func fees(_ order: JSON, _ currency: Currency) throws(Unreadable) -> (net: Money, tax: Money) {
        var net = Money.zero(currency)
        var tax = Money.zero(currency)
        for fee in order.list("fee_lines") {
            net = try net.plus(try fee.money("total", currency), "fee_lines.total")
            tax = try tax.plus(try fee.money("total_tax", currency), "fee_lines.total_tax")
        }
        return (net, tax)
    }
}

/// Who bought, from `billing`, and where it goes, from `shipping` unless that is empty.
enum BuyerReading {
    static func buyer(_ order: JSON) -> Buyer {
        let billing = order["billing"].flatMap(address)
        let shipping = order["shipping"].flatMap(address)
        let goesTo = shipping.flatMap { $0.lines.isEmpty && $0.country == nil ? nil : $0 } ?? billing
        return Buyer(
            externalID: order.reference("customer_id"), name: billing?.name ?? shipping?.name,
            email: order["billing"]?.filled("email"),
            phone: order["billing"]?.filled("phone") ?? order["shipping"]?.filled("phone"), shipTo: goesTo)
    }

    /// Nil when nothing is filled in.
    private static func address(_ json: JSON) -> PostalAddress? {
        let name = [json.filled("first_name"), json.filled("last_name")].compactMap { $0 }.joined(separator: " ")
        let address = PostalAddress(
            name: name.isEmpty ? json.filled("company") : name,
            lines: [name.isEmpty ? nil : json.filled("company"), json.filled("address_1"), json.filled("address_2")]
                .compactMap { $0 },
            city: json.filled("city"), region: json.filled("state"), postcode: json.filled("postcode"),
            country: json.filled("country"))
        return address == PostalAddress() ? nil : address
    }
}
