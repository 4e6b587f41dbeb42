// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Vocabulary

extension WooCommerceTwin {
    /// A buyer at the checkout or the merchant in the shop's own pages.
    public mutating func perform(_ act: ShopAct, at now: Instant) -> ShopOutcome {
        lapseHolds(at: now)
        switch act {
        case .order(let order): return checkout(order, at: now)
        case .edit(let sku, let quantity):
            guard let place = stock.place(sku: sku), let holder = stock.holder(of: place) else { return .unknown }
            stock[holder].quantity = TwinStock.bounded(quantity)
            stock[holder].modified = now
            fire("product.updated", stock[holder].id, at: now)
            return .done(externalID: nil)
        case .cancel(let reference):
            guard let place = known(reference) else { return .unknown }
            if book[place].status != "cancelled" { setStatus(place, "cancelled", at: now) }
            return .done(externalID: String(book[place].id))
        case .pay(let reference):
            guard let place = known(reference) else { return .unknown }
            guard ["pending", "on-hold", "failed"].contains(book[place].status) else {
                return .refused("the order is \(book[place].status)")
            }
            book[place].paid = now
            setStatus(place, "processing", at: now)
            return .done(externalID: String(book[place].id))
        case .refund(let reference, let lines):
            guard let place = known(reference) else { return .unknown }
            return refundByHand(place, lines, at: now)
        }
    }

    private func known(_ reference: String) -> Int? {
        guard let place = book.byReference[reference], book.byID[book[place].id] != nil else { return nil }
        return place
    }

    // MARK: Checkout

    /// The storefront's own checkout: it looks at the shelf, less what is kept for others, and takes all units or none (recordings 318, 330).
    private mutating func checkout(_ wish: ShopOrder, at now: Instant) -> ShopOutcome {
        var wanted: [Int: Int] = [:]
        var lines: [TwinOrder.Line] = []
        lines.reserveCapacity(wish.lines.count)
        for line in wish.lines {
            guard line.quantity > 0, let price = Decimal10(line.unitPrice) else {
                return .refused("a line of \(line.quantity) at \(line.unitPrice)")
            }
            let place = stock.place(sku: line.sku)
            if let place, let holder = stock.holder(of: place) {
                wanted[holder, default: 0] += min(line.quantity, Quantity.unitsMax)
                let product = stock[holder]
                if !wish.ignoresShelf, product.quantity - product.held < wanted[holder, default: 0] {
                    return .soldOut(sku: line.sku)
                }
            }
            var made = self.line(of: place, quantity: min(line.quantity, Quantity.unitsMax), price: price)
            if place == nil { made.label = TwinOrder.Label(name: line.title) }
            lines.append(made)
        }
        guard let shipping = Money(wish.shipping, currency) else { return .refused("shipping of \(wish.shipping)") }
        let id = ids.nextPost()
        var order = TwinOrder(
            id: id, number: wish.reference.isEmpty ? String(id) : wish.reference, status: "pending", created: now,
            modified: now,
            createdVia: wish.ignoresShelf ? "admin" : "store-api")
        order.lines = lines
        order.paymentMethod = wish.isPaid ? Self.card : "bacs"
        order.paymentTitle = wish.isPaid ? "Card" : "Bank transfer"
        (order.billing, order.shipping) = Self.addresses(wish.buyer)
        if shipping.minor != 0 { order.shippingLine = (ids.nextLine(), "Flat rate", Self.bounded(shipping.minor)) }
        if !wish.isPaid { order.heldUntil = now + holdStock }
        let place = book.add(order, reference: wish.reference)
        fire("order.created", id, at: now)
        if wish.isPaid {
            setStatus(place, "processing", at: now)
        } else {
            for (holder, units) in wanted { stock[holder].held += units }
            holds.append((now + holdStock, place))
        }
        return .done(externalID: String(id))
    }

    /// Units of unpaid orders are free again after a while; the order stays pending.
    mutating func lapseHolds(at now: Instant) {
        while let first = holds.first, first.until <= now {
            holds.removeFirst()
            release(first.order)
        }
    }

