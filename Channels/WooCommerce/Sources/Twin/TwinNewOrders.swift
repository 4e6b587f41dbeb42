// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension WooCommerceTwin {
    /// A new order by REST. Availability is never looked at (recordings 180, 181) and a repeated call makes a second order (185, 186).
    mutating func createOrder(_ body: JSON, at now: Instant) throws(TwinError) -> TwinReply {
        let status = body["status"]?.string ?? "pending"
        guard Self.statuses.contains(status) else { throw Self.badStatus }
        if let code = body["currency"]?.string, Currency(code) == nil {
            throw .invalid([
                .init(
                    name: "currency", code: "rest_not_in_enum", message: "currency is not one of AED, AFN, and so on.")
            ])
        }
        try checkLines(body)
        let items = body["line_items"].map { Array($0.elements) } ?? []
        // WooCommerce takes 0 for "remove this line" and fails over the line that is not there.
        if items.contains(where: { $0["quantity"]?.integer == 0 }) { throw .crash }
        var lines: [TwinOrder.Line] = []
        for item in items { lines.append(try newLine(item)) }
        let id = ids.nextPost()
        var order = TwinOrder(
            id: id, number: String(id), status: "pending", created: now, modified: now, createdVia: "rest-api")
        order.lines = lines
        order.billing = Self.address(body["billing"])
        order.shipping = Self.address(body["shipping"])
        order.paymentMethod = body["payment_method"]?.string ?? ""
        order.paymentTitle = body["payment_method_title"]?.string ?? ""
        order.customerNote = body["customer_note"]?.string ?? ""
        if let shipping = body["shipping_lines"]?.elements.first(where: { _ in true }) {
            let total = shipping["total"]?.text.flatMap { Money($0, currency) }?.minor ?? 0
            order.shippingLine = (ids.nextLine(), shipping["method_title"]?.string ?? "", Self.bounded(total))
        }
        for meta in body["meta_data"].map({ Array($0.elements) }) ?? [] {
            guard let key = meta["key"]?.string else { continue }
            order.metas.append(.init(id: ids.nextMeta(), key: key, value: meta["value"]?.value ?? .null))
        }
        if let coupon = body["coupon_lines"]?.elements.first(where: { _ in true })?["code"]?.string {
            throw leaveDraft(order, coupon, at: now)
        }
        let place = book.add(order, reference: nil)
        fire("order.created", id, at: now)
        let isPaid = Self.bool(body["set_paid"]) == true
        if isPaid { book[place].paid = now }
        if isPaid || status != "pending" {
            setStatus(place, isPaid && status == "pending" ? "processing" : status, at: now)
        }
        return TwinReply(201, orderJSON(book[place]), headers: [("Location", home + "/wp-json/wc/v3/orders/\(id)")])
    }

    /// The shop has no coupons: every code is unknown. The order that was begun stays behind and is even announced (recordings 157, w0038).
    private mutating func leaveDraft(_ order: TwinOrder, _ coupon: String, at now: Instant) -> TwinError {
        var draft = order
        draft.status = "checkout-draft"
        _ = book.add(draft, reference: nil)
        fire("order.created", draft.id, at: now)
        return TwinError(
            status: 400, code: "woocommerce_rest_invalid_coupon",
            message: "Coupon &quot;\(coupon)&quot; cannot be applied because it does not exist.",
            data: ["status": 400, "new_draft_order_id": .integer(draft.id)])
    }

    /// A line of a product, by id or SKU. An unknown one becomes a nameless line of 0.00 (recordings 163 to 167).
    mutating func newLine(_ item: JSON) throws(TwinError) -> TwinOrder.Line {
        let productID = item["product_id"]?.integer
        let sku = item["sku"]?.string
        guard productID != nil || sku != nil else {
            throw TwinError(
                status: 400, code: "woocommerce_rest_required_product_reference",
                message: "Product ID or SKU is required.")
        }
        let wanted = item["variation_id"]?.integer.flatMap { $0 == 0 ? nil : $0 } ?? productID
        let place = wanted.flatMap { stock.byID[$0] } ?? sku.flatMap { stock.place(sku: $0) }
        let quantity = Self.units(item["quantity"]?.integer ?? 1)
        let price = place.flatMap { Decimal10(stock[$0].price) } ?? Decimal10(units: 0, scale: 0)
        var line = line(of: place, quantity: quantity, price: price)
        if let name = item["name"]?.string { line.label = line.label.renamed(name) }
        if let subtotal = item["subtotal"]?.text.flatMap({ Money($0, currency) }) {
            line.subtotal = Self.bounded(subtotal.minor)
        }
        if let total = item["total"]?.text.flatMap({ Money($0, currency) }) { line.total = Self.bounded(total.minor) }
        return line
    }

    /// A line with its total rounded to the minor unit, half away from zero (recordings 371, 372).
    mutating func line(of place: Int?, quantity: Int, price: Decimal10) -> TwinOrder.Line {
        let total = Self.bounded(price.multiplied(by: Int64(quantity))?.scaled(to: currency.minorDigits) ?? 0)
        let label = place.map { self.label(of: $0) } ?? TwinOrder.Label(name: "")
        var line = TwinOrder.Line(
            id: ids.nextLine(), quantity: quantity, label: label, subtotal: total, total: total, unitPrice: price)
        guard let place else { return line }
        let product = stock[place]
        line.options = product.options.map { .init(id: ids.nextMeta(), key: $0.name, value: .string($0.value)) }
        return line
    }

    private mutating func label(of place: Int) -> TwinOrder.Label {
        let product = stock[place]
        let label = TwinOrder.Label(
            product: place, name: title(place), productID: product.parent.map { stock[$0].id } ?? product.id,
            variationID: product.kind == .variation ? product.id : 0,
            sku: product.sku, gtin: product.gtin, parentName: product.parent.map { stock[$0].name })
        if let known = labels[place], known == label { return known }
        labels[place] = label
        return label
    }

    /// Sums of such amounts stay far from the edge of the number.
    static func bounded(_ minor: Int64) -> Int64 { min(max(minor, -1_000_000_000_000), 1_000_000_000_000) }

    static func units(_ quantity: Int) -> Int { min(max(quantity, -Quantity.unitsMax), Quantity.unitsMax) }

    static func address(_ json: JSON?) -> TwinOrder.Address {
        var address = TwinOrder.Address()
        for name in TwinOrder.Address.names {
            if let text = json?[dynamic: name]?.string, !text.isEmpty { address.fields[name] = text }
        }
        return address
    }
}
