// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// One year of a real gift shop: the "Online Retail" data set (Chen, D., 2015, UCI Machine Learning Repository,
/// doi 10.24432/C5BW33, CC BY 4.0), with ISO times and customer ids that end in `.0`.
///
/// The rules by which lines become events:
/// - Every stock code is an article, postage and manual entries too; codes that differ in letter case are one, under
///   the folded spelling.
/// - The file's times are local British time without a zone. They are read as if they were UTC: the same digits.
/// - An invoice's time, customer and country are those of its first line.
/// - Sales belong to a shop by the FNV-1a hash of the customer's id (of the invoice number for guests) modulo 3, so
/// that
///   all that one customer does happens in one shop.
/// - A sale is an order that ignores the shelf: it did happen. Its lines with negative quantities are adjustments.
/// - A credit note (`C…`) refunds and restocks the customer's own earlier lines with the same article and price, newest
///   first; what finds none is an adjustment with a credit.
/// - A bad-debt entry (`A…`) is a unit of its article sold outside every order, with its money, which can be less than nothing.
/// - The opening stock of an article is all that ever leaves, so no order of arrival runs short.
///
/// So orders minus refunds (units times the price of the order's line) minus credits is exactly `totals.revenue`, each
/// rounded to the penny by itself.
public struct OnlineRetail: Sendable {
    /// What the lines of the file add up to.
    public let totals: RetailTotals
    /// The catalogue and the events.
    public let business: Business

    static var channels: Int { 3 }

    /// Reads the file, plain CSV or packed with gzip. Throws a `RetailProblem` that says what is missing or where the
    /// file cannot be read.
    public init(path: String) throws(RetailProblem) {
        var scanner = CSVScanner()
        var reader = RetailReader()
        try RetailFile.read(path) { piece throws(RetailProblem) in
            try scanner.scan(piece, isLast: false) { record throws(RetailProblem) in try reader.take(record) }
        }
        try scanner.scan([], isLast: true) { record throws(RetailProblem) in try reader.take(record) }
        try self.init(reader)
    }

    /// Reads the text of such a file.
    public init(csv: String) throws(RetailProblem) {
        var scanner = CSVScanner()
        var reader = RetailReader()
        try scanner.scan(csv.utf8, isLast: true) { record throws(RetailProblem) in try reader.take(record) }
        try self.init(reader)
    }

    private init(_ reader: RetailReader) throws(RetailProblem) {
        totals = reader.totals
        let book = reader.book()
        guard let first = book.invoices.first else { throw .wrongColumns }
        let articles = RetailCatalogue.articles(of: book)
        let events = RetailEvents(
            book: book, titles: articles.map(\.title), returns: RetailReturns.matches(in: book), channels: Self.channels
        )
        business = Business(
            name: "Online Retail", currency: .gbp, channels: Self.channels, start: first.at, articles: articles,
            events: TradeEvents(events))
    }
}
