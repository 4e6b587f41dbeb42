// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// Walks through the book and makes each invoice's events when it is reached.
struct RetailEvents: IteratorProtocol, Sendable {
    private let book: RetailBook
    private let titles: [String]
    private let returns: [RetailReturn]
    private let channels: Int
    private var invoice = 0
    private var nextReturn = 0
    private var waiting: ArraySlice<TradeEvent> = []

    init(book: RetailBook, titles: [String], returns: [RetailReturn], channels: Int) {
        self.book = book
        self.titles = titles
        self.returns = returns
        self.channels = channels
    }

    mutating func next() -> TradeEvent? {
        while waiting.isEmpty, invoice < book.invoices.count {
            let current = book.invoices[invoice]
            invoice += 1
            let kinds: [TradeEvent.Kind]
            switch current.kind {
            case .sale: kinds = sale(current)
            case .credit: kinds = credit(current)
            case .badDebt: kinds = current.lines.map { adjust(book.lines[$0], units: -Int(book.lines[$0].quantity), .sold, on: current) }
            }
            waiting =
                kinds.enumerated().map { place, kind in
                    var event = TradeEvent(at: current.at, kind)
                    event.paperLines = place == 0 ? current.lines.count : nil
                    return event
                }[...]
        }
        return waiting.popFirst()
    }

    /// An order for what was sold, and an adjustment for each line with a negative quantity.
    private func sale(_ invoice: RetailBook.Invoice) -> [TradeEvent.Kind] {
        var kinds: [TradeEvent.Kind] = []
        var lines: [ShopOrder.Line] = []
        for line in book.lines[invoice.lines] {
            guard line.quantity > 0 else {
                kinds.append(adjust(line, units: Int(line.quantity), .writtenOff, on: invoice))
                continue
            }
            let description = book.descriptions[Int(line.description)]
            let isBlank = description.utf8.allSatisfy { $0 == 0x20 }
            lines.append(
                ShopOrder.Line(
                    sku: book.skus[Int(line.article)], title: isBlank ? titles[Int(line.article)] : description,
                    quantity: Int(line.quantity), unitPrice: RetailBook.priceText(line.price)))
        }
        guard !lines.isEmpty else { return kinds }
        let order = ShopOrder(reference: invoice.number, lines: lines, buyer: buyer(invoice), ignoresShelf: true)
        return [.shop(channel: channel(invoice), .order(order))] + kinds
    }

    /// A refund for each sale that something is given back of, and an adjustment for each line with units left over.
    private mutating func credit(_ invoice: RetailBook.Invoice) -> [TradeEvent.Kind] {
        var sales: [(sale: Int, lines: [ShopRefundLine])] = []
        var adjustments: [TradeEvent.Kind] = []
        for index in invoice.lines {
            var left = -book.lines[index].quantity
            while nextReturn < returns.count, Int(returns[nextReturn].creditLine) == index {
                let match = returns[nextReturn]
                nextReturn += 1
                left -= match.units
                let place = sales.firstIndex { $0.sale == match.sale } ?? sales.count
                if place == sales.count { sales.append((Int(match.sale), [])) }
                Self.add(match, at: position(of: match), to: &sales[place].lines)
            }
            if left > 0 { adjustments.append(adjust(book.lines[index], units: Int(left), .returned, on: invoice)) }
        }
        let refunds = sales.map { entry in
            let sale = book.invoices[entry.sale]
            return TradeEvent.Kind.shop(channel: channel(sale), .refund(reference: sale.number, lines: entry.lines))
        }
        return refunds + adjustments
    }

    /// Two lines of a credit note may give back parts of one line: the refund names it once.
    private static func add(_ match: RetailReturn, at position: Int, to lines: inout [ShopRefundLine]) {
        if let known = lines.firstIndex(where: { $0.line == position }) {
            lines[known].quantity += Int(match.units)
        } else {
            lines.append(ShopRefundLine(line: position, quantity: Int(match.units), restock: true))
        }
    }

    /// The line's place in its order, which holds only the lines with positive quantities.
    private func position(of match: RetailReturn) -> Int {
        let from = book.invoices[Int(match.sale)].lines.lowerBound
        return book.lines[from..<Int(match.saleLine)].reduce(0) { $0 + ($1.quantity > 0 ? 1 : 0) }
    }

    private func adjust(_ line: RetailBook.Line, units: Int, _ reason: TradeEvent.Adjustment.Reason, on invoice: RetailBook.Invoice)
        -> TradeEvent.Kind
    {
        // What leaves for a buyer brings money in.
        let paid = reason == .sold ? Int64(units) : Int64(units.magnitude)
        let price = Int64(line.price)
        let exact =
            price.isMultiple(of: 10) ? Decimal10(units: price / 10, scale: 2) : Decimal10(units: price, scale: 3)
        return .adjust(
            TradeEvent.Adjustment(
                sku: book.skus[Int(line.article)], units: units, reason: reason, note: book.descriptions[Int(line.description)],
                credit: price == 0 ? nil : exact.multiplied(by: paid), document: invoice.number))
    }

    private func channel(_ invoice: RetailBook.Invoice) -> Int {
        let key = invoice.customer.map { book.customers[Int($0)] } ?? invoice.number
        return Int(FNV1a.hash(key.utf8) % UInt64(channels))
    }

    private func buyer(_ invoice: RetailBook.Invoice) -> Buyer {
        let country = RetailCountries.code(of: book.countries[Int(invoice.country)])
        guard let customer = invoice.customer else {
            return Buyer(shipTo: country.map { PostalAddress(country: $0) })
        }
        let id = book.customers[Int(customer)]
        let name = "Customer \(id)"
        return Buyer(
            externalID: id, name: name, email: "customer-\(id)@example.test",
            shipTo: PostalAddress(name: name, country: country))
    }
}
