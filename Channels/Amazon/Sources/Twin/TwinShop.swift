// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
public import Vocabulary

extension AmazonTwin {
    /// Lays out the shop it begins with; of two articles with one SKU the first counts.
    mutating func stock(_ seed: TwinSeed) {
        var families: [String: [String]] = [:]
        for article in seed.articles {
            if let parent = article.parent { families[parent, default: []].append(article.sku) }
        }
        let step = Span.minutes(1)
        var created = seed.start - step * Int64(seed.articles.count + families.count + 1)
        func next() -> Instant {
            created = created + step
            return created
        }
        for article in seed.articles where articleAt[article.sku] == nil {
            if let parent = article.parent, let children = families.removeValue(forKey: parent), articleAt[parent] == nil {
                let at = next()
                add(
                    TwinArticle(
                        sku: parent, asin: "B0" + Self.letters(8, &random), title: article.title, price: article.price,
                        gtin: nil,
                        parent: nil,
                        children: children, options: article.options, createdAt: at, changedAt: at))
            }
            let at = next()
            add(
                TwinArticle(
                    sku: article.sku, asin: "B0" + Self.letters(8, &random), title: article.title, price: article.price,
                    gtin: article.gtin,
                    parent: article.parent, options: article.options, createdAt: at, changedAt: at))
            shelf[article.sku] = max(article.quantity, 0)
        }
    }

    private mutating func add(_ article: TwinArticle) {
        articleAt[article.sku] = articles.count
        articles.append(article)
    }

    /// Sends units of a SKU to Amazon's warehouse: it is then sold by both. With `only`, the merchant's own offer ends.
    public mutating func sendToAmazon(sku: String, quantity: Int, only: Bool = false) {
        guard articleAt[sku] != nil else { return }
        amazonStock[sku] = max(quantity, 0)
        if only { shelf[sku] = nil }
    }

    public mutating func perform(_ act: ShopAct, at now: Instant) -> ShopOutcome {
        settle(at: now)
        switch act {
        case .order(let order): return take(order, at: now)
        case .cancel(let reference):
            guard let index = orderOfReference[reference] else { return .unknown }
            return cancel(index, by: "BUYER", reason: "BuyerCanceled", relist: true, at: now)
        case .refund(let reference, let lines):
            guard let index = orderOfReference[reference] else { return .unknown }
            return refund(index, lines, at: now)
        case .pay(let reference):
            guard let index = orderOfReference[reference] else { return .unknown }
            guard orders[index].status == .pending else { return .refused("not pending") }
            orders[index].status = .unshipped
            changed(index, at: now)
            return .done(externalID: orders[index].id)
        case .edit(let sku, let quantity):
            guard let article = articleAt[sku], shelf[sku] != nil, quantity >= 0 else { return .unknown }
            shelf[sku] = quantity
            articles[article].changedAt = now
            return .done(externalID: nil)
        }
    }

    /// The buyer asks for a cancellation after the half hour in which Amazon does it unasked.
    public mutating func askToCancel(reference: String, at now: Instant) {
        guard let index = orderOfReference[reference] else { return }
        orders[index].buyerAsks = true
        changed(index, at: now)
    }

    private mutating func take(_ order: ShopOrder, at now: Instant) -> ShopOutcome {
        guard orderOfReference[order.reference] == nil else { return .refused("the reference is taken") }
        guard let shipping = Money(order.shipping, currency), shipping.minor >= 0 else {
            return .refused("shipping \(order.shipping)")
        }
        var wanted: [String: Int] = [:]
        var lines: [TwinOrder.Line] = []
        lines.reserveCapacity(order.lines.count)
        for line in order.lines {
            guard line.quantity > 0, line.quantity <= Quantity.unitsMax, let price = Decimal10(line.unitPrice),
                price.units >= 0,
                let minor = price.multiplied(by: Int64(line.quantity))?.scaled(to: currency.minorDigits),
                minor <= Amounts.minorMax
            else { return .refused("line \(line.sku)") }
            if shelf[line.sku] != nil { wanted[line.sku, default: 0] += line.quantity }
            lineCounter += 1
            let number = lineCounter
            lines.append(
                TwinOrder.Line(
                    number: number, quantity: line.quantity, offer: offer(of: line), unitPrice: line.unitPrice,
                    net: Money(minor: minor, currency), givenBack: .zero(currency)))
        }
        guard !lines.isEmpty else { return .refused("no lines") }
        if !order.ignoresShelf {
            // Checked for every SKU before any is lowered, in the order of the lines, so that the answer is always the same.
            for line in lines {
                if let want = wanted[line.sku], want > shelf[line.sku] ?? 0 { return .soldOut(sku: line.sku) }
            }
        }
        for (sku, want) in wanted { shelf[sku] = max((shelf[sku] ?? 0) - want, 0) }
        let id = newOrderID()
        orderAt[id] = orders.count
        orderOfReference[order.reference] = orders.count
        orders.append(
            TwinOrder(
                id: id, placedAt: now, changedAt: now, status: order.isPaid ? .unshipped : .pending, lines: lines,
                buyer: order.buyer, shipping: shipping, shippingGivenBack: .zero(currency)))
        changed(orders.count - 1, at: now)
        return .done(externalID: id)
    }

