// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Clocks
import House
import Ledger
import Catalog
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `The textbook example` {
    static let mug = [TwinSeed.Article(sku: "MUG", title: "Blue mug", price: "6.50", quantity: 10)]

    @Test func `ten in stock, five sold at one shop and five at another: the hub and all three shops show none`() async throws {
        let street = try await ShopStreet(articles: Self.mug)
        try await street.open(Self.mug)
        try await street.whileRunning {
            try await street.settle()
            await street.buy(0, "A-1", [("MUG", 5)])
            try await street.settle()
            #expect(await street.shelves("MUG") == [5, 5, 5])
            await street.buy(1, "B-1", [("MUG", 5)])
            try await street.settle()
        }
        #expect(await street.shelves("MUG") == [0, 0, 0])
        let stock = try await street.stock("MUG")
        #expect(stock.available == 0 && stock.reserved == 10 && stock.short == 0)
        #expect(await street.buy(2, "C-1", [("MUG", 1)]) == .soldOut(sku: "MUG"))
        #expect(try await Audit.run(street.hub).isEmpty)
        let lines = try await street.hub.store.read { transaction in
            let mug = try VariantTable.find(sku: SKU("MUG")!, in: transaction)!.id
            return try street.hub.ledger.history(of: LedgerUnit(variant: mug), in: transaction)
        }
        #expect(lines.map(\.verb) == ["opening", "order", "order"])
        #expect(lines.map(\.transfer.amount) == [10, 5, 5], "the ledger explains each unit")
    }

    @Test func `an order that was cancelled at its shop gives its units back once, also when the news comes three times`() async throws {
        let street = try await ShopStreet(articles: Self.mug)
        try await street.open(Self.mug)
        try await street.whileRunning {
            try await street.settle()
            for shop in 0..<3 { await street.buy(shop, "X-\(shop)", [("MUG", 2)]) }
            try await street.settle()
            #expect(try await street.stock("MUG").available == 4)
            for shop in 0..<3 { #expect(await street.twins[shop].perform(.cancel(reference: "X-\(shop)"), at: street.clock.now()) != .unknown) }
            for _ in 0..<40 {
                street.clock.advance(to: street.clock.now() + .milliseconds(500))
                try await street.deliverWebhooks(copies: 3)
            }
            try await street.settle()
        }
        let stock = try await street.stock("MUG")
        #expect(stock.available == 10 && stock.reserved == 0)
        #expect(await street.shelves("MUG") == [10, 10, 10])
        #expect(try await Audit.run(street.hub).isEmpty)
    }

    @Test func `lost webhooks are found by polling`() async throws {
        let street = try await ShopStreet(articles: Self.mug)
        try await street.open(Self.mug)
        try await street.whileRunning {
            try await street.settle()
            for shop in 0..<3 { await street.buy(shop, "L-\(shop)", [("MUG", 1)]) }
            for _ in 0..<20 {
                street.clock.advance(to: street.clock.now() + .milliseconds(200))
                await street.loseWebhooks()
            }
            try await street.settle(deliver: false)
        }
        #expect(try await street.orders().count == 3)
        #expect(await street.shelves("MUG") == [7, 7, 7])
    }
}
