// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// Reads orders, refunds and fulfilments as webhooks carry them: in the form of the old REST API.
enum WebhookOrder {
    /// The body of `orders/create`, `orders/updated` and their kin: always whole, however many lines there are.
    static func order(_ json: JSON) throws(Unreadable) -> ChannelOrder {
        let currency = try Fields.currency(json["currency"], "currency")
        let additional = try Fields.set(
            json["original_total_additional_fees_set"], or: nil, "original_total_additional_fees_set", currency)
        let duties = try Fields.set(json["original_total_duties_set"], or: nil, "original_total_duties_set", currency)
        let tip = try Fields.set(nil, or: json["total_tip_received"], "total_tip_received", currency)
        let shipping = try shipping(json["shipping_lines"], currency)
        guard json["total_price"] != nil || json["total_price_set"] != nil else { throw .missing(field: "total_price") }
        var parts = OrderParts(
            id: try Fields.id(json["id"], "id"), number: try Fields.text(json["name"], "name"),
            changedAt: try Fields.time(json["updated_at"], "updated_at"),
            placedAt: try Fields.time(json["created_at"], "created_at"),
            cancelledAt: try Fields.optionalTime(json["cancelled_at"], "cancelled_at"),
            payment: Words.payment(json["financial_status"]?.string), currency: currency,
            taxesIncluded: json["taxes_included"]?.bool ?? false, shipping: shipping.price, shippingTax: shipping.tax,
            fees: additional + duties + tip,
            total: try Fields.set(json["total_price_set"], or: json["total_price"], "total_price", currency))
        parts.buyer = buyer(json)
        guard let lines = json["line_items"], lines.kind == .array else { throw .missing(field: "line_items") }
        for line in lines.elements { parts.lines.append(try self.line(line, currency)) }
        for refund in Fields.list(json["refunds"]) { parts.refunds.append(try self.refund(refund, currency)) }
        for fulfillment in Fields.list(json["fulfillments"]) { parts.shipments.append(try shipment(fulfillment)) }
        return try parts.order()
    }

    /// One refund, in an order or alone.
    static func refund(_ json: JSON, _ currency: Currency) throws(Unreadable) -> OrderParts.Refund {
        var lines: [OrderParts.RefundLine] = []
        for line in Fields.list(json["refund_line_items"]) {
            lines.append(
                OrderParts.RefundLine(
                    lineID: try Fields.id(line["line_item_id"], "refund_line_item.line_item_id"),
                    quantity: try Fields.quantity(line["quantity"], "refund_line_item.quantity"),
                    disposition: Words.disposition(line["restock_type"]?.string),
                    subtotal: try Fields.set(
                        line["subtotal_set"], or: line["subtotal"], "refund_line_item.subtotal", currency),
                    tax: try Fields.set(
                        line["total_tax_set"], or: line["total_tax"], "refund_line_item.total_tax", currency)))
        }
        let shipping = try refundedShipping(json, currency)
        return OrderParts.Refund(
            id: try Fields.id(json["id"], "refund.id"), at: try Fields.time(json["created_at"], "refund.created_at"),
            lines: lines,
            shipping: shipping.price, shippingTax: shipping.tax,
            total: try refundedTotal(json, lines, shipping, currency))
    }

    /// One fulfilment, in an order or alone.
    static func shipment(_ json: JSON) throws(Unreadable) -> ChannelShipment {
        var lines: [ChannelShipment.Line] = []
        for line in Fields.list(json["line_items"]) {
            let id = try Fields.id(line["id"], "fulfillment.line_item.id")
            lines.append(
                .init(lineID: id, quantity: try Fields.quantity(line["quantity"], "fulfillment.line_item.quantity")))
        }
        var numbers = Fields.list(json["tracking_numbers"])
        if numbers.isEmpty, let single = json["tracking_number"], !single.isNull { numbers = [single] }
        let urls = Fields.list(json["tracking_urls"])
        var tracking: [Tracking] = []
        for (position, number) in numbers.enumerated() {
            guard let text = Fields.optionalText(number) else { continue }
            let url = position < urls.count ? Fields.optionalText(urls[position]) : nil
            tracking.append(
                Tracking(carrier: Fields.optionalText(json["tracking_company"]) ?? "", number: text, url: url))
        }
        return ChannelShipment(
            externalID: try Fields.id(json["id"], "fulfillment.id"),
            at: try Fields.time(json["created_at"], "fulfillment.created_at"),
            lines: lines, tracking: tracking, isCancelled: Words.isCancelled(fulfillment: json["status"]?.string))
    }

    // MARK: Parts

    private static func line(_ json: JSON, _ currency: Currency) throws(Unreadable) -> OrderParts.Line {
        let ordered = try Fields.quantity(json["quantity"], "line_item.quantity")
        let price = json["price_set"]?["shop_money"]?["amount"] ?? json["price"]
        // Payloads of old API versions lack it.
        let current =
            json["current_quantity"] == nil
            ? ordered : try Fields.quantity(json["current_quantity"], "line_item.current_quantity")
        return OrderParts.Line(
            id: try Fields.id(json["id"], "line_item.id"), variant: Fields.optionalID(json["variant_id"]),
            sku: Fields.optionalText(json["sku"]), title: json["title"]?.text ?? "", ordered: ordered,
            current: current,
            unitPrice: try Fields.decimal(price, "line_item.price"),
            discount: try discounts(json["discount_allocations"], currency), tax: try taxes(json["tax_lines"], currency)
        )
    }

