// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// One of Square's orders as facts: a sale, a return, or an exchange, which is both.
struct ReadOrder: Sendable {
    private let order: JSON
    private let skus: [String: String]
    private let location: String

    /// - Parameter skus: by variation; Square's lines carry none.
    init(_ order: JSON, skus: [String: String], at location: String) {
        self.order = order
        self.skus = skus
        self.location = location
    }

    func facts() throws(Unreadable) -> [ChannelFact] {
        // Another location's order is another account's.
        guard order["location_id"]?.string == location else { return [] }
        let id = try Fields.text(order["id"], "id")
        let returns = Fields.list(order["returns"])
        var facts: [ChannelFact] = []
        if !Fields.list(order["line_items"]).isEmpty || returns.isEmpty { facts.append(.order(try sale(id))) }
        for (position, entry) in returns.enumerated() {
            // A return without a sale that Square knows of is nobody's.
            guard let source = Fields.optionalText(entry["source_order_id"]) else { continue }
            let reading = ReadReturn(order, entry, position: position, of: returns.count)
            if let refund = try reading.refund(id: position == 0 ? id : "\(id)-\(position)") { facts.append(.refund(orderID: source, refund)) }
        }
        return facts
    }

    private func sale(_ id: String) throws(Unreadable) -> ChannelOrder {
        let currency = try Fields.currency(order["total_money"]?["currency"], "total_money.currency")
        let money = try OrderMoney(order, currency)
        let changedAt = try Fields.time(order["updated_at"], "updated_at")
        let state = order["state"]?.string
        var lines: [ChannelOrder.Line] = []
        for line in Fields.list(order["line_items"]) { lines.append(try self.line(line, currency)) }
        let parcels = try ReadFulfillments(order, isPaid: money.isPaid)
        let cancelledAt = try state == "CANCELED" ? Fields.optionalTime(order["closed_at"], "closed_at") ?? changedAt : parcels.cancelledAt(changedAt)
        return ChannelOrder(
            externalID: id, number: Fields.optionalText(order["reference_id"]) ?? id, changedAt: changedAt, revision: order["version"]?.integer ?? 0,
            placedAt: try Fields.time(order["created_at"], "created_at"), payment: money.payment(isCancelled: state == "CANCELED"),
            cancelledAt: cancelledAt,
            // Square takes the units when it is paid; until then it is a basket, an open tab or an unpaid bill.
            claimsStock: state != "DRAFT" && money.hasTender, currency: currency, lines: lines, shipping: money.shipping,
            shippingTax: money.shippingTax, fees: money.fees, feesTax: money.feesTax, total: money.total, buyer: buyer,
            refunds: try money.ownRefunds(currency), shipments: try parcels.shipments(order: id, changedAt: changedAt))
    }

    private func line(_ line: JSON, _ currency: Currency) throws(Unreadable) -> ChannelOrder.Line {
        let total = try Fields.money(line["total_money"], "line.total_money", currency)
        let tax = try Fields.money(line["total_tax_money"], "line.total_tax_money", currency)
        let price = try Fields.money(line["base_price_money"], "line.base_price_money", currency)
        let title = [Fields.optionalText(line["name"]), Fields.optionalText(line["variation_name"]).flatMap { $0 == "Regular" ? nil : $0 }]
            .compactMap { $0 }.joined(separator: ", ")
        let id = try Fields.text(line["uid"], "line.uid")
        guard let units = try Fields.wholeUnits(line["quantity"], "line.quantity") else {
            // Sold by weight or length: money, but no units of stock.
            return ChannelOrder.Line(
                externalID: id, variant: nil, sku: nil, title: "\(title) (\(line["quantity"]?.text ?? ""))", quantity: Quantity(clamping: 1),
                unitPrice: Decimal10(units: (total - tax).minor, scale: currency.minorDigits), net: total - tax, tax: tax)
        }
        let isArticle = line["item_type"]?.string ?? "ITEM" == "ITEM"
        let variation = isArticle ? Fields.optionalText(line["catalog_object_id"]) : nil
        return ChannelOrder.Line(
            externalID: id, variant: variation, sku: variation.flatMap { skus[$0] }, title: title, quantity: units,
            unitPrice: Decimal10(units: price.minor, scale: currency.minorDigits), net: total - tax, tax: tax)
    }

    /// Who it goes to, from the first part of the order that says so.
    private var buyer: Buyer {
        let recipient = Fields.list(order["fulfillments"]).lazy.compactMap { part in
            (part["shipment_details"] ?? part["delivery_details"] ?? part["pickup_details"])?["recipient"]
        }.first
        var buyer = Buyer(externalID: Fields.optionalText(order["customer_id"]) ?? Fields.optionalText(recipient?["customer_id"]))
        guard let recipient else { return buyer }
        buyer.name = Fields.optionalText(recipient["display_name"])
        buyer.email = Fields.optionalText(recipient["email_address"])
        buyer.phone = Fields.optionalText(recipient["phone_number"])
        guard let address = recipient["address"], address.kind == .object else { return buyer }
        let person = [Fields.optionalText(address["first_name"]), Fields.optionalText(address["last_name"])].compactMap { $0 }.joined(separator: " ")
        buyer.shipTo = PostalAddress(
            name: person.isEmpty ? buyer.name : person,
            lines: [address["address_line_1"], address["address_line_2"], address["address_line_3"]].compactMap { Fields.optionalText($0) },
            city: Fields.optionalText(address["locality"]), region: Fields.optionalText(address["administrative_district_level_1"]),
            postcode: Fields.optionalText(address["postal_code"]), country: Fields.optionalText(address["country"]))
        return buyer
    }
}
