// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// What the lines say about the articles themselves.
enum RetailCatalogue {
    /// Every code with its most frequent description and price, and as many units as will ever leave.
    ///
    /// Of two that are equally frequent the one seen first counts. Stock adjustments carry no price, bad-debt entries
    /// no article's price; a code that occurs only there costs nothing.
    static func articles(of book: RetailBook) -> [TwinSeed.Article] {
        var titles = Vote(choices: book.skus.count)
        var prices = Vote(choices: book.skus.count)
        var opening = Array(repeating: 0, count: book.skus.count)
        // Descriptions that differ only in blanks at their ends vote together.
        var firstSpelling: [String: Int32] = [:]
        let trimmed = book.descriptions.map(\.trimmed)
        let voters = trimmed.enumerated().map { index, text in
            let first = firstSpelling[text, default: Int32(index)]
            firstSpelling[text] = first
            return first
        }
        for invoice in book.invoices {
            for line in book.lines[invoice.lines] {
                let article = Int(line.article)
                let voter = voters[Int(line.description)]
                if voter != 0 { titles.add(voter, for: article) }
                if invoice.kind != .credit { opening[article] += Int(line.quantity.magnitude) }
                if invoice.kind == .badDebt { continue }
                if invoice.kind == .credit || line.quantity > 0 { prices.add(line.price, for: article) }
            }
        }
        return book.skus.indices.map { index in
            TwinSeed.Article(
                sku: book.skus[index], title: titles.winner(for: index).map { trimmed[Int($0)] } ?? book.skus[index],
                price: RetailBook.priceText(prices.winner(for: index) ?? 0), quantity: opening[index])
        }
    }

    /// Counts votes; most articles have few different ones, so a short list each is enough.
    private struct Vote {
        private var counts: [[(value: Int32, count: Int32)]]

        init(choices: Int) { counts = Array(repeating: [], count: choices) }

        mutating func add(_ value: Int32, for choice: Int) {
            for position in counts[choice].indices where counts[choice][position].value == value {
                counts[choice][position].count += 1
                return
            }
            counts[choice].append((value, 1))
        }

        func winner(for choice: Int) -> Int32? {
            var best: (value: Int32, count: Int32)?
            for entry in counts[choice] where entry.count > best?.count ?? 0 { best = entry }
            return best?.value
        }
    }
}
