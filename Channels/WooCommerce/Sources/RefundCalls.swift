// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension WooCommerceConnector {
    /// What one `POST refunds` says.
    struct RefundPart: Sendable {
        var key: String
        var restock: Bool
        var lines: [JSONValue]
        var amount: Money
    }

    /// Refunds in one call, or in two when some units go back on the shelf and others do not: WooCommerce restocks all lines of a
    /// refund or none. Each carries our key in its meta data and is looked for first.
    func refundOrder(
        _ refund: ChannelAction.Refund, _ order: OrderReading, key: String, _ access: Access
    ) throws(ChannelFailure) -> Reply<ActionOutcome> {
        let read = try reading { () throws(Unreadable) in try order.order() }
        let parts = try parts(of: refund, order, read, key: key)
        return .then(
            refundList(refund.orderID, access) { refunds throws(ChannelFailure) in
                let missing = parts.filter { Self.refundID(key: $0.key, in: refunds) == nil }
                let known = parts.compactMap { Self.refundID(key: $0.key, in: refunds) }
                guard !missing.isEmpty else { return .done(.alreadyDone(externalID: known.first)) }
                let details = try reading { () throws(Unreadable) in
                    try RefundReading.refunds(refunds, order: order.json, read.currency)
                }
                // What an earlier try has already given back counts as given back, and is no longer asked for.
                let done = Set(parts.map(\.key)).subtracting(missing.map(\.key))
                try checkLeft(refund, read, details, missing: missing, isSecondTry: !done.isEmpty)
                return post(missing[...], refund, first: known.first, access)
            })
    }

    private static func refundID(key: String, in refunds: [JSON]) -> String? {
        refunds.first { $0.meta(RefundReading.keyMeta)?["value"]?.text == key }?["id"]?.text
    }

    private func post(_ parts: ArraySlice<RefundPart>, _ refund: ChannelAction.Refund, first: String?, _ access: Access)
        -> Reply<ActionOutcome>
    {
        guard let part = parts.first else { return .done(.done(externalID: first)) }
        let path = Self.path(refund.orderID) + "/refunds"
        return .then(
            shop.send(.post, path, refundBody(part, note: refund.note), access) { json throws(ChannelFailure) in
                let id = try reading { () throws(Unreadable) in try json.identifier("id") }
                return post(parts.dropFirst(), refund, first: first ?? id, access)
            })
    }

    /// `api_refund` makes the payment provider send the money. It is off unless the merchant wants it: for a provider that cannot,
    /// WooCommerce fails with a 500 (recording 205), and where money is moved by hand it would move twice.
    func refundBody(_ part: RefundPart, note: String) -> JSONValue {
        var body: JSONValue = ["amount": .string(part.amount.decimalText), "reason": .string(note)]
        body.add("api_refund", .bool(refundsAtGateway))
        body.add("api_restock", .bool(part.restock))
        if !part.lines.isEmpty { body.add("line_items", .array(part.lines)) }
        let key: JSONValue = ["key": .string(RefundReading.keyMeta), "value": .string(part.key)]
        let restock: JSONValue = ["key": .string(RefundReading.restockMeta), "value": part.restock ? "yes" : "no"]
        body.add("meta_data", .array([key, restock]))
        return body
    }

    /// Units and money are not limited by the shop in the first case and fail with a 500 in the second (recordings 204, 209), so both are checked here.
    private func checkLeft(
        _ refund: ChannelAction.Refund, _ order: ChannelOrder, _ before: [ChannelRefund], missing: [RefundPart],
        isSecondTry: Bool
    ) throws(ChannelFailure) {
        var left = Dictionary(
            order.lines.map { ($0.externalID, $0.quantity.units) }, uniquingKeysWith: { first, _ in first })
        for line in before.flatMap(\.lines) { left[line.lineID] = (left[line.lineID] ?? 0) - line.quantity.units }
        for line in refund.lines where !isSecondTry {
            let rest = (left[line.lineID] ?? -1) - line.quantity.units
            guard rest >= 0 else {
                throw .refused("line \(line.lineID) has fewer than \(line.quantity.units) units left to refund")
            }
            left[line.lineID] = rest
        }
        let sum = try reading { () throws(Unreadable) in
            var sum = Money.zero(order.currency)
            for amount in before.map(\.total) + missing.map(\.amount) { sum = try sum.plus(amount, "amount") }
            return sum
        }
        guard sum.minor <= order.total.minor else {
            throw .refused("more than the \(order.total) of the order would be given back")
        }
    }

    /// The lines by what becomes of the goods; shipping and what no line explains go with the money that restocks nothing.
    private func parts(
        of refund: ChannelAction.Refund, _ order: OrderReading, _ read: ChannelOrder, key: String
    ) throws(ChannelFailure) -> [RefundPart] {
        let currency = read.currency
        guard refund.total.currency == currency, refund.shipping.currency == currency, refund.total.minor >= 0 else {
            throw .refused("the order is in \(currency)")
        }
        let back = refund.lines.filter(\.restock)
        let gone = refund.lines.filter { !$0.restock }
        let items = Dictionary(
            order.json.list("line_items").map { ($0["id"]?.text ?? "", $0) }, uniquingKeysWith: { first, _ in first })
        func entries(_ lines: [ChannelAction.Refund.Line]) throws(ChannelFailure) -> [JSONValue] {
            var all: [JSONValue] = []
            for line in lines {
                guard let item = items[line.lineID], line.net.currency == currency, line.tax.currency == currency else {
                    throw .refused("the order has no line \(line.lineID)")
                }
                all.append(RefundLines.entry(item, quantity: line.quantity.units, net: line.net, tax: line.tax))
            }
            return all
        }
        let shipping = refund.shipping.minor > 0 ? RefundLines.shipping(order.json, refund.shipping, read) : []
        if back.isEmpty || gone.isEmpty {
            return [
                RefundPart(
                    key: key, restock: !back.isEmpty, lines: try entries(refund.lines) + shipping, amount: refund.total)
            ]
        }
        let first = back.reduce(Money.zero(currency)) { $0 + $1.net + $1.tax }
        let amount = Money(minor: min(first.minor, refund.total.minor), currency)
        return [
            RefundPart(key: key + "/restock", restock: true, lines: try entries(back), amount: amount),
            RefundPart(
                key: key + "/keep", restock: false, lines: try entries(gone) + shipping, amount: refund.total - amount),
        ]
    }
}

