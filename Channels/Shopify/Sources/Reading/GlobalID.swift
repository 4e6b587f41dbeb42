// SPDX-License-Identifier: Apache-2.0

/// Shopify's global ids, `gid://shopify/Order/123`, and the numbers in them.
package enum GlobalID {
    package enum Kind: String, Sendable {
        case order = "Order", lineItem = "LineItem", variant = "ProductVariant", product = "Product"
        case inventoryItem = "InventoryItem", inventoryLevel = "InventoryLevel", location = "Location", refund =
            "Refund"
        case refundLineItem = "RefundLineItem", fulfillment = "Fulfillment", fulfillmentOrder = "FulfillmentOrder"
        case fulfillmentOrderLineItem = "FulfillmentOrderLineItem", fulfillmentLineItem = "FulfillmentLineItem"
        case customer = "Customer", transaction = "OrderTransaction", webhook = "WebhookSubscription", job = "Job"
        case shippingLine = "ShippingLine", adjustmentGroup = "InventoryAdjustmentGroup", shop = "Shop"
    }

    package static func text(_ kind: Kind, _ number: some StringProtocol) -> String {
        "gid://shopify/\(kind.rawValue)/\(number)"
    }

    /// The number at the end of a global id, or of a text that is nothing but digits; nil for anything else.
    /// What follows a question mark (inventory levels have it) is passed over.
    package static func number(_ text: some StringProtocol) -> String? {
        let plain = text.prefix { $0 != "?" }
        let last = plain.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard !last.isEmpty, last.utf8.count <= 20, last.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            return nil
        }
        guard last.utf8.count == plain.utf8.count || plain.hasPrefix("gid://shopify/") else { return nil }
        return String(last)
    }
}
