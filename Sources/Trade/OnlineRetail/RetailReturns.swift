// SPDX-License-Identifier: Apache-2.0

/// One line of a credit note, found again on an order: so many of its units were bought there.
struct RetailReturn: Sendable {
    var creditLine: Int32
    var sale: Int32
    var saleLine: Int32
    var units: Int32
}

/// Finds what each credit note gives back. The file itself has no link between the two.
enum RetailReturns {
    /// For each line of a credit note the customer's earlier sales of the same article at the same price are searched,
    /// newest first and from the last line up, for units not yet given back. Guests cannot be found again. Neither are
    /// prices finer than a penny matched: a part of a rounded line could differ from the line by a penny.
    static func matches(in book: RetailBook) -> [RetailReturn] {
        var found: [RetailReturn] = []
        var givenBack = Array(repeating: Int32(0), count: book.lines.count)
        var lastSale: [Int32?] = Array(repeating: nil, count: book.customers.count)
        for (index, invoice) in book.invoices.enumerated() {
            guard let customer = invoice.customer else { continue }
            if invoice.kind == .sale { lastSale[Int(customer)] = Int32(index) }
            guard invoice.kind == .credit else { continue }
            for creditLine in invoice.lines {
                let wanted = book.lines[creditLine]
                guard wanted.price.isMultiple(of: 10) else { continue }
                var missing = -wanted.quantity
                var sale = lastSale[Int(customer)]
                while missing > 0, let current = sale {
                    let earlier = book.invoices[Int(current)]
                    for line in earlier.lines.reversed() where missing > 0 {
                        let sold = book.lines[line]
                        guard sold.article == wanted.article, sold.price == wanted.price else { continue }
                        let units = min(missing, sold.quantity - givenBack[line])
                        guard units > 0 else { continue }
                        givenBack[line] += units
                        missing -= units
                        found.append(
                            .init(creditLine: Int32(creditLine), sale: current, saleLine: Int32(line), units: units))
                    }
                    sale = earlier.earlierSale
                }
            }
        }
        return found
    }
}
