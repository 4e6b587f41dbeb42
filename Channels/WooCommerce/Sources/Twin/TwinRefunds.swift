// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension WooCommerceTwin {
    func listRefunds(_ place: Int, _ call: TwinCall) throws(TwinError) -> TwinReply {
        let list = try TwinListing(
            call, minutesEast: minutesEast, orderBy: ["date", "id", "include", "title", "slug", "modified"])
        let order = book[place]
        let refunds = Array(list.isAscending ? order.refunds : order.refunds.reversed())
        let rows = refunds[list.range(of: refunds.count)].map { refundJSON($0, of: order) }
        return TwinReply(200, .array(rows), headers: list.headers(call, total: refunds.count))
    }

    /// A refund by REST. Money is limited by what is left of the order, units by nothing (recordings 204, 209).
    mutating func createRefund(_ place: Int, _ body: JSON, at now: Instant) throws(TwinError) -> TwinReply {
        let order = book[place]
        if let amount = body["amount"], amount.kind != .string { throw .invalid([.type("amount", "string")]) }
        var lines: [TwinOrder.Refund.Line] = []
        for item in body["line_items"].map({ Array($0.elements) }) ?? [] {
            // A line of another order is passed over (recording 208).
            guard let id = item["id"]?.integer, let line = refundLine(item, id, of: order) else { continue }
            lines.append(line)
        }
        var amount = body["amount"]?.string.flatMap { Money($0, currency) }.map { Self.bounded($0.minor) }
        if amount == nil, !lines.isEmpty { amount = lines.reduce(Int64(0)) { $0 + $1.total + $1.tax } }
        guard (amount ?? 0) <= order.left, (amount ?? 0) >= 0 else { throw .refund("Invalid refund amount.") }
        let byGateway = Self.bool(body["api_refund"]) ?? true
        if byGateway, order.paymentMethod != Self.card {
            throw .refund(
                order.paymentMethod.isEmpty
                    ? "The payment gateway for this order does not exist."
                    : "The payment gateway for this order does not support automatic refunds.")
        }
        var metas: [TwinOrder.Meta] = []
        for meta in body["meta_data"].map({ Array($0.elements) }) ?? [] {
            guard let key = meta["key"]?.string else { continue }
            metas.append(.init(id: ids.nextMeta(), key: key, value: meta["value"]?.value ?? .null))
        }
        let refund = addRefund(
            place, amount: amount, reason: body["reason"]?.string ?? "", lines: lines, metas: metas,
            byGateway: byGateway,
            restock: Self.bool(body["api_restock"]) ?? true, at: now)
        // The real one's Location still has the route's pattern in it.
        let location = home + "/wp-json/wc/v3/orders/(?P<order_id>[\\d]+)/refunds/\(refund.id)"
        return TwinReply(201, refundJSON(refund, of: book[place]), headers: [("Location", location)])
    }

    /// The method of payment whose provider can send money back.
    static let card = "card"

    private mutating func refundLine(_ item: JSON, _ id: Int, of order: TwinOrder) -> TwinOrder.Refund.Line? {
        let isShipping = order.shippingLine?.id == id
        guard isShipping || order.lines.contains(where: { $0.id == id }) else { return nil }
        func minor(_ json: JSON?) -> Int64 { Self.bounded(json?.text.flatMap { Money($0, currency) }?.minor ?? 0) }
        let tax = (item["refund_tax"].map { Array($0.elements) } ?? []).reduce(Int64(0)) {
            $0 + minor($1["refund_total"])
        }
        let quantity = min(max(item["quantity"]?.integer ?? 0, 0), Quantity.unitsMax)
        let total = minor(item["refund_total"])
        guard quantity > 0 || total != 0 || tax != 0 else { return nil }
        return TwinOrder.Refund.Line(
            id: ids.nextLine(), of: id, isShipping: isShipping, quantity: isShipping ? 0 : quantity, total: total,
            tax: tax, metaID: ids.nextMeta())
    }

    /// Writes a refund down: puts units back when asked to, and sets `refunded` once no money is left (recordings 197 to 217).
    @discardableResult
    mutating func addRefund(
        _ place: Int, amount: Int64?, reason: String, lines: [TwinOrder.Refund.Line], metas: [TwinOrder.Meta] = [],
        byGateway: Bool = false,
        restock: Bool, at now: Instant
    ) -> TwinOrder.Refund {
        let isFull = (amount ?? 0) > 0 && amount == book[place].left
        let type = TwinOrder.Meta(id: ids.nextMeta(), key: "_refund_type", value: isFull ? "full" : "partial")
        let refund = TwinOrder.Refund(
            id: ids.nextPost(), at: now, amount: amount, reason: reason, byGateway: byGateway, metas: [type] + metas,
            lines: lines)
        if restock { for line in lines where !line.isShipping { putBack(line, place, at: now) } }
        book[place].refunds.append(refund)
        // Every refund moves the order's date and is told as an update of the order, never on its own (recording w0148).
        setStatus(place, isFull ? "refunded" : book[place].status, at: now)
        return refund
    }

    private mutating func putBack(_ line: TwinOrder.Refund.Line, _ place: Int, at now: Instant) {
        guard line.quantity > 0, let index = book[place].lines.firstIndex(where: { $0.id == line.of }),
            let product = book[place].lines[index].product, let reduced = book[place].lines[index].reduced
        else { return }
        move(product, by: line.quantity, at: now)
        book[place].lines[index].reduced = .init(meta: reduced.meta, units: reduced.units - line.quantity)
        let before = book[place].lines[index].restocked
        book[place].lines[index].restocked = .init(
            meta: before?.meta ?? ids.nextMeta(), units: TwinStock.sum(before?.units ?? 0, line.quantity))
    }

    /// What `refunded` by hand does: a refund of all that is left, without putting units back (recordings 223, 224).
    mutating func refundRest(_ place: Int, at now: Instant) {
        let left = book[place].left
        guard left > 0 else { return }
        let type = TwinOrder.Meta(id: ids.nextMeta(), key: "_refund_type", value: "full")
        book[place].refunds.append(
            TwinOrder.Refund(
                id: ids.nextPost(), at: now, amount: left, reason: "Order fully refunded.", metas: [type], lines: []))
    }
}