    private static func shipping(_ list: JSON?, _ currency: Currency) throws(Unreadable) -> (price: Money, tax: Money) {
        var price = Money.zero(currency)
        var tax = Money.zero(currency)
        for line in Fields.list(list) where line["is_removed"]?.bool != true {
            price += try Fields.set(line["price_set"], or: line["price"], "shipping_line.price", currency)
            price = price - (try discounts(line["discount_allocations"], currency))
            tax += try taxes(line["tax_lines"], currency)
        }
        return (price, tax)
    }

    private static func discounts(_ list: JSON?, _ currency: Currency) throws(Unreadable) -> Money {
        var sum = Money.zero(currency)
        for allocation in Fields.list(list) {
            sum += try Fields.set(
                allocation["amount_set"], or: allocation["amount"], "discount_allocation.amount", currency)
        }
        return sum
    }

    private static func taxes(_ list: JSON?, _ currency: Currency) throws(Unreadable) -> Money {
        var sum = Money.zero(currency)
        for line in Fields.list(list) {
            sum += try Fields.set(line["price_set"], or: line["price"], "tax_line.price", currency)
        }
        return sum
    }

    /// Shipping given back: by its own lines, or by the adjustments that older payloads have instead. Only the latter tell its tax.
    private static func refundedShipping(_ json: JSON, _ currency: Currency) throws(Unreadable) -> (
        price: Money, tax: Money
    ) {
        var price = Money.zero(currency)
        var tax = Money.zero(currency)
        var adjusted = Money.zero(currency)
        var adjustedTax = Money.zero(currency)
        for adjustment in Fields.list(json["order_adjustments"]) where adjustment["kind"]?.string == "shipping_refund" {
            adjusted =
                adjusted
                - (try Fields.set(
                    adjustment["amount_set"], or: adjustment["amount"], "order_adjustment.amount", currency))
            adjustedTax =
                adjustedTax
                - (try Fields.set(
                    adjustment["tax_amount_set"], or: adjustment["tax_amount"], "order_adjustment.tax_amount", currency))
        }
        let lines = Fields.list(json["refund_shipping_lines"])
        guard !lines.isEmpty else { return (adjusted, adjustedTax) }
        var saysTax = false
        for line in lines {
            price += try Fields.set(
                line["subtotal_amount_set"], or: nil, "refund_shipping_line.subtotal_amount_set", currency)
            if let set = line["tax_amount_set"], !set.isNull {
                saysTax = true
                tax += try Fields.set(set, or: nil, "refund_shipping_line.tax_amount_set", currency)
            }
        }
        return (price, saysTax ? tax : adjustedTax)
    }

    /// What the payments gave back. Transactions are in the currency of the payment: where that is not the shop's, the
    /// refund's own lines say what it is worth in the shop's.
    private static func refundedTotal(
        _ json: JSON, _ lines: [OrderParts.RefundLine], _ shipping: (price: Money, tax: Money), _ currency: Currency
    ) throws(Unreadable) -> Money {
        var sum = Money.zero(currency)
        var isForeign = false
        for transaction in Fields.list(json["transactions"]) {
            let status = transaction["status"]?.string
            guard transaction["kind"]?.string == "refund", status != "failure", status != "error" else { continue }
            if let code = transaction["currency"]?.string, code.asciiUppercased != currency.code { isForeign = true }
            sum += try Fields.money(transaction["amount"], "transaction.amount", currency)
        }
        guard isForeign else { return sum }
        return lines.reduce(shipping.price + shipping.tax) { $0 + $1.subtotal + $1.tax }
    }

    private static func buyer(_ json: JSON) -> Buyer {
        let customer = json["customer"]
        let to = json["shipping_address"]
        let address = Words.address(
            name: Fields.optionalText(to?["name"]),
            lines: [
                Fields.optionalText(to?["company"]), Fields.optionalText(to?["address1"]),
                Fields.optionalText(to?["address2"]),
            ],
            city: Fields.optionalText(to?["city"]),
            region: Fields.optionalText(to?["province_code"]) ?? Fields.optionalText(to?["province"]),
            postcode: Fields.optionalText(to?["zip"]), country: Fields.optionalText(to?["country_code"]))
        return Words.buyer(
            customer: Fields.optionalID(customer?["id"]), firstName: Fields.optionalText(customer?["first_name"]),
            lastName: Fields.optionalText(customer?["last_name"]),
            email: Fields.optionalText(json["email"]) ?? Fields.optionalText(customer?["email"]),
            phone: Fields.optionalText(json["phone"]) ?? Fields.optionalText(to?["phone"])
                ?? Fields.optionalText(customer?["phone"]),
            shipTo: address)
    }
}
