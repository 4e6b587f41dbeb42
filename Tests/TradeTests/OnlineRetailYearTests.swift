// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Foundation
import TestSupport
import Testing
import Trade
import Vocabulary

/// The whole data set, read once for all promises about it.
@Suite struct `The year of the Online Retail data set` {
    private static let year: Result<OnlineRetail, any Error>? = {
        guard let file = OutsideMaterial.dataset("uci-online-retail/online-retail.csv.gz") else { return nil }
        let clock = ContinuousClock()
        let start = clock.now
        let result = Result<OnlineRetail, any Error> { try OnlineRetail(path: file.path) }
        print("Online Retail read in \(start.duration(to: clock.now))")
        return result
    }()
    private static let books: ReplayedBooks? = (try? year?.get()).map { ReplayedBooks($0.business) }

    @Test func `adds up to the published totals`() throws {
        guard let totals = try Self.year?.get().totals else { return }
        #expect(totals.invoices == 25_900)
        #expect(totals.lines == 541_909)
        #expect(totals.unitsOut == 5_660_981)
        #expect(totals.unitsBack == 484_531)
        #expect(totals.value == Decimal10(units: 9_747_747_934, scale: 3))
        #expect(totals.revenue == Money("9747747.93", .gbp))
    }

    @Test func `sells every code as one article, however it is spelled`() throws {
        guard let business = try Self.year?.get().business else { return }
        #expect(business.articles.count == 4_070 - 112)
        #expect(Set(business.articles.map(\.sku)).count == business.articles.count)
        #expect(
            business.articles.allSatisfy {
                SKU($0.sku)?.folded == $0.sku && Money($0.price, .gbp) != nil && !$0.title.isEmpty
            })
        let heart = business.articles.first { $0.sku == "85123A" }
        #expect(heart?.title == "WHITE HANGING HEART T-LIGHT HOLDER")
        #expect(business.articles.contains { $0.sku == "POST" })
        #expect(business.start.iso == "2010-12-01T08:26:00Z")
    }

    @Test func `can be replayed without ever running short or giving back what was not sold`() throws {
        guard let retail = try Self.year?.get(), let books = Self.books else { return }
        #expect(books.faults.prefix(10) == [])
        #expect(books.unitsSold == retail.totals.unitsOut)
        #expect(books.unitsRefunded + books.unitsFound + books.unitsLost == retail.totals.unitsBack)
        let opening = retail.business.articles.reduce(0) { $0 + $1.quantity }
        let closing = books.stock.values.reduce(0, +)
        #expect(closing == opening - books.unitsSold - books.unitsLost + books.unitsRefunded + books.unitsFound)
        print("Online Retail: \(books.events) events, \(books.unitsRefunded) units matched, \(books.unitsFound) not")
    }

    @Test func `earns exactly the revenue of the file, to the penny`() throws {
        guard let retail = try Self.year?.get(), let books = Self.books else { return }
        #expect(books.pence == retail.totals.revenue.minor)
    }

    @Test func `keeps each customer in one shop and knows every country`() throws {
        guard let books = Self.books else { return }
        var shops: [String: Set<Int>] = [:]
        for order in books.orders.values {
            if let customer = order.buyer.externalID { shops[customer, default: []].insert(order.channel) }
        }
        #expect(shops.values.allSatisfy { $0.count == 1 })
        #expect(Set(shops.values.flatMap { $0 }) == [0, 1, 2])
        // Thirteen sales are to "Unspecified", four to the "European Community".
        #expect(books.orders.values.count { $0.buyer.shipTo?.country == nil } <= 17)
        #expect(Set(books.orders.values.compactMap { $0.buyer.shipTo?.country }).count == 36)
    }

    @Test func `is the same each time it is iterated`() throws {
        guard let business = try Self.year?.get().business else { return }
        #expect(Array(business.events.prefix(2_000)) == Array(business.events.prefix(2_000)))
    }
}