/// The `line_items` of a refund request: amounts are numbers there, by tax rate.
enum RefundLines {
    /// A line, or a shipping line with no units.
    static func entry(_ item: JSON, quantity: Int, net: Money, tax: Money) -> JSONValue {
        var entry: JSONValue = [
            "id": .number(item["id"]?.integer.map { String($0) } ?? "0"), "quantity": .integer(quantity),
        ]
        entry.add("refund_total", .number(net.decimalText))
        let rates = item.list("taxes").compactMap { rate -> (id: Int, weight: Int64)? in
            guard let id = rate["id"]?.integer else { return nil }
            return (id, weight(rate["total"]?.text.flatMap { Money($0, tax.currency) }?.minor ?? 0))
        }.prefix(partsMax)
        // A tax that no rate of the line explains is still part of `amount`.
        guard tax.minor > 0, !rates.isEmpty else { return entry }
        let shares = zip(rates, tax.split(by: rates.map(\.weight)))
        entry.add(
            "refund_tax", .array(shares.map { ["id": .integer($0.0.id), "refund_total": .number($0.1.decimalText)] }))
        return entry
    }

    /// More rates of one line or more ways of shipping are no order of a shop.
    private static let partsMax = 100
    /// Sums of a hundred such weights stay far from the edge of the number.
    private static func weight(_ minor: Int64) -> Int64 { min(max(0, minor), 10_000_000_000_000_000) }

    /// Shipping given back, with its tax, spread over the order's shipping lines as they were charged.
    static func shipping(_ order: JSON, _ gross: Money, _ read: ChannelOrder) -> [JSONValue] {
        let lines = order.list("shipping_lines").prefix(partsMax)
        func minor(_ line: JSON, _ name: StaticString) -> Int64 {
            weight((try? line.money(name, gross.currency))?.minor ?? 0)
        }
        let shares = gross.split(by: lines.map { minor($0, "total") + minor($0, "total_tax") })
        return zip(lines, shares).filter { $0.1.minor > 0 }.map { line, share in
            let parts = share.split(by: [minor(line, "total"), minor(line, "total_tax")])
            return entry(line, quantity: 0, net: parts[0], tax: parts[1])
        }
    }
}
