// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

/// A transaction of type `Refund` (Finances 2024-06-19). It knows articles by SKU, not the order's lines.
struct AmazonRefund: Sendable {
    struct Item: Sendable {
        var sku: String?
        var quantity: Quantity
        var net: Money
        var tax: Money
        var shipping: Money
        var shippingTax: Money
        /// What else went back to the buyer: gift wrap.
        var other: Money
    }
    var id: String
    var orderID: String
    var at: Instant
    var items: [Item]
    /// All that went back to the buyer, positive. The fees between Amazon and the seller are no part of it.
    var total: Money

    /// Nil for any other transaction, for a refund of goods that Amazon shipped, and for the second entry that Amazon
    /// makes when a deferred refund is released.
    init?(_ json: JSON) throws(Unreadable) {
        guard json["transactionType"]?.string == "Refund" else { return nil }
        guard Self.related(json, "DEFERRED_TRANSACTION_ID") == nil else { return nil }
        orderID = Self.related(json, "ORDER_ID") ?? ""
        guard !orderID.isEmpty else { return nil }
        guard let transaction = json.words("transactionId") else { throw .missing(field: "transactionId") }
        id = Self.related(json, "REFUND_ID") ?? transaction
        at = try json.moment("postedDate")
        guard let currency = try Amounts.currency(of: json["totalAmount"]) else { throw .missing(field: "totalAmount") }
        let amounts = Amounts(currency: currency)
        items = []
        var isAmazons = false
        if let list = json["items"] {
            for item in list.elements {
                let context = item["contexts"]?.elements.first { $0["contextType"]?.string == "ProductContext" }
                if context?["fulfillmentNetwork"]?.string == "AFN" { isAmazons = true }
                items.append(try Self.item(item, context, amounts))
            }
        }
        guard !isAmazons else { return nil }
        total = items.reduce(Money.zero(currency)) { $0 + $1.net + $1.tax + $1.shipping + $1.shippingTax + $1.other }
        if total.minor == 0, let whole = try amounts.money(json["totalAmount"], "totalAmount"), whole.minor < 0 {
            total = -whole
        }
        guard total.minor > 0 else { return nil }
    }

    static func related(_ json: JSON, _ name: String) -> String? {
        guard let list = json["relatedIdentifiers"] else { return nil }
        return list.elements.first { $0["relatedIdentifierName"]?.string == name }?.words("relatedIdentifierValue")
    }

    private static func item(_ json: JSON, _ context: JSON?, _ amounts: Amounts) throws(Unreadable) -> Item {
        let zero = Money.zero(amounts.currency)
        // Some accounts show refunded units below zero.
        let units = context?["quantityShipped"]?.integer ?? 0
        let quantity = Quantity(clamping: units == Int.min ? 0 : abs(units))
        var item = Item(
            sku: context?.words("sku"), quantity: quantity, net: zero, tax: zero, shipping: zero, shippingTax: zero,
            other: zero)
        if let breakdowns = json["breakdowns"] { try item.add(breakdowns, amounts, depth: 0) }
        return item
    }
}

extension AmazonRefund.Item {
    /// Walks to the charges that a buyer pays; the names are Amazon's, and the model leaves them open.
    fileprivate mutating func add(_ breakdowns: JSON, _ amounts: Amounts, depth: Int) throws(Unreadable) {
        guard depth < 8 else { return }
        for breakdown in breakdowns.elements {
            let type = breakdown["breakdownType"]?.string ?? ""
            let inner = breakdown["breakdowns"]
            let hasInner = inner?.elements.first { _ in true } != nil
            let part: WritableKeyPath<Self, Money>
            switch type {
            case "OurPricePrincipal", "OurPriceDiscount", "Principal": part = \.net
            case "OurPriceTax", "OurPriceTaxDiscount": part = \.tax
            case "ShippingPrincipal", "ShippingDiscount": part = \.shipping
            case "ShippingTax", "ShippingTaxDiscount": part = \.shippingTax
            case "Giftwrap", "GiftwrapPrincipal", "GiftwrapTax": part = \.other
            case "ProductCharges" where !hasInner: part = \.net
            case "Tax" where !hasInner: part = \.tax
            case "Shipping" where !hasInner: part = \.shipping
            case "PromoRebates" where !hasInner: part = \.other
            case "ProductCharges", "Tax", "Shipping", "PromoRebates", "Sales":
                if let inner { try add(inner, amounts, depth: depth + 1) }
                continue
            default: continue
            }
            // Money that leaves the seller is below zero.
            if let amount = try amounts.money(breakdown["breakdownAmount"], type) {
                self[keyPath: part] = self[keyPath: part] - amount
            }
        }
    }
}

extension AmazonRefund {
    /// The refund in the words of the order's lines. Amazon does not say what became of the goods.
    func refund(of lines: [RefundedLine]) -> ChannelRefund {
        var open = lines
        var parts: [ChannelRefund.Line] = []
        let zero = Money.zero(total.currency)
        for item in items {
            guard let sku = item.sku,
                let at = open.firstIndex(where: { $0.sku == sku && $0.left >= item.quantity.units })
                    ?? open.firstIndex(where: { $0.sku == sku })
            else { continue }
            open[at].left -= item.quantity.units
            parts.append(
                .init(lineID: open[at].id, quantity: item.quantity, disposition: .unknown, net: item.net, tax: item.tax))
        }
        return ChannelRefund(
            externalID: id, at: at, lines: parts, shipping: items.reduce(zero) { $0 + $1.shipping },
            shippingTax: items.reduce(zero) { $0 + $1.shippingTax }, total: total)
    }
}

/// What a refund needs to know of an order's line.
struct RefundedLine: Sendable {
    var id: String
    var sku: String
    /// Units not yet matched with a refund.
    var left: Int

    static func all(of order: ChannelOrder) -> [RefundedLine] {
        order.lines.compactMap { line in
            line.sku.map { RefundedLine(id: line.externalID, sku: $0, left: line.quantity.units) }
        }
    }
}
