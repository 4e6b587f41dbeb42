// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// Webhook bodies, in the form of the old REST API.
extension TwinShop {
    /// Webhooks write times in the shop's own zone; the twin's shop keeps New York's winter time.
    func local(_ moment: Instant) -> JSONValue {
        .string((moment - .hours(5)).isoLocalSeconds + "-05:00")
    }

    func moneySet(_ text: String) -> JSONValue {
        let money: JSONValue = ["amount": .string(text), "currency_code": .string(currency.code)]
        return ["shop_money": money, "presentment_money": money]
    }

    private func number(_ id: Int64) -> JSONValue { .integer(id) }

    func orderBody(_ position: Int) -> JSONValue {
        let order = orders[position]
        let total = plainAmount(order.total)
        let goods = plainAmount(order.total - order.shipping)
        let current = plainAmount(order.total - order.returned)
        let zero = plainAmount(0)
        var body: JSONValue = [
            "id": number(order.id), "admin_graphql_api_id": .string(GlobalID.text(.order, String(order.id))),
            "app_id": nil,
            "buyer_accepts_marketing": false, "cancel_reason": .optional(order.cancelReason),
            "cancelled_at": order.cancelledAt.map(local) ?? .null, "closed_at": order.cancelledAt.map(local) ?? .null,
            "confirmed": true,
        ]
        body.add("contact_email", .optional(order.buyer.email))
        body.add("created_at", local(order.createdAt))
        body.add("currency", .string(currency.code))
        body.add("current_subtotal_price", .string(plainAmount(order.total - order.shipping - order.returned)))
        body.add("current_total_price", .string(current))
        body.add("current_total_price_set", moneySet(current))
        body.add("current_total_tax", .string(zero))
        body.add("discount_codes", [])
        body.add("email", .optional(order.buyer.email))
        body.add("financial_status", .string(order.financialStatus.lowercased()))
        body.add("fulfillment_status", fulfillmentWord(order))
        body.add("name", .string(order.name))
        body.add("note", .optional(order.note))
        body.add("number", .integer(position + 1))
        body.add("order_number", .integer(position + 1001))
        body.add("original_total_additional_fees_set", nil)
        body.add("original_total_duties_set", nil)
        body.add("payment_gateway_names", order.isPaid ? ["shopify_payments"] : [])
        body.add("phone", .optional(order.buyer.phone))
        body.add("presentment_currency", .string(currency.code))
        body.add("processed_at", local(order.createdAt))
        body.add("source_name", "web")
        body.add("subtotal_price", .string(goods))
        body.add("subtotal_price_set", moneySet(goods))
        body.add("tags", "")
        body.add("tax_lines", [])
        body.add("taxes_included", false)
        body.add("test", false)
        body.add("total_discounts", .string(zero))
        body.add("total_discounts_set", moneySet(zero))
        body.add("total_line_items_price", .string(goods))
        body.add("total_outstanding", .string(order.isPaid ? zero : total))
        body.add("total_price", .string(total))
        body.add("total_price_set", moneySet(total))
        body.add("total_shipping_price_set", moneySet(plainAmount(order.shipping)))
        body.add("total_tax", .string(zero))
        body.add("total_tax_set", moneySet(zero))
        body.add("total_tip_received", .string(zero))
        body.add("updated_at", local(order.updatedAt))
        body.add("customer", customerBody(order))
        body.add("discount_applications", [])
        body.add("fulfillments", .array(order.fulfillments.indices.map { fulfillmentBody(position, $0) }))
        body.add("line_items", .array(order.lines.indices.map { lineBody(position, $0) }))
        body.add("refunds", .array(order.refunds.indices.map { refundBody(position, $0) }))
        body.add("shipping_address", addressBody(order.buyer))
        body.add("shipping_lines", [shippingBody(order)])
        return body
    }

    private func fulfillmentWord(_ order: TwinOrder) -> JSONValue {
        switch order.fulfillmentStatus {
        case "FULFILLED": "fulfilled"
        case "PARTIALLY_FULFILLED": "partial"
        default: nil
        }
    }

    private func customerBody(_ order: TwinOrder) -> JSONValue {
        let names = Self.names(order.buyer)
        return [
            "id": number(order.customerID),
            "admin_graphql_api_id": .string(GlobalID.text(.customer, String(order.customerID))),
            "email": .optional(order.buyer.email), "first_name": .optional(names.first),
            "last_name": .optional(names.last),
            "phone": .optional(order.buyer.phone),
        ]
    }

    private func addressBody(_ buyer: Buyer) -> JSONValue {
        guard let address = buyer.shipTo else { return nil }
        let second = address.lines.count > 1 ? address.lines.dropFirst().joined(separator: ", ") : nil
        var body: JSONValue = [
            "name": .optional(address.name), "company": nil, "address1": .optional(address.lines.first),
            "address2": .optional(second),
        ]
        body.add("city", .optional(address.city))
        body.add("province", .optional(address.region))
        body.add("province_code", .optional(address.region))
        body.add("zip", .optional(address.postcode))
        body.add("country_code", .optional(address.country))
        body.add("phone", nil)
        return body
    }

    private func shippingBody(_ order: TwinOrder) -> JSONValue {
        let price = plainAmount(order.shipping)
        return [
            "id": number(order.id + 1_000_000), "code": "Standard", "title": "Standard", "source": "shopify",
            "price": .string(price),
            "price_set": moneySet(price), "discounted_price": .string(price), "discounted_price_set": moneySet(price),
            "tax_lines": [],
            "discount_allocations": [], "is_removed": false,
        ]
    }

    private func lineBody(_ order: Int, _ position: Int) -> JSONValue {
        let line = orders[order].lines[position]
        let id = orders[order].firstLineID + Int64(position)
        let price = OrderParts.plain(line.unitPrice, digits: currency.minorDigits).description
        let zero = plainAmount(0)
        var body: JSONValue = [
            "id": number(id), "admin_graphql_api_id": .string(GlobalID.text(.lineItem, String(id))),
            "current_quantity": .integer(line.quantity - line.refunded), "fulfillable_quantity": .integer(line.open),
            "fulfillment_service": "manual",
            "fulfillment_status": line.fulfilled == 0 ? nil : line.open == 0 ? "fulfilled" : "partial",
            "gift_card": false, "grams": 0,
        ]
        body.add("name", .string(line.title))
        body.add("price", .string(price))
        body.add("price_set", moneySet(price))
        body.add("product_exists", .bool(line.article != nil))
        body.add("product_id", line.article.map { number(FirstID.product + Int64(articles[$0].product)) } ?? .null)
        body.add("properties", [])
        body.add("quantity", .integer(line.quantity))
        body.add("requires_shipping", true)
        body.add("sku", .string(line.sku))
        body.add("taxable", false)
        body.add("title", .string(line.title))
        body.add("total_discount", .string(zero))
        body.add("total_discount_set", moneySet(zero))
        body.add("variant_id", line.article.map { number(FirstID.variant + Int64($0)) } ?? .null)
        body.add("variant_inventory_management", line.article == nil ? nil : "shopify")
        body.add("variant_title", nil)
        body.add("vendor", nil)
        body.add("tax_lines", [])
        body.add("duties", [])
        body.add("discount_allocations", [])
        return body
    }
}
