// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// An order read from GraphQL, and the lists in it that went on beyond their page.
struct OrderDraft: Sendable {
    enum Gap: Sendable {
        case lines(after: String)
        case refundLines(refund: String, after: String)
        case fulfillmentLines(fulfillment: String, after: String)
    }
    var parts: OrderParts
    var gaps: [Gap] = []

    /// Reads the fields of `GraphQLDocument.orderFields`.
    init(_ json: JSON) throws(Unreadable) {
        let currency = try Fields.currency(json["currencyCode"], "currencyCode")
        let shipping = try Self.shipping(json["shippingLines"], currency)
        let additional = try Fields.bag(
            json["originalTotalAdditionalFeesSet"], "originalTotalAdditionalFeesSet", currency)
        let duties = try Fields.bag(json["originalTotalDutiesSet"], "originalTotalDutiesSet", currency)
        let tip = try Fields.bag(json["totalTipReceivedSet"], "totalTipReceivedSet", currency)
        parts = OrderParts(
            id: try Fields.id(json["id"], "id"), number: try Fields.text(json["name"], "name"),
            changedAt: try Fields.time(json["updatedAt"], "updatedAt"),
            placedAt: try Fields.time(json["createdAt"], "createdAt"),
            cancelledAt: try Fields.optionalTime(json["cancelledAt"], "cancelledAt"),
            payment: Words.payment(json["displayFinancialStatus"]?.string), currency: currency,
            taxesIncluded: json["taxesIncluded"]?.bool ?? false, shipping: shipping.price, shippingTax: shipping.tax,
            fees: additional + duties + tip,
            total: try Fields.money(json["totalPriceSet"]?["shopMoney"]?["amount"], "totalPriceSet", currency))
        parts.buyer = Self.buyer(json)
        try add(lines: json["lineItems"])
        for refund in Fields.list(json["refunds"]) { try add(refund: refund) }
        for fulfillment in Fields.list(json["fulfillments"]) { try add(fulfillment: fulfillment) }
    }

    // MARK: Lists with pages

    mutating func add(lines connection: JSON?) throws(Unreadable) {
        guard let nodes = connection?["nodes"] else { throw .missing(field: "lineItems") }
        for node in nodes.elements { parts.lines.append(try Self.line(node, parts.currency)) }
        if let after = Self.rest(of: connection) { gaps.append(.lines(after: after)) }
    }

    mutating func add(refundLines connection: JSON?, to refund: String) throws(Unreadable) {
        guard let position = parts.refunds.firstIndex(where: { $0.id == refund }) else { return }
        guard let nodes = connection?["nodes"] else { throw .missing(field: "refundLineItems") }
        for node in nodes.elements { parts.refunds[position].lines.append(try Self.refundLine(node, parts.currency)) }
        if let after = Self.rest(of: connection) { gaps.append(.refundLines(refund: refund, after: after)) }
    }

    mutating func add(fulfillmentLines connection: JSON?, to fulfillment: String) throws(Unreadable) {
        guard let position = parts.shipments.firstIndex(where: { $0.externalID == fulfillment }) else { return }
        guard let nodes = connection?["nodes"] else { throw .missing(field: "fulfillmentLineItems") }
        for node in nodes.elements {
            let line = try Fields.id(node["lineItem"]?["id"], "fulfillmentLineItem.lineItem.id")
            let quantity = try Fields.quantity(node["quantity"], "fulfillmentLineItem.quantity")
            parts.shipments[position].lines.append(ChannelShipment.Line(lineID: line, quantity: quantity))
        }
        if let after = Self.rest(of: connection) {
            gaps.append(.fulfillmentLines(fulfillment: fulfillment, after: after))
        }
    }

    /// Where a connection goes on; nil when it has been read to its end.
    static func rest(of connection: JSON?) -> String? {
        guard let info = connection?["pageInfo"], info["hasNextPage"]?.bool == true else { return nil }
        return info["endCursor"]?.string
    }

    // MARK: Parts

    private mutating func add(refund json: JSON) throws(Unreadable) {
        let currency = parts.currency
        var shipping = Money.zero(currency)
        var shippingTax = Money.zero(currency)
        for line in Fields.list(json["refundShippingLines"]?["nodes"]) {
            shipping += try Fields.bag(line["subtotalAmountSet"], "refundShippingLine.subtotalAmountSet", currency)
            shippingTax += try Fields.bag(line["taxAmountSet"], "refundShippingLine.taxAmountSet", currency)
        }
        let id = try Fields.id(json["id"], "refund.id")
        parts.refunds.append(
            OrderParts.Refund(
                id: id, at: try Fields.time(json["createdAt"], "refund.createdAt"), lines: [], shipping: shipping,
                shippingTax: shippingTax,
                total: try Fields.bag(json["totalRefundedSet"], "refund.totalRefundedSet", currency)))
        try add(refundLines: json["refundLineItems"], to: id)
    }

