// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension TwinShop {
    func refundBody(_ order: Int, _ position: Int) -> JSONValue {
        let refund = orders[order].refunds[position]
        let zero = plainAmount(0)
        var body: JSONValue = [
            "id": .integer(refund.id), "admin_graphql_api_id": .string(GlobalID.text(.refund, String(refund.id))),
            "order_id": .integer(orders[order].id), "created_at": local(refund.at), "processed_at": local(refund.at),
            "note": .optional(refund.note), "user_id": nil, "duties": [],
        ]
        body.add("total_duties_set", moneySet(zero))
        body.add("restock", .bool(refund.lines.contains { $0.restock != "no_restock" }))
        body.add("order_adjustments", refund.shipping > 0 ? [adjustmentBody(order, refund)] : [])
        body.add("refund_shipping_lines", refund.shipping > 0 ? [refundShippingBody(order, refund)] : [])
        let lines = refund.lines.enumerated().map { index, line -> JSONValue in
            let worth = plainAmount(line.subtotal)
            return [
                "id": .integer(refund.id * 10 + Int64(index)),
                "line_item_id": .integer(orders[order].firstLineID + Int64(line.line)),
                "quantity": .integer(line.quantity), "restock_type": .string(line.restock),
                "location_id": line.restock == "no_restock" ? nil : .integer(FirstID.location), "subtotal": .number(worth),
                "subtotal_set": moneySet(worth), "total_tax": .number(zero), "total_tax_set": moneySet(zero),
            ]
        }
        body.add("refund_line_items", .array(lines))
        body.add("transactions", .array(refund.transactions.map { transactionBody(order, $0) }))
        return body
    }

    private func adjustmentBody(_ order: Int, _ refund: TwinOrder.Refund) -> JSONValue {
        let amount = plainAmount(-refund.shipping)
        return [
            "id": .integer(refund.id + 7), "order_id": .integer(orders[order].id), "refund_id": .integer(refund.id),
            "amount": .string(amount), "amount_set": moneySet(amount), "kind": "shipping_refund",
            "reason": "Shipping refund",
            "tax_amount": .string(plainAmount(0)), "tax_amount_set": moneySet(plainAmount(0)),
        ]
    }

    private func refundShippingBody(_ order: Int, _ refund: TwinOrder.Refund) -> JSONValue {
        [
            "id": .integer(refund.id), "shipping_line_id": .integer(orders[order].id + 1_000_000),
            "subtotal_amount_set": moneySet(plainAmount(refund.shipping)),
        ]
    }

    private func transactionBody(_ order: Int, _ position: Int) -> JSONValue {
        let transaction = orders[order].transactions[position]
        let first = FirstID.transaction + Int64(order) * 1000
        return [
            "id": .integer(first + Int64(position)), "order_id": .integer(orders[order].id),
            "kind": transaction.isRefund ? "refund" : "sale", "gateway": "shopify_payments", "status": "success",
            "created_at": local(transaction.at),
            "parent_id": transaction.parent.map { .integer(first + Int64($0)) } ?? .null,
            "amount": .string(plainAmount(transaction.amount)), "currency": .string(currency.code), "test": false,
        ]
    }

    func fulfillmentBody(_ order: Int, _ position: Int) -> JSONValue {
        let fulfillment = orders[order].fulfillments[position]
        let first = fulfillment.tracking.first
        var body: JSONValue = [
            "id": .integer(fulfillment.id),
            "admin_graphql_api_id": .string(GlobalID.text(.fulfillment, String(fulfillment.id))),
            "order_id": .integer(orders[order].id), "name": .string("\(orders[order].name).\(position + 1)"),
            "created_at": local(fulfillment.at), "updated_at": local(fulfillment.at),
            "location_id": .integer(FirstID.location),
            "service": "manual",
        ]
        body.add("shipment_status", nil)
        body.add("status", "success")
        body.add("tracking_company", .optional(first?.company))
        body.add("tracking_number", .optional(first?.number))
        body.add("tracking_numbers", .array(fulfillment.tracking.map { .optional($0.number) }))
        body.add("tracking_url", .optional(first?.url))
        body.add("tracking_urls", .array(fulfillment.tracking.compactMap(\.url).map(JSONValue.string)))
        let lines = fulfillment.lines.map { sent -> JSONValue in
            let line = orders[order].lines[sent.line]
            return [
                "id": .integer(orders[order].firstLineID + Int64(sent.line)), "quantity": .integer(sent.quantity),
                "sku": .string(line.sku),
                "title": .string(line.title),
                "variant_id": line.article.map { .integer(FirstID.variant + Int64($0)) } ?? .null,
            ]
        }
        body.add("line_items", .array(lines))
        return body
    }

    func levelBody(_ article: Int) -> JSONValue {
        let item = FirstID.item + Int64(article)
        return [
            "inventory_item_id": .integer(item), "location_id": .integer(FirstID.location),
            "available": .integer(articles[article].available), "updated_at": local(articles[article].countedAt),
            "admin_graphql_api_id": .string("gid://shopify/InventoryLevel/\(FirstID.location)?inventory_item_id=\(item)"),
        ]
    }

    func productBody(_ product: Int) -> JSONValue {
        let id = FirstID.product + Int64(product)
        let articles = products[product].articles
        let names = articles.first.map { self.articles[$0].seed.options.map(\.name) } ?? []
        let options = (names.isEmpty ? ["Title"] : names).enumerated().map { index, name -> JSONValue in
            ["product_id": .integer(id), "name": .string(name), "position": .integer(index + 1)]
        }
        var body: JSONValue = [
            "id": .integer(id), "admin_graphql_api_id": .string(GlobalID.text(.product, String(id))),
            "title": .string(products[product].title), "handle": .string("product-\(product + 1)"), "status": "active",
            "created_at": local(start), "updated_at": local(start),
        ]
        body.add("options", .array(options))
        body.add("variants", .array(articles.map { variantBody($0, id) }))
        return body
    }

    private func variantBody(_ article: Int, _ product: Int64) -> JSONValue {
        let one = articles[article]
        let values = one.seed.options.isEmpty ? ["Default Title"] : one.seed.options.map(\.value)
        func option(_ position: Int) -> JSONValue { position < values.count ? .string(values[position]) : .null }
        var body: JSONValue = [
            "id": .integer(FirstID.variant + Int64(article)), "product_id": .integer(product),
            "title": .string(values.joined(separator: " / ")),
            "sku": .string(one.seed.sku), "barcode": .optional(one.seed.gtin), "price": .string(one.seed.price),
        ]
        body.add("option1", option(0))
        body.add("option2", option(1))
        body.add("option3", option(2))
        body.add("inventory_item_id", .integer(FirstID.item + Int64(article)))
        body.add("inventory_management", "shopify")
        body.add("inventory_quantity", .integer(one.available))
        body.add("updated_at", local(one.changedAt))
        return body
    }
}
