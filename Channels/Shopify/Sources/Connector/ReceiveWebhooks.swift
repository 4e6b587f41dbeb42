// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Vocabulary

extension ShopifyConnector {
    /// Checks `X-Shopify-Hmac-SHA256`, the base64 HMAC-SHA256 of the raw body with the app's secret. A message of another
    /// shop of the same app carries a right signature too, so its `X-Shopify-Shop-Domain` must be ours.
    /// The delivery's key is `X-Shopify-Webhook-Id`, which a repetition shares.
    public func receive(_ request: HTTPRequest, at now: Instant) throws(WebhookRefusal) -> WebhookDelivery {
        guard let signature = request.headers["X-Shopify-Hmac-SHA256"],
            let claimed = ByteText.bytes(base64: signature.trimmed),
            Signature.equal(claimed, Signature.hmacSHA256(request.body, key: Array(webhookSecret.utf8)))
        else { throw .badSignature }
        guard let topic = request.headers["X-Shopify-Topic"], !topic.isEmpty else {
            throw .missingHeader("X-Shopify-Topic")
        }
        guard let key = request.headers["X-Shopify-Webhook-Id"], !key.isEmpty else {
            throw .missingHeader("X-Shopify-Webhook-Id")
        }
        if host.hasSuffix(".myshopify.com"), let shop = request.headers["X-Shopify-Shop-Domain"],
            shop.lowercased() != host
        {
            throw .badSignature
        }
        return WebhookDelivery(key: key, topic: topic)
    }

    /// What a message says. Topics that say nothing to the hub, the three privacy topics among them, hold no facts.
    public func facts(topic: String, body: [UInt8]) throws(Unreadable) -> [ChannelFact] {
        let json: JSON
        do throws(JSONError) { json = try JSON.parse(body) } catch {
            throw error.reason == .tooLarge ? .tooLarge(bytes: body.count) : .malformed(error.description)
        }
        guard json.kind == .object else { throw .malformed("no object") }
        switch topic {
        case "orders/create", "orders/updated", "orders/paid", "orders/cancelled", "orders/fulfilled",
            "orders/partially_fulfilled":
            return [.order(try WebhookOrder.order(json))]
        case "orders/edited":
            return [.orderChanged(orderID: try Fields.id(json["order_edit"]?["order_id"], "order_edit.order_id"))]
        case "orders/delete":
            return [.orderDeleted(orderID: try Fields.id(json["id"], "id"))]
        case "refunds/create":
            return [try Self.refund(json)]
        case "fulfillments/create", "fulfillments/update":
            return [.shipment(orderID: try Fields.id(json["order_id"], "order_id"), try WebhookOrder.shipment(json))]
        case "inventory_levels/update":
            return try level(json)
        case "products/create", "products/update":
            return try Self.listings(json)
        case "app/uninstalled":
            return [.disconnected]
        default:
            return []
        }
    }

    /// A refund without its order does not say whether its amounts include tax. Where there is no tax that makes no
    /// difference; where there is, the order is read again.
    private static func refund(_ json: JSON) throws(Unreadable) -> ChannelFact {
        let order = try Fields.id(json["order_id"], "order_id")
        guard let currency = try refundCurrency(json) else { return .orderChanged(orderID: order) }
        let refund = OrderParts.refund(try WebhookOrder.refund(json, currency), taxesIncluded: false)
        let isTaxed = refund.shippingTax.minor != 0 || refund.lines.contains { $0.tax.minor != 0 }
        return isTaxed ? .orderChanged(orderID: order) : .refund(orderID: order, refund)
    }

    /// The shop's currency, where some amount of the refund tells it.
    private static func refundCurrency(_ json: JSON) throws(Unreadable) -> Currency? {
        let sets =
            [json["total_duties_set"]] + Fields.list(json["refund_line_items"]).prefix(1).map { $0["subtotal_set"] }
            + Fields.list(json["refund_shipping_lines"]).prefix(1).map { $0["subtotal_amount_set"] }
        for set in sets {
            if let code = set?["shop_money"]?["currency_code"] { return try Fields.currency(code, "currency_code") }
        }
        return nil
    }

    /// A level of another location than ours says nothing of what we set.
    private func level(_ json: JSON) throws(Unreadable) -> [ChannelFact] {
        let place = try Fields.id(json["location_id"], "location_id")
        if let location, GlobalID.number(location) != place { return [] }
        // Null: the item is not stocked there any more.
        guard let available = json["available"], !available.isNull else { return [] }
        guard let quantity = available.integer else { throw .malformed("available is no whole number") }
        let stock = try Fields.id(json["inventory_item_id"], "inventory_item_id")
        return [.quantity(stock: stock, quantity: quantity, at: try Fields.time(json["updated_at"], "updated_at"))]
    }

    /// The variants of a product. The message has no currency, so a listing has no price, and its quantity is that of
    /// all locations together; the next listing run has both right.
    private static func listings(_ json: JSON) throws(Unreadable) -> [ChannelFact] {
        let product = try Fields.id(json["id"], "id")
        let names = Fields.list(json["options"]).map { $0["name"]?.string ?? "" }
        var facts: [ChannelFact] = []
        for variant in Fields.list(json["variants"]) {
            var options: [ChannelListing.Option] = []
            for (position, value) in [variant["option1"], variant["option2"], variant["option3"]].enumerated() {
                guard position < names.count, let value = value?.string, !Words.isNoOption(names[position], value)
                else { continue }
                options.append(.init(name: names[position], value: value))
            }
            let key = ListingKey(
                product: product, variant: try Fields.id(variant["id"], "variant.id"),
                stock: try Fields.id(variant["inventory_item_id"], "variant.inventory_item_id"))
            facts.append(
                .listing(
                    ChannelListing(
                        key: key, sku: Fields.optionalText(variant["sku"]),
                        gtin: Fields.optionalText(variant["barcode"]).flatMap { GTIN($0)?.text },
                        title: json["title"]?.string ?? "", options: options,
                        category: Fields.optionalText(json["product_type"]),
                        quantity: variant["inventory_management"]?.string == "shopify"
                            ? variant["inventory_quantity"]?.integer : nil,
                        isActive: json["status"]?.string == "active",
                        changedAt: try Fields.optionalTime(variant["updated_at"], "variant.updated_at"))))
        }
        return facts
    }
}