    private static func addresses(_ buyer: Buyer) -> (TwinOrder.Address, TwinOrder.Address) {
        let goesTo = buyer.shipTo ?? PostalAddress()
        var shipping = TwinOrder.Address()
        let names = (goesTo.name ?? buyer.name ?? "").split(separator: " ")
        shipping.fields = [
            "first_name": names.dropLast().joined(separator: " "), "last_name": names.last.map { String($0) } ?? "",
            "company": "",
            "address_1": goesTo.lines.first ?? "", "address_2": goesTo.lines.dropFirst().joined(separator: ", "),
            "city": goesTo.city ?? "",
            "state": goesTo.region ?? "", "postcode": goesTo.postcode ?? "", "country": goesTo.country ?? "",
            "phone": buyer.phone ?? "",
        ]
        var billing = shipping
        let payer = (buyer.name ?? goesTo.name ?? "").split(separator: " ")
        billing.fields["first_name"] = payer.dropLast().joined(separator: " ")
        billing.fields["last_name"] = payer.last.map { String($0) } ?? ""
        billing.fields["email"] = buyer.email ?? ""
        billing.fields = billing.fields.filter { !$0.value.isEmpty }
        shipping.fields = shipping.fields.filter { !$0.value.isEmpty }
        return (billing, shipping)
    }

    // MARK: Refunds by hand

    /// What the merchant does on the order's page. There one tick decides for all lines, so lines to restock and others make two refunds.
    private mutating func refundByHand(_ place: Int, _ wishes: [ShopRefundLine], at now: Instant) -> ShopOutcome {
        let order = book[place]
        guard ["processing", "completed", "on-hold", "refunded", "cancelled"].contains(order.status) else {
            return .refused("the order is \(order.status)")
        }
        var wanted: [Int: Int] = [:]
        for wish in wishes {
            guard order.lines.indices.contains(wish.line), wish.quantity > 0, wish.quantity <= Quantity.unitsMax else {
                return .refused("no line \(wish.line)")
            }
            wanted[wish.line, default: 0] += wish.quantity
        }
        for (index, units) in wanted
        where units > order.lines[index].quantity - given(order, order.lines[index].id).units {
            return .refused("line \(index) has fewer than \(units) units left")
        }
        for restock in [true, false] {
            let group = wishes.filter { $0.restock == restock }
            guard !group.isEmpty else { continue }
            var lines: [TwinOrder.Refund.Line] = []
            for wish in group { lines.append(handLine(place, wish, beside: lines)) }
            let sum = lines.reduce(Int64(0)) { $0 + $1.total }
            addRefund(place, amount: min(sum, book[place].left), reason: "", lines: lines, restock: restock, at: now)
        }
        return .done(externalID: String(order.id))
    }

    private func given(_ order: TwinOrder, _ lineID: Int) -> (units: Int, total: Int64) {
        order.refunds.flatMap(\.lines).filter { $0.of == lineID }.reduce((0, 0)) {
            ($0.0 + $1.quantity, $0.1 + $1.total)
        }
    }

    /// The line's share of money; the last units take what rounding left.
    private mutating func handLine(_ place: Int, _ wish: ShopRefundLine, beside others: [TwinOrder.Refund.Line])
        -> TwinOrder.Refund.Line
    {
        let line = book[place].lines[wish.line]
        var before = given(book[place], line.id)
        for other in others where other.of == line.id {
            before = (before.units + other.quantity, before.total + other.total)
        }
        let units = before.units + wish.quantity
        let upTo =
            Money(minor: line.total, currency).split(by: [Int64(units), Int64(max(0, line.quantity - units))]).first?
            .minor ?? 0
        return TwinOrder.Refund.Line(
            id: ids.nextLine(), of: line.id, isShipping: false, quantity: wish.quantity,
            total: max(0, upTo - before.total), tax: 0,
            metaID: ids.nextMeta())
    }
}
