// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

extension TwinShop {
    /// What people do in the shop's own pages.
    mutating func perform(_ act: ShopAct, at now: Instant) -> ShopOutcome {
        switch act {
        case .order(let order): return sell(order, at: now)
        case .cancel(let reference):
            guard let order = orderByReference[reference] else { return .unknown }
            guard orders[order].cancelledAt == nil else { return .refused("the order is cancelled already") }
            guard orders[order].fulfillments.isEmpty else { return .refused("the order has been fulfilled") }
            cancel(order, restock: true, refund: true, reason: "customer", at: now)
            return .done(externalID: String(orders[order].id))
        case .refund(let reference, let lines):
            guard let order = orderByReference[reference] else { return .unknown }
            return refund(order, lines, at: now)
        case .pay(let reference):
            guard let order = orderByReference[reference] else { return .unknown }
            guard !orders[order].isPaid, orders[order].cancelledAt == nil else {
                return .refused("nothing is to be paid")
            }
            receive(order, at: now)
            touch(order, at: now)
            announce(.orders(order, ["orders/paid", "orders/updated"]), at: now)
            return .done(externalID: String(orders[order].id))
        case .edit(let sku, let quantity):
            guard let article = articleBySKU[sku] else { return .unknown }
            guard quantity.magnitude <= UInt(Quantity.unitsMax) else { return .refused("no such count") }
            move(article, by: quantity - articles[article].available, at: now)
            announce(.level(article), .product(articles[article].product), at: now)
            return .done(externalID: nil)
        }
    }

    private mutating func label(of article: Int?, sku: String, title: String) -> TwinOrder.Label {
        guard let article else { return .init(article: nil, sku: sku, title: title) }
        if let known = articles[article].sold, known.sku == sku, known.title == title { return known }
        let label = TwinOrder.Label(article: article, sku: sku, title: title)
        articles[article].sold = label
        return label
    }

    /// A buyer's order. Demand is summed by article before the shelf is looked at.
    private mutating func sell(_ order: ShopOrder, at now: Instant) -> ShopOutcome {
        if let known = orderByReference[order.reference] { return .done(externalID: String(orders[known].id)) }
        guard !order.lines.isEmpty, let shipping = minor(order.shipping), shipping >= 0 else {
            return .refused("no lines or no shipping")
        }
        var lines: [TwinOrder.Line] = []
        lines.reserveCapacity(order.lines.count)
        var demand: [Int: Int] = [:]
        for line in order.lines {
            guard line.quantity > 0, line.quantity <= Quantity.unitsMax, line.unitPrice.utf8.count <= 30,
                !line.unitPrice.utf8.contains(where: { $0 | 0x20 == 0x65 }), let price = Decimal10(line.unitPrice),
                let total = price.multiplied(by: Int64(line.quantity))?.scaled(to: currency.minorDigits),
                total.magnitude <= UInt64(Fields.moneyMax)
            else { return .refused("a line of \(line.sku) makes no sense") }
            let article = articleBySKU[line.sku]
            if let article { demand[article, default: 0] += line.quantity }
            lines.append(
                .init(label: label(of: article, sku: line.sku, title: line.title), unitPrice: price, total: total, quantity: line.quantity))
        }
        if !order.ignoresShelf,
            let short = demand.keys.sorted().first(where: { articles[$0].available < demand[$0, default: 0] })
        {
            return .soldOut(sku: articles[short].seed.sku)
        }
        for (article, units) in demand { move(article, by: -units, at: now) }
        let position = orders.count
        let placed = Instant(seconds: now.seconds)
        let new = TwinOrder(
            id: FirstID.order + Int64(position), name: order.reference, createdAt: placed, updatedAt: placed, lines: lines,
            firstLineID: FirstID.line + nextLine, shipping: shipping, buyer: order.buyer,
            customerID: customer(order.buyer), isPaid: false)
        nextLine += Int64(lines.count)
        orders.append(new)
        orderByReference[order.reference] = position
        if order.isPaid { receive(position, at: now) }
        touch(position, at: now)
        let topics =
            order.isPaid ? ["orders/create", "orders/paid", "orders/updated"] : ["orders/create", "orders/updated"]
        announce([.orders(position, topics)] + demand.keys.sorted().map(TwinNews.level), at: now)
        return .done(externalID: String(orders[position].id))
    }

    private mutating func customer(_ buyer: Buyer) -> Int64 {
        let key = buyer.email ?? buyer.name ?? ""
        if let known = customers[key] { return known }
        let new = FirstID.customer + Int64(customers.count)
        customers[key] = new
        return new
    }

    /// The buyer's money comes in.
    private mutating func receive(_ order: Int, at now: Instant) {
        orders[order].isPaid = true
        let total = orders[order].total
        orders[order].transactions.append(
            .init(isRefund: false, amount: total, parent: nil, at: Instant(seconds: now.seconds)))
    }

    private mutating func refund(_ order: Int, _ wanted: [ShopRefundLine], at now: Instant) -> ShopOutcome {
        guard orders[order].cancelledAt == nil else { return .refused("the order is cancelled") }
        var lines: [(line: Int, quantity: Int, restock: String)] = []
        var taken: [Int: Int] = [:]
        for one in wanted {
            guard one.line >= 0, one.line < orders[order].lines.count, one.quantity > 0,
                one.quantity <= Quantity.unitsMax
            else { return .unknown }
            let line = orders[order].lines[one.line]
            let before = taken[one.line, default: 0]
            guard before + one.quantity <= line.quantity - line.refunded else { return .refused("more than was sold") }
            taken[one.line] = before + one.quantity
            guard one.restock else {
                lines.append((one.line, one.quantity, "no_restock"))
                continue
            }
            let unsent = min(one.quantity, max(0, line.open - before))
            if unsent > 0 { lines.append((one.line, unsent, "cancel")) }
            if one.quantity > unsent { lines.append((one.line, one.quantity - unsent, "return")) }
        }
        guard !lines.isEmpty else { return .refused("nothing to refund") }
        let worth = giveBack(order, lines, shipping: 0, note: nil, at: now)
        pay(back: orders[order].isPaid ? worth : 0, order: order, at: now)
        finishRefund(order, at: now)
        return .done(externalID: String(orders[order].id))
    }
}
