// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelSync
import Inventory
import Ledger
import SQLiteStorage
import Storage
import Testing
import Vocabulary
import Web

@Suite struct WhyTests {
    @Test func `the steps of every number add up to what the ledger holds, now and at every moment before`() async throws {
        let house = try await TestHouse()
        var moments: [Instant] = []
        for index in 0..<12 {
            house.clock.set(TestHouse.start + .minutes(Int64(index)))
            _ = try await house.order("W\(index)", account: index % 3, [("MUG-BLUE", 1 + index % 3), ("TEA-SET", index % 2 + 1)])
            moments.append(house.clock.now())
        }
        let ledger = house.hub.ledger
        let checked = moments
        let locations: [ID<LocationKind>?] = [nil, house.main, house.shelf]
        try await house.store.read { transaction in
            let sku = try #require(SKU("MUG-BLUE"))
            let found = try VariantTable.find(sku: sku, in: transaction)
            let variant = try #require(found)
            for moment in checked.map(Optional.init) + [nil] {
                for number in WhyStock.Number.allCases {
                    for location in locations {
                        let why = try WhyStock(number, of: variant.id, at: location, until: moment, limit: 10_000, ledger: ledger, in: transaction)
                        #expect(
                            why.opening == 0 && why.steps.reduce(0) { $0 + $1.change } == why.value && (why.steps.last?.balance ?? 0) == why.value)
                    }
                }
            }
            let now = try WhyStock(.available, of: variant.id, at: house.main, until: nil, limit: 10_000, ledger: ledger, in: transaction)
            let levels = try StockLevels.levels(of: variant.id, locations: [house.main], ledger: ledger, in: transaction)
            #expect(now.value == levels[0].available)
            // A short list begins with what came before it.
            let tail = try WhyStock(.available, of: variant.id, at: nil, until: nil, limit: 3, ledger: ledger, in: transaction)
            #expect(tail.opening + tail.steps.reduce(0) { $0 + $1.change } == tail.value)
        }
    }

    @Test func `the page shows the number of the moment asked for`() async throws {
        let house = try await TestHouse()
        _ = try await house.order("W1", [("LANTERN", 5)])
        house.clock.set(TestHouse.start + .hours(1))
        _ = try await house.order("W2", account: 1, [("LANTERN", 4)])
        try await house.visit { browser in
            try await browser.enter(house)
            #expect(try await browser.get("/products/LANTERN/why?number=available").body.contains("<p class=\"answer-value\">16</p>"))
            let then = try await browser.get("/products/LANTERN/why?number=available&at=2026-11-20T10:30")
            #expect(then.body.contains("<p class=\"answer-value\">20</p>") && !then.body.contains("W2") && then.body.contains("W1"))
        }
    }

    @Test func `what a channel should show equals what was decided for it`() async throws {
        let house = try await TestHouse()
        _ = try await house.order("W1", [("TEA-SET", 3), ("MUG-BLUE", 7)])
        try await house.publish(acknowledge: false)
        let ledger = house.hub.ledger
        try await house.store.read { transaction in
            for variant in try ProductList.page(limit: 100, in: transaction).items {
                for listing in try ListingTable.listings(of: variant.id, in: transaction) {
                    let why = try WhyPublished(listing, variant: variant.id, until: nil, now: TestHouse.start, ledger: ledger, in: transaction)
                    #expect(why.computed == why.publication?.wanted, "\(variant.sku)")
                }
            }
        }
    }
}
