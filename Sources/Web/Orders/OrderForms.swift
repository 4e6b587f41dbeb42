// SPDX-License-Identifier: Apache-2.0

import Orders
import Vocabulary

/// The forms of an order's page: there when the act is possible, filled with what was typed when it was refused.
enum OrderForms {
    struct Field: Sendable {
        var name: String
        var title: String
        var hint: String
        var most: Int
        var value: String
        var restockName = ""
        var restock = false
    }
    struct Ship: Sendable {
        var action: String
        var key: String
        var isOpen: Bool
        var lines: [Field]
        var carrier: String
        var number: String
        var link: String
    }
    struct Refund: Sendable {
        var action: String
        var key: String
        var isOpen: Bool
        var lines: [Field]
        var shipping: String
        var shippingHint: String
        var currency: String
    }
    struct Cancel: Sendable {
        var action: String
        var key: String
        var isOpen: Bool
    }

    static func ship(_ detail: OrderDetail, _ facts: OrderFacts, draft: OrderDraft, _ words: Words) -> Ship? {
        guard detail.fold.status == .open || detail.fold.status == .partial else { return nil }
        let fields = detail.order.lines.indices.compactMap { position -> Field? in
            let able = detail.shippable(position, bundles: facts.bundles)
            guard able > 0 else { return nil }
            return Field(
                name: "units-\(position)", title: detail.order.lines[position].title,
                hint: words("order.ship.able", ["count": words.format.number(able)]), most: able,
                value: draft.value("ship", "units-\(position)", or: String(able)))
        }
        guard !fields.isEmpty || draft.form == "ship" else { return nil }
        return Ship(
            action: "\(Site.order(detail.order.id))/shipments", key: draft.key(of: "ship"), isOpen: draft.form == "ship", lines: fields,
            carrier: draft.value("ship", "carrier", or: ""), number: draft.value("ship", "number", or: ""), link: draft.value("ship", "link", or: ""))
    }

    static func refund(_ detail: OrderDetail, draft: OrderDraft, _ words: Words) -> Refund? {
        let order = detail.order
        let left = order.header.total - detail.fold.refunded
        guard order.header.claimsStock, left > 0 || draft.form == "refund" else { return nil }
        let fields = order.lines.indices.compactMap { position -> Field? in
            let able = detail.refundable(position)
            guard able > 0 else { return nil }
            return Field(
                name: "units-\(position)", title: order.lines[position].title, hint: words("order.refund.able", ["count": words.format.number(able)]),
                most: able,
                value: draft.value("refund", "units-\(position)", or: "0"), restockName: "restock-\(position)",
                restock: draft.form == "refund" ? draft.fields.has("restock-\(position)") : true)
        }
        let most = words.format.money(Money(minor: left, order.header.currency))
        return Refund(
            action: "\(Site.order(order.id))/refunds", key: draft.key(of: "refund"), isOpen: draft.form == "refund", lines: fields,
            shipping: draft.value("refund", "shipping", or: ""), shippingHint: words("order.refund.most", ["amount": most]),
            currency: order.header.currency.code)
    }

    static func cancel(_ detail: OrderDetail, draft: OrderDraft, _ words: Words) -> Cancel? {
        guard detail.order.cancelledAt == nil, detail.fold.lines.allSatisfy({ $0.shipped == 0 }), detail.fold.status != .byChannel,
            detail.order.header.claimsStock
        else { return nil }
        return Cancel(action: "\(Site.order(detail.order.id))/cancellation", key: draft.key(of: "cancel"), isOpen: draft.form == "cancel")
    }

    // MARK: What was typed, as values.

    static func units(_ form: Fields, lines: Int, _ words: Words) throws(Vocabulary.Refusal) -> [Int: Int] {
        var units: [Int: Int] = [:]
        for position in 0..<lines {
            let text = form["units-\(position)"]
            guard !text.isEmpty else { continue }
            guard let count = Int(text), let quantity = Quantity(count) else {
                throw Vocabulary.Refusal(.invalid, "form.bad-number", ["text": String(text.prefix(40))])
            }
            if quantity.units > 0 { units[position] = quantity.units }
        }
        return units
    }

    static func amount(_ text: String, _ currency: Currency) throws(Vocabulary.Refusal) -> Int64 {
        guard !text.isEmpty else { return 0 }
        guard let money = Money(text, currency), money.minor >= 0 else {
            throw Vocabulary.Refusal(.invalid, "form.bad-money", ["text": String(text.prefix(40))])
        }
        return money.minor
    }

    static func tracking(_ form: Fields) throws(Vocabulary.Refusal) -> Shipment.Tracking? {
        let number = form["number"]
        let link = form["link"]
        guard number.utf8.count <= 100, form["carrier"].utf8.count <= 100, link.utf8.count <= 500 else {
            throw Vocabulary.Refusal(.invalid, "form.too-long")
        }
        guard link.isEmpty || link.hasPrefix("https://") else { throw Vocabulary.Refusal(.invalid, "form.bad-link") }
        guard !number.isEmpty else {
            guard form["carrier"].isEmpty, link.isEmpty else { throw Vocabulary.Refusal(.invalid, "form.tracking-without-number") }
            return nil
        }
        return Shipment.Tracking(carrier: form["carrier"], number: number, url: link.isEmpty ? nil : link)
    }

    /// The key that was rendered into the form.
    static func key(_ form: Fields) throws(Vocabulary.Refusal) -> String {
        let key = form["key"]
        guard (8...80).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Vocabulary.Refusal(.invalid, "form.no-key")
        }
        return key
    }
}
