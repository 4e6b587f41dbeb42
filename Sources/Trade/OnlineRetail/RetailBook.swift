// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// The whole data set, small: sixteen bytes a line, every text once.
struct RetailBook: Sendable {
    struct Line {
        var quantity: Int32
        /// Thousandths of a pound.
        var price: Int32
        var article: Int32
        /// Number of the description in `descriptions`.
        var description: Int32
    }

    struct Invoice {
        enum Kind { case sale, credit, badDebt }
        var kind: Kind
        var number: String
        /// Of its first line.
        var at: Instant
        /// Number of the customer in `customers`; nil for guests.
        var customer: Int32?
        /// Number of the country in `countries`.
        var country: Int32
        /// The customer's sale before this one; nil for the first and for all that is no sale.
        var earlierSale: Int32?
        var lines: Range<Int>
    }

    /// In the order of the file, so in the order of time; each with its lines beside each other.
    var invoices: [Invoice]
    var lines: [Line]
    /// Trimmed, letter case folded.
    var skus: [String]
    /// As they stood; number 0 is the empty one.
    var descriptions: [String]
    var customers: [String]
    var countries: [String]

    /// What a price reads as: two decimals, three only where the third says something.
    static func priceText(_ thousandths: Int32) -> String {
        let price = Int64(thousandths)
        return price.isMultiple(of: 10)
            ? Decimal10(units: price / 10, scale: 2).description : Decimal10(units: price, scale: 3).description
    }
}
