// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

/// An `Order` of the Orders API 2026-01-01 as the hub's value.
struct OrderReader {
    /// The marketplace of the account: its currency stands in where an order without money names none.
    let marketplace: String

    func order(_ json: JSON) throws(Unreadable) -> ChannelOrder {
        let id = try json.required("orderId")
        let changedAt = try json.moment("lastUpdatedTime")
        let status = json["fulfillment"]?["fulfillmentStatus"]?.string ?? ""
        let isPending = status == "PENDING" || status == "PENDING_AVAILABILITY"
        let isCancelled = status == "CANCELLED"
        let isFulfilledByChannel = json["fulfillment"]?["fulfilledBy"]?.string == "AMAZON"
        let amounts = Amounts(currency: try currency(of: json))
        let items = try read(items: json, isPending: isPending, isCancelled: isCancelled, amounts)
        let sums = items.map(\.money)
        let zero = Money.zero(amounts.currency)
        let tip = try afterwards(json, amounts)
        var order = ChannelOrder(
            externalID: id, number: id, changedAt: changedAt, revision: Self.rank(status, items),
            placedAt: try json.moment("createdTime"),
            payment: isPending ? .pending : isCancelled ? .voided : .paid, cancelledAt: isCancelled ? changedAt : nil,
            isOnHold: isPending || status == "UNFULFILLABLE" || (!isCancelled && items.contains(where: \.buyerWantsOut)),
            claimsStock: !isFulfilledByChannel, isFulfilledByChannel: isFulfilledByChannel, currency: amounts.currency,
            lines: items.map(\.line),
            shipping: sums.reduce(zero) { $0 + $1.shipping }, shippingTax: sums.reduce(zero) { $0 + $1.shippingTax },
            fees: sums.reduce(tip) { $0 + $1.fees }, feesTax: sums.reduce(zero) { $0 + $1.feesTax }, total: zero,
            buyer: Self.buyer(json), refunds: nil, shipments: try shipments(json, changedAt))
        order.total =
            try amounts.money(json["proceeds"]?["grandTotal"], "grandTotal")
            ?? order.lines.reduce(order.shipping + order.shippingTax + order.fees + order.feesTax) { $0 + $1.net + $1.tax }
        return order
    }

    /// Amazon's times have whole seconds: within one, an order only moves forward through its states and its units.
    private static func rank(_ status: String, _ items: [Item]) -> Int {
        let states = ["PENDING_AVAILABILITY", "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED", "CANCELLED"]
        let state = states.firstIndex(of: status) ?? states.count
        return state * 1_000_000 + min(items.reduce(0) { $0 + $1.fulfilled }, 999_999)
    }

    /// The first currency that any amount of the order names, else the marketplace's.
    private func currency(of json: JSON) throws(Unreadable) -> Currency {
        if let found = try Amounts.currency(of: json["proceeds"]?["grandTotal"]) { return found }
        if let items = json["orderItems"] {
            for item in items.elements {
                if let found = try Amounts.currency(of: item["proceeds"]?["proceedsTotal"]) { return found }
                if let found = try Amounts.currency(of: item["product"]?["price"]?["unitPrice"]) { return found }
            }
        }
        let id = json["salesChannel"]?["marketplaceId"]?.string ?? marketplace
        guard let code = Marketplace.named(id)?.currency ?? Marketplace.named(marketplace)?.currency,
            let currency = Currency(code)
        else {
            throw .unknownCurrency(id)
        }
        return currency
    }

    private struct Item {
        var line: ChannelOrder.Line
        var money: ItemMoney
        var fulfilled: Int
        /// The buyer has asked to cancel and nobody has answered: it must not be shipped unseen.
        var buyerWantsOut: Bool
    }

    private func read(items json: JSON, isPending: Bool, isCancelled: Bool, _ amounts: Amounts) throws(Unreadable) -> [Item] {
        guard let list = json["orderItems"], list.kind == .array else { throw .missing(field: "orderItems") }
        var items: [Item] = []
        for item in list.elements {
            guard let ordered = try item.units("quantityOrdered") else { throw .missing(field: "quantityOrdered") }
            let fulfilled = try item["fulfillment"]?.units("quantityFulfilled") ?? .zero
            let open = try item["fulfillment"]?.units("quantityUnfulfilled") ?? .zero
            let product = item["product"]
            let price = try amounts.price(product?["price"]?["unitPrice"], "unitPrice")
            let money = try ItemMoney(of: item, quantity: ordered, unitPrice: price, isPending: isPending, amounts)
            let cancelledAlone = !isCancelled && item["cancellation"]?["cancellationExecution"]?.kind == .object
            let quantity = cancelledAlone ? Quantity(clamping: min(fulfilled.units + open.units, ordered.units)) : ordered
            let sku = product?.words("sellerSku")
            let line = ChannelOrder.Line(
                externalID: try item.required("orderItemId"), variant: sku, sku: sku,
                title: product?.words("title") ?? sku ?? "",
                quantity: quantity, unitPrice: price ?? Self.unitPrice(money.net, ordered), net: money.net, tax: money.tax)
            let asked = item["cancellation"]?["cancellationRequest"]?.kind == .object && !cancelledAlone
            items.append(Item(line: line, money: money, fulfilled: fulfilled.units, buyerWantsOut: asked))
        }
        return items
    }

    /// What one unit cost, to two places beyond the minor unit, where only the line's sum is known.
    private static func unitPrice(_ net: Money, _ quantity: Quantity) -> Decimal10 {
        guard quantity.units > 1 else { return Decimal10(units: net.minor, scale: net.currency.minorDigits) }
        let (finer, over) = net.minor.multipliedReportingOverflow(by: 100)
        if over { return Decimal10(units: net.minor / Int64(quantity.units), scale: net.currency.minorDigits) }
        return Decimal10(units: finer / Int64(quantity.units), scale: net.currency.minorDigits + 2)
    }

    /// Charges that Amazon attributes to no item.
    private func afterwards(_ json: JSON, _ amounts: Amounts) throws(Unreadable) -> Money {
        var sum = Money.zero(amounts.currency)
        guard let breakdowns = json["proceeds"]?["breakdowns"] else { return sum }
        for breakdown in breakdowns.elements where breakdown["type"]?.string == "DELIVERY_TIP" {
            if let tip = try amounts.money(breakdown["subtotal"], "proceeds DELIVERY_TIP") { sum += tip }
        }
        return sum
    }
}
