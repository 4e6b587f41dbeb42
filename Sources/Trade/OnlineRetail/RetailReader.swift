// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Takes the records of the file one by one and becomes the book.
struct RetailReader {
    private static let columns = [
        "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country",
    ]

    private(set) var totals = RetailTotals()
    private var invoices: [RetailBook.Invoice] = []
    private var lines: [RetailBook.Line] = []
    /// The invoice of each line.
    private var owners: [Int32] = []
    private var numbers = ByteInterner()
    private var codes = ByteInterner()
    private var descriptions = ByteInterner()
    private var customers = ByteInterner()
    private var countries = ByteInterner()
    /// The article of each spelling of a code.
    private var articleOfCode: [Int32] = []
    private var articleOfSKU: [String: Int32] = [:]
    private var skus: [String] = []
    private var lastSaleOfCustomer: [Int32?] = []

    init() {
        // The empty description comes first, so that it can be told by its number.
        _ = Array("".utf8).withUnsafeBufferPointer { descriptions.number(of: $0) }
    }

    mutating func take(_ record: CSVRecord) throws(RetailProblem) {
        guard record.count == Self.columns.count else {
            throw record.number == 1
                ? .wrongColumns : .malformed(record: record.number, column: "", text: "\(record.count) fields")
        }
        if record.number == 1 {
            guard Self.columns.indices.allSatisfy({ record.text($0) == Self.columns[$0] }) else { throw .wrongColumns }
            return
        }
        let known = numbers.count
        let owner = record.withBytes(0) { numbers.number(of: $0) }
        if owner == known { try open(record) }
        let code = record.withBytes(1) { codes.number(of: $0) }
        if code == articleOfCode.count { articleOfCode.append(try article(record)) }
        let description = record.withBytes(2) { descriptions.number(of: $0) }
        guard let quantity = record.withBytes(3, Self.quantity), quantity != 0,
            quantity < 0 || invoices[owner].kind != .credit
        else { throw problem(record, 3) }
        guard let price = record.withBytes(5, Self.thousandths) else { throw problem(record, 5) }
        lines.append(
            .init(quantity: quantity, price: price, article: articleOfCode[code], description: Int32(description)))
        owners.append(Int32(owner))
        count(quantity, price)
    }

    private mutating func count(_ quantity: Int32, _ price: Int32) {
        let value = Int64(quantity) * Int64(price)
        totals.lines += 1
        totals.unitsOut += Int(max(quantity, 0))
        totals.unitsBack += Int(max(-quantity, 0))
        totals.thousandths += value
        totals.pence += RetailBook.pence(value)
    }

    /// The head of an invoice is read from its first line.
    private mutating func open(_ record: CSVRecord) throws(RetailProblem) {
        let number = record.text(0)
        guard !number.isEmpty else { throw problem(record, 0) }
        guard let at = Instant(iso: record.text(4), zoneless: 0) else { throw problem(record, 4) }
        if let last = invoices.last, at < last.at {
            throw .malformed(
                record: record.number, column: "InvoiceDate", text: "the lines are not in the order of time")
        }
        let kind: RetailBook.Invoice.Kind = number.hasPrefix("C") ? .credit : number.hasPrefix("A") ? .badDebt : .sale
        var customer: Int32?
        let id = Self.withoutFraction(record.text(6))
        if !id.isEmpty {
            customer = Int32(Array(id.utf8).withUnsafeBufferPointer { customers.number(of: $0) })
            if customers.count > lastSaleOfCustomer.count { lastSaleOfCustomer.append(nil) }
        }
        var earlier: Int32?
        if let customer, kind == .sale {
            earlier = lastSaleOfCustomer[Int(customer)]
            lastSaleOfCustomer[Int(customer)] = Int32(invoices.count)
        }
        let country = Int32(record.withBytes(7) { countries.number(of: $0) })
        invoices.append(
            .init(
                kind: kind, number: number, at: at, customer: customer, country: country, earlierSale: earlier,
                lines: 0..<0))
        totals.invoices += 1
    }

    private mutating func article(_ record: CSVRecord) throws(RetailProblem) -> Int32 {
        guard let sku = SKU(record.text(1)) else { throw problem(record, 1) }
        if let known = articleOfSKU[sku.folded] { return known }
        articleOfSKU[sku.folded] = Int32(skus.count)
        skus.append(sku.folded)
        return Int32(skus.count - 1)
    }

    private func problem(_ record: CSVRecord, _ column: Int) -> RetailProblem {
        .malformed(record: record.number, column: Self.columns[column], text: record.text(column))
    }

    /// Puts the lines of each invoice beside each other (one invoice of the set is split by another), lets go of the
    /// rest.
    consuming func book() -> RetailBook {
        var next = Array(repeating: 0, count: invoices.count)
        for owner in owners { next[Int(owner)] += 1 }
        var start = 0
        for index in invoices.indices {
            invoices[index].lines = start..<(start + next[index])
            next[index] = start
            start = invoices[index].lines.upperBound
        }
        var sorted = lines
        for (line, owner) in zip(lines, owners) {
            sorted[next[Int(owner)]] = line
            next[Int(owner)] += 1
        }
        return RetailBook(
            invoices: invoices, lines: sorted, skus: skus,
            descriptions: (0..<descriptions.count).map { descriptions.text($0) },
            customers: (0..<customers.count).map { customers.text($0) },
            countries: (0..<countries.count).map { countries.text($0) })
    }
}
