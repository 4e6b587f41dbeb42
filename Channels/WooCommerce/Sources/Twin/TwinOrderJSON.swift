// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension WooCommerceTwin {
    /// The order resource, as REST and webhooks show it.
    func orderJSON(_ order: TwinOrder) -> JSONValue {
        var json: JSONValue = [
            "id": .integer(order.id), "parent_id": 0, "status": .string(order.status),
            "currency": .string(currency.code),
        ]
        json.add("version", "11.0.1")
        json.add("prices_include_tax", false)
        json.add("date_created", local(order.created))
        json.add("date_modified", local(order.modified))
        json.add("discount_total", money(0))
        json.add("discount_tax", money(0))
        json.add("shipping_total", money(order.shippingLine?.total ?? 0))
        json.add("shipping_tax", money(0))
        json.add("cart_tax", money(0))
        json.add("total", money(order.total))
        json.add("total_tax", money(0))
        json.add("customer_id", 0)
        json.add("order_key", .string("wc_order_\(order.id)"))
        json.add("billing", address(order.billing, hasEmail: true))
        json.add("shipping", address(order.shipping, hasEmail: false))
        addPayment(&json, order)
        json.add("number", .string(order.number))
        json.add(
            "meta_data", .array(order.metas.map { ["id": .integer($0.id), "key": .string($0.key), "value": $0.value] }))
        json.add("line_items", .array(order.lines.map { lineJSON($0) }))
        json.add("tax_lines", [])
        json.add("shipping_lines", .array(order.shippingLine.map { [shippingJSON($0.id, $0.title, $0.total)] } ?? []))
        json.add("fee_lines", [])
        json.add("coupon_lines", [])
        json.add("refunds", .array(order.refunds.reversed().map { summary($0) }))
        addEnd(&json, order)
        return json
    }

    private func addPayment(_ json: inout JSONValue, _ order: TwinOrder) {
        json.add("payment_method", .string(order.paymentMethod))
        json.add("payment_method_title", .string(order.paymentTitle))
        json.add("transaction_id", "")
        json.add("customer_ip_address", "")
        json.add("customer_user_agent", "")
        json.add("created_via", .string(order.createdVia))
        json.add("customer_note", .string(order.customerNote))
        json.add("date_completed", local(order.completed))
        json.add("date_paid", local(order.paid))
        json.add("cart_hash", "")
    }

    private func addEnd(_ json: inout JSONValue, _ order: TwinOrder) {
        json.add(
            "payment_url",
            .string("\(home)/checkout/order-pay/\(order.id)/?pay_for_order=true&key=wc_order_\(order.id)"))
        json.add("is_editable", .bool(["pending", "on-hold", "auto-draft"].contains(order.status)))
        json.add("needs_payment", .bool(["pending", "failed"].contains(order.status) && order.total > 0))
        json.add("needs_processing", .bool(!order.lines.isEmpty))
        json.add("date_created_gmt", gmt(order.created))
        json.add("date_modified_gmt", gmt(order.modified))
        json.add("date_completed_gmt", gmt(order.completed))
        json.add("date_paid_gmt", gmt(order.paid))
        json.add("currency_symbol", .string(currency.code == "GBP" ? "£" : currency.code == "EUR" ? "€" : "$"))
        var links = links("orders/\(order.id)", in: "orders")
        let templates = home + "/wp-json/wc/v3/orders/\(order.id)/actions/email_templates"
        links.add("email_templates", [["embeddable": true, "href": .string(templates)]])
        json.add("_links", links)
    }

    private func address(_ address: TwinOrder.Address, hasEmail: Bool) -> JSONValue {
        var json: JSONValue = [:]
        for name in TwinOrder.Address.names where hasEmail || name != "email" {
            json.add(name, .string(address.fields[name] ?? ""))
        }
        return json
    }

    private func lineJSON(_ line: TwinOrder.Line) -> JSONValue {
        var json: JSONValue = [
            "id": .integer(line.id), "name": .string(line.name), "product_id": .integer(line.productID),
        ]
        json.add("variation_id", .integer(line.variationID))
        json.add("quantity", .integer(line.quantity))
        json.add("tax_class", "")
        json.add("subtotal", money(line.subtotal))
        json.add("subtotal_tax", money(0))
        json.add("total", money(line.total))
        json.add("total_tax", money(0))
        json.add("taxes", [])
        json.add("meta_data", .array(lineMetas(line)))
        json.add("sku", .optional(line.sku))
        json.add("global_unique_id", .optional(line.gtin))
        json.add("price", .number(Self.number(line.unitPrice)))
        json.add("image", ["id": "", "src": ""])
        json.add("parent_name", .optional(line.parentName))
        return json
    }

    private func lineMetas(_ line: TwinOrder.Line) -> [JSONValue] {
        func meta(_ id: Int, _ key: String, _ value: String, shown: String? = nil) -> JSONValue {
            let key: [JSONValue.Member] = [
                .init("id", .integer(id)), .init("key", .string(key)), .init("value", .string(value)),
                .init("display_key", .string(shown ?? key)),
            ]
            return .object(key + [.init("display_value", .string(value))])
        }
        var metas = line.options.map { option -> JSONValue in
            let value: String = if case .string(let text) = option.value { text } else { "" }
            return meta(option.id, Self.slug(option.key), value, shown: option.key)
        }
        if let reduced = line.reduced { metas.append(meta(reduced.meta, "_reduced_stock", String(reduced.units))) }
        if let restocked = line.restocked {
            metas.append(meta(restocked.meta, "_restock_refunded_items", String(restocked.units)))
        }
        return metas
    }

    private func shippingJSON(_ id: Int, _ title: String, _ total: Int64, metas: [JSONValue] = []) -> JSONValue {
        var json: JSONValue = [
            "id": .integer(id), "method_title": .string(title), "method_id": "flat_rate", "instance_id": "",
        ]
        json.add("total", money(total))
        json.add("total_tax", money(0))
        json.add("taxes", [])
        json.add("tax_status", "taxable")
        json.add("meta_data", .array(metas))
        return json
    }

    /// What the order itself says of a refund; one without an amount shows `-` (recording 214).
    private func summary(_ refund: TwinOrder.Refund) -> JSONValue {
        let total: JSONValue = refund.amount.map { .string("-" + Money(minor: $0, currency).decimalText) } ?? "-"
        return ["id": .integer(refund.id), "reason": .string(refund.reason), "total": total, "total_tax": money(0)]
    }

    /// The refund resource: lines and amounts are negative, each line points at the one it gives back (recording 197).
    func refundJSON(_ refund: TwinOrder.Refund, of order: TwinOrder) -> JSONValue {
        var json: JSONValue = [
            "id": .integer(refund.id), "date_created": local(refund.at), "date_created_gmt": gmt(refund.at),
        ]
        json.add("amount", refund.amount.map { money($0) } ?? "")
        json.add("reason", .string(refund.reason))
        json.add("refunded_by", 1)
        json.add("refunded_payment", .bool(refund.byGateway))
        json.add(
            "meta_data",
            .array(refund.metas.map { ["id": .integer($0.id), "key": .string($0.key), "value": $0.value] }))
        json.add("line_items", .array(refund.lines.filter { !$0.isShipping }.map { refundLine($0, of: order) }))
        let shipping = refund.lines.filter(\.isShipping).map {
            shippingJSON($0.id, order.shippingLine?.title ?? "", -$0.total, metas: [pointer($0)])
        }
        json.add("shipping_lines", .array(shipping))
        json.add("tax_lines", [])
        json.add("fee_lines", [])
        let path = "orders/\(order.id)/refunds"
        json.add("_links", links("\(path)/\(refund.id)", in: path, up: "orders/\(order.id)", allow: ["GET", "DELETE"]))
        return json
    }

    private func pointer(_ line: TwinOrder.Refund.Line) -> JSONValue {
        var meta: JSONValue = [
            "id": .integer(line.metaID), "key": "_refunded_item_id", "value": .string(String(line.of)),
        ]
        meta.add("display_key", "_refunded_item_id")
        meta.add("display_value", .string(String(line.of)))
        return meta
    }

    private func refundLine(_ line: TwinOrder.Refund.Line, of order: TwinOrder) -> JSONValue {
        guard let source = order.lines.first(where: { $0.id == line.of }) else { return [:] }
        var json: JSONValue = [
            "id": .integer(line.id), "name": .string(source.name), "product_id": .integer(source.productID),
        ]
        json.add("variation_id", .integer(source.variationID))
        json.add("quantity", .integer(-line.quantity))
        json.add("tax_class", "")
        json.add("subtotal", money(-line.total))
        json.add("subtotal_tax", money(-line.tax))
        json.add("total", money(-line.total))
        json.add("total_tax", money(-line.tax))
        json.add("taxes", [])
        json.add("meta_data", .array([pointer(line)]))
        json.add("sku", .optional(source.sku))
        json.add("global_unique_id", .optional(source.gtin))
        json.add("price", .number(Self.number(source.unitPrice)))
        json.add("image", ["id": "", "src": ""])
        json.add("parent_name", .optional(source.parentName))
        return json
    }

    /// A number as PHP writes it: no zeros at its end.
    static func number(_ value: Decimal10) -> String {
        var value = value
        while value.scale > 0, value.units % 10 == 0 {
            value = Decimal10(units: value.units / 10, scale: value.scale - 1)
        }
        return value.description
    }
}
