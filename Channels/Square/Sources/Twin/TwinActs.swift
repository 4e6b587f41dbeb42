// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension TwinShop {
    /// What people do in Square Online and in Square's own pages.
    mutating func perform(_ act: ShopAct, at now: Instant) -> ShopOutcome {
        switch act {
        case .order(let order): return sell(order, at: now)
        case .edit(let sku, let quantity):
            guard let article = articleBySKU[sku] else { return .unknown }
            guard quantity.magnitude <= UInt(Quantity.unitsMax) else { return .refused("no such count") }
            move(article, by: quantity - articles[article].count, at: now)
            articles[article].recountedAt = now
            announce(counts: [article], at: now)
            return .done(externalID: nil)
        case .pay(let reference):
            guard let order = orderByReference[reference] else { return .unknown }
            guard orders[order].paidAt == nil, orders[order].state == "OPEN" else { return .refused("nothing is to be paid") }
            if let short = short(of: order) { return .soldOut(sku: articles[short].seed.sku) }
            receive(order, at: now)
            orders[order].version += 1
            touch(order, at: now)
            announce(order: order, "updated", at: now)
            return .done(externalID: TwinID.order.text(order))
        case .cancel(let reference):
            guard let order = orderByReference[reference] else { return .unknown }
            guard orders[order].parcel.isOpen else { return .refused("the order is over") }
            cancel(order, at: now)
            return .done(externalID: TwinID.order.text(order))
        case .refund(let reference, let lines):
            guard let order = orderByReference[reference] else { return .unknown }
            return refund(order, lines, at: now)
        }
    }

    /// A buyer's order. Nothing leaves the shelf before it is paid.
    private mutating func sell(_ order: ShopOrder, at now: Instant) -> ShopOutcome {
        if let known = orderByReference[order.reference] { return .done(externalID: TwinID.order.text(known)) }
        guard !order.lines.isEmpty, let shipping = minor(order.shipping), shipping >= 0 else { return .refused("no lines or no shipping") }
        var lines: [TwinOrder.Line] = []
        for line in order.lines {
            guard let priced = self.line(line) else { return .refused("a line of \(line.sku) makes no sense") }
            lines.append(priced)
        }
        let position = orders.count
        orders.append(
            TwinOrder(
                reference: order.reference, buyer: order.buyer, lines: lines, shipping: shipping, createdAt: now, updatedAt: now,
                ignoresShelf: order.ignoresShelf))
        if let short = short(of: position) {
            orders.removeLast()
            return .soldOut(sku: articles[short].seed.sku)
        }
        orderByReference[order.reference] = position
        if order.isPaid { receive(position, at: now) }
        touch(position, at: now)
        announce(order: position, "created", at: now)
        return .done(externalID: TwinID.order.text(position))
    }

    /// Square's prices are whole minor units: a finer one is rounded up and the difference taken off the line.
    private func line(_ line: ShopOrder.Line) -> TwinOrder.Line? {
        guard line.quantity > 0, line.quantity <= Quantity.unitsMax, line.unitPrice.utf8.count <= 30,
            !line.unitPrice.utf8.contains(where: { $0 | 0x20 == 0x65 }), let price = Decimal10(line.unitPrice), price.units >= 0,
            let total = price.multiplied(by: Int64(line.quantity))?.scaled(to: currency.minorDigits), total <= Fields.moneyMax,
            var base = price.scaled(to: currency.minorDigits)
        else { return nil }
        if base.multipliedReportingOverflow(by: Int64(line.quantity)).partialValue < total { base += 1 }
        let (whole, over) = base.multipliedReportingOverflow(by: Int64(line.quantity))
        guard !over, whole >= total else { return nil }
        let article = articleBySKU[line.sku]
        return TwinOrder.Line(
            article: article, title: article.map { articles[$0].seed.title } ?? line.title, base: base, discount: whole - total,
            quantity: line.quantity)
    }

    private func minor(_ text: String) -> Int64? {
        guard text.utf8.count <= 30, !text.utf8.contains(where: { $0 | 0x20 == 0x65 }), let money = Money(text, currency),
            money.minor.magnitude <= UInt64(Fields.moneyMax)
        else { return nil }
        return money.minor
    }

    private func demand(of order: Int) -> [Int: Int] {
        var demand: [Int: Int] = [:]
        for line in orders[order].lines { if let article = line.article { demand[article, default: 0] += line.quantity } }
        return demand
    }

    /// An article that the order wants more of than is in stock.
    private func short(of order: Int) -> Int? {
        guard !orders[order].ignoresShelf else { return nil }
        let demand = demand(of: order)
        return demand.keys.sorted().first { articles[$0].count < demand[$0, default: 0] }
    }

    /// The buyer's money comes in, and the units go.
    private mutating func receive(_ order: Int, at now: Instant) {
        orders[order].paidAt = now
        let demand = demand(of: order)
        for (article, units) in demand { move(article, by: -units, at: now) }
        announce(counts: demand.keys.sorted(), at: now)
    }

    /// The seller cancels in Square's own pages: the money goes back and the units go back on the shelf.
    private mutating func cancel(_ order: Int, at now: Instant) {
        orders[order].parcel.state = "CANCELED"
        orders[order].parcel.canceledAt = now
        orders[order].parcel.cancelReason = "Cancelled by the seller"
        orders[order].version += 1
        guard orders[order].paidAt != nil else {
            orders[order].state = "CANCELED"
            orders[order].closedAt = now
            touch(order, at: now)
            announce(order: order, "updated", at: now)
            return
        }
        closeIfDone(order, at: now)
        touch(order, at: now)
        announce(order: order, "updated", at: now)
        var back: [Int: Int] = [:]
        for line in orders[order].lines { if let article = line.article { back[article, default: 0] += line.quantity - line.refunded } }
        for (article, units) in back where units > 0 { move(article, by: units, at: now) }
        announce(counts: back.keys.filter { back[$0, default: 0] > 0 }.sorted(), at: now)
        let left = orders[order].total - orders[order].refunded
        if left > 0 { giveBack(order, [.init(line: nil, quantity: 1, amount: left)], reason: "Order cancelled", at: now) }
    }

    private mutating func refund(_ order: Int, _ wanted: [ShopRefundLine], at now: Instant) -> ShopOutcome {
        guard orders[order].paidAt != nil else { return .refused("the order is not paid") }
        guard orders[order].parcel.state != "CANCELED" else { return .refused("the order is cancelled") }
        var lines: [TwinOrder.GiveBack.Line] = []
        var back: [Int: Int] = [:]
        var sold = orders[order].lines
        for one in wanted {
            guard sold.indices.contains(one.line), one.quantity > 0 else { return .unknown }
            guard one.quantity <= sold[one.line].quantity - sold[one.line].refunded else { return .refused("more than was sold") }
            lines.append(.init(line: one.line, quantity: one.quantity, amount: sold[one.line].worth(of: one.quantity)))
            sold[one.line].refunded += one.quantity
            if one.restock, let article = sold[one.line].article { back[article, default: 0] += one.quantity }
        }
        guard !lines.isEmpty else { return .refused("nothing to refund") }
        guard lines.reduce(0, { $0 + $1.amount }) <= orders[order].total - orders[order].refunded else { return .refused("more than was paid") }
        orders[order].lines = sold
        for (article, units) in back { move(article, by: units, at: now) }
        announce(counts: back.keys.sorted(), at: now)
        giveBack(order, lines, reason: "Returned goods", at: now)
        return .done(externalID: TwinID.order.text(order))
    }

    /// Money goes back: a return, an order of its own, tells of it. Its place among the orders.
    @discardableResult
    mutating func giveBack(_ order: Int, _ lines: [TwinOrder.GiveBack.Line], reason: String, at now: Instant) -> Int {
        let position = orders.count
        var told = TwinOrder(reference: "", buyer: Buyer(), lines: [], shipping: 0, createdAt: now, updatedAt: now)
        told.state = "COMPLETED"
        told.closedAt = now
        told.giveBack = .init(source: order, lines: lines, reason: reason)
        orders.append(told)
        orders[order].returns.append(position)
        orders[order].refunded += lines.reduce(0) { $0 + $1.amount }
        touch(position, at: now)
        announce(order: position, "created", at: now)
        announce("refund.created", id: TwinID.refund.text(position), kind: "refund", at: now) { ["refund": $0.refund(position, at: now)] }
        announce("refund.updated", id: TwinID.refund.text(position), kind: "refund", after: Self.refundTakes, at: now) {
            ["refund": $0.refund(position, at: now + Self.refundTakes)]
        }
        return position
    }
}