    private mutating func offer(of line: ShopOrder.Line) -> TwinOrder.Offer {
        guard let place = articleAt[line.sku] else { return .init(sku: line.sku, asin: "B000000000", title: line.title) }
        if let known = articles[place].sold, known.title == line.title { return known }
        let offer = TwinOrder.Offer(sku: line.sku, asin: articles[place].asin, title: line.title)
        articles[place].sold = offer
        return offer
    }

    private mutating func newOrderID() -> String {
        while true {
            let id = "026-\(Self.digits(7, &orderNames))-\(Self.digits(7, &orderNames))"
            if orderAt[id] == nil { return id }
        }
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return "6" + String(repeating: "0", count: max(width - 1 - text.utf8.count, 0)) + text
    }

    /// Notes that an order is new or different, so that a search by time finds it.
    mutating func changed(_ index: Int, at now: Instant) {
        orders[index].changedAt = now
        let change = TwinChange(at: now, order: index)
        if let last = changes.last, last.at > now {
            changes.insert(change, at: changes.firstIndex { $0.at > now } ?? changes.count)
        } else {
            changes.append(change)
        }
    }

    /// Only orders that have not begun to ship can be cancelled.
    mutating func cancel(_ index: Int, by whom: String, reason: String, relist: Bool, at now: Instant) -> ShopOutcome {
        guard [.pending, .unshipped].contains(orders[index].status) else { return .refused(orders[index].status.rawValue) }
        orders[index].status = .cancelled
        orders[index].cancelledBy = whom
        orders[index].cancelReason = reason
        if relist {
            for line in orders[index].lines { if let there = shelf[line.sku] { shelf[line.sku] = there + line.quantity } }
        }
        changed(index, at: now)
        return .done(externalID: orders[index].id)
    }

    private mutating func refund(_ index: Int, _ lines: [ShopRefundLine], at now: Instant) -> ShopOutcome {
        guard orders[index].status != .pending, orders[index].status != .cancelled else {
            return .refused(orders[index].status.rawValue)
        }
        var asked: [Int: Int] = [:]
        for line in lines {
            guard orders[index].lines.indices.contains(line.line), line.quantity > 0, line.quantity <= Quantity.unitsMax
            else {
                return .refused("line \(line.line)")
            }
            asked[line.line, default: 0] += line.quantity
        }
        guard !asked.isEmpty,
            asked.allSatisfy({ orders[index].lines[$0.key].refunded + $0.value <= orders[index].lines[$0.key].quantity })
        else {
            return .refused("more than was sold")
        }
        var items: [TwinTransaction.Item] = []
        for line in lines {
            let sold = orders[index].lines[line.line]
            // What is still to give back, shared over the units that are still there: the last unit takes the rest.
            let left = sold.net - sold.givenBack
            let units = Int64(sold.quantity - sold.refunded)
            let goods = left.split(by: [Int64(line.quantity), units - Int64(line.quantity)])[0]
            orders[index].lines[line.line].refunded += line.quantity
            orders[index].lines[line.line].givenBack += goods
            items.append(
                .init(
                    line: line.line, quantity: line.quantity, goods: goods, tax: .zero(currency), shipping: .zero(currency))
            )
            if line.restock, let there = shelf[sold.sku] { shelf[sold.sku] = there + line.quantity }
        }
        post(.refund, index, items, at: now)
        return .done(externalID: orders[index].id)
    }
}