    private mutating func add(fulfillment json: JSON) throws(Unreadable) {
        let id = try Fields.id(json["id"], "fulfillment.id")
        var tracking: [Tracking] = []
        for info in Fields.list(json["trackingInfo"]) {
            guard let number = Fields.optionalText(info["number"]) else { continue }
            tracking.append(
                Tracking(
                    carrier: Fields.optionalText(info["company"]) ?? "", number: number,
                    url: Fields.optionalText(info["url"])))
        }
        parts.shipments.append(
            ChannelShipment(
                externalID: id, at: try Fields.time(json["createdAt"], "fulfillment.createdAt"), lines: [],
                tracking: tracking,
                isCancelled: Words.isCancelled(fulfillment: json["status"]?.string)))
        try add(fulfillmentLines: json["fulfillmentLineItems"], to: id)
    }

    private static func line(_ json: JSON, _ currency: Currency) throws(Unreadable) -> OrderParts.Line {
        OrderParts.Line(
            id: try Fields.id(json["id"], "lineItem.id"), variant: Fields.optionalID(json["variant"]?["id"]),
            sku: Fields.optionalText(json["sku"]), title: json["title"]?.text ?? "",
            ordered: try Fields.quantity(json["quantity"], "lineItem.quantity"),
            current: try Fields.quantity(json["currentQuantity"], "lineItem.currentQuantity"),
            unitPrice: try Fields.decimal(
                json["originalUnitPriceSet"]?["shopMoney"]?["amount"], "lineItem.originalUnitPriceSet"),
            discount: try discounts(json["discountAllocations"], currency), tax: try taxes(json["taxLines"], currency))
    }

    private static func refundLine(_ json: JSON, _ currency: Currency) throws(Unreadable) -> OrderParts.RefundLine {
        OrderParts.RefundLine(
            lineID: try Fields.id(json["lineItem"]?["id"], "refundLineItem.lineItem.id"),
            quantity: try Fields.quantity(json["quantity"], "refundLineItem.quantity"),
            disposition: Words.disposition(json["restockType"]?.string),
            subtotal: try Fields.bag(json["subtotalSet"], "refundLineItem.subtotalSet", currency),
            tax: try Fields.bag(json["totalTaxSet"], "refundLineItem.totalTaxSet", currency))
    }

    private static func shipping(_ connection: JSON?, _ currency: Currency) throws(Unreadable) -> (
        price: Money, tax: Money
    ) {
        var price = Money.zero(currency)
        var tax = Money.zero(currency)
        for line in Fields.list(connection?["nodes"]) {
            price += try Fields.bag(line["originalPriceSet"], "shippingLine.originalPriceSet", currency)
            price = price - (try discounts(line["discountAllocations"], currency))
            tax += try taxes(line["taxLines"], currency)
        }
        return (price, tax)
    }

    private static func discounts(_ list: JSON?, _ currency: Currency) throws(Unreadable) -> Money {
        var sum = Money.zero(currency)
        for allocation in Fields.list(list) {
            sum += try Fields.bag(allocation["allocatedAmountSet"], "discountAllocation", currency)
        }
        return sum
    }

    private static func taxes(_ list: JSON?, _ currency: Currency) throws(Unreadable) -> Money {
        var sum = Money.zero(currency)
        for line in Fields.list(list) { sum += try Fields.bag(line["priceSet"], "taxLine", currency) }
        return sum
    }

    private static func buyer(_ json: JSON) -> Buyer {
        let customer = json["customer"]
        let to = json["shippingAddress"]
        let address = Words.address(
            name: Fields.optionalText(to?["name"]),
            lines: [
                Fields.optionalText(to?["company"]), Fields.optionalText(to?["address1"]),
                Fields.optionalText(to?["address2"]),
            ],
            city: Fields.optionalText(to?["city"]),
            region: Fields.optionalText(to?["provinceCode"]) ?? Fields.optionalText(to?["province"]),
            postcode: Fields.optionalText(to?["zip"]), country: Fields.optionalText(to?["countryCodeV2"]))
        return Words.buyer(
            customer: Fields.optionalID(customer?["id"]), firstName: Fields.optionalText(customer?["firstName"]),
            lastName: Fields.optionalText(customer?["lastName"]),
            email: Fields.optionalText(json["email"])
                ?? Fields.optionalText(customer?["defaultEmailAddress"]?["emailAddress"]),
            phone: Fields.optionalText(json["phone"]) ?? Fields.optionalText(to?["phone"])
                ?? Fields.optionalText(customer?["defaultPhoneNumber"]?["phoneNumber"]),
            shipTo: address)
    }
}
