// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelKit
import ChannelSync
import Clocks
import Inventory
import RoomSupport
import Storage
import Testing
import Vocabulary
import WooCommerceChannel

@Suite(.onEachEngine) struct `Quantities that are shown` {
    /// The shops show ten of each; the hub has what the test says.
    private func street(_ hub: KeyValuePairs<String, Int>, _ body: (ShopStreet) async throws -> Void) async throws -> ShopStreet {
        let mine = ShopStreet.articles(hub)
        let shown = mine.map { TwinSeed.Article(sku: $0.sku, title: $0.title, price: $0.price, quantity: 10) }
        let street = try await ShopStreet(articles: shown)
        try await street.open(mine)
        try await street.whileRunning {
            try await street.settle()
            try await body(street)
        }
        #expect(try await street.differences() == [])
        return street
    }

    private func pushes(_ street: ShopStreet) async -> [Int] {
        var counts: [Int] = []
        for twin in street.twins {
            let all = await twin.asked.map(\.request)
            counts.append(
                all.filter { request in
                    request.says("inventorySetQuantities") || request.path.hasSuffix("/batch") || request.method == .patch
                        || (request.method == .post && request.path.hasSuffix("/feeds"))
                }.count)
        }
        return counts
    }

    // Pain 27: frappe/ecommerce_integrations#289, #382.
    @Test func `articles that the shops had before the hub get the hub's quantity too, and so does every later change`() async throws {
        let street = try await street(["MUG": 4, "CUP": 25, "JUG": 0]) { street in
            #expect(await street.shelves("MUG") == [4, 4, 4])
            #expect(await street.shelves("CUP") == [25, 25, 25])
            #expect(await street.shelves("JUG") == [0, 0, 0])
            try await street.receive("MUG", 3, key: "delivery")
            try await street.receive("CUP", -20, key: "fall", reason: .damaged)
            try await street.settle()
        }
        #expect(await street.shelves("MUG") == [7, 7, 7])
        #expect(await street.shelves("CUP") == [5, 5, 5])
    }

    // Pain 27.
    @Test func `what was sold out for hours is shown again in every shop when goods come in`() async throws {
        let street = try await street(["MUG": 2]) { street in
            await street.buy(0, "A-1", [("MUG", 2)])
            try await street.settle()
            #expect(await street.shelves("MUG") == [0, 0, 0])
            try await street.pass(.minutes(130))
            try await street.settle()
            try await street.receive("MUG", 5, key: "delivery")
            try await street.settle()
        }
        #expect(await street.shelves("MUG") == [5, 5, 5])
    }

    // Pain 27: Eshopbox Central-Backlog#333.
    @Test func `when everything is in step nothing more is pushed, and a count typed in at a shop is put right with a push or two`() async throws {
        let street = try await street(["MUG": 4, "CUP": 25]) { street in
            try await street.pass(.minutes(2))
            let before = await pushes(street)
            try await street.pass(.minutes(70))
            #expect(await pushes(street) == before, "a day without news costs no push")
            for shop in 0..<2 { await street.act(shop, .edit(sku: "MUG", quantity: 99)) }
            try await street.pass(.minutes(2))
            try await street.settle()
            let after = await pushes(street)
            for shop in 0..<2 { #expect((1...3).contains(after[shop] - before[shop]), "shop \(shop): \(after[shop] - before[shop]) pushes") }
            try await street.pass(.minutes(30))
            #expect(await pushes(street) == after, "the correction ends")
        }
        #expect(await street.shelves("MUG") == [4, 4, 4])
    }

    @Test func `a count that a shop told before ours was set is not taken for what stands there`() async throws {
        let mugs = ShopStreet.articles(["MUG": 10])
        let street = try await ShopStreet(articles: mugs)
        try await street.open(mugs)
        try await street.whileRunning { try await street.settle() }
        // Four are left, and before anybody is told of it a message comes that lay about for an hour: then the shop showed four.
        try await street.receive("MUG", -6, key: "fall", reason: .damaged)
        let mug = try await street.variant("MUG")
        let now = street.clock.now()
        let owed = try await street.hub.store.write { transaction in
            _ = try DecideQuantities(variants: [mug], at: now).run(ledger: street.hub.ledger, in: transaction)
            let stock = try #require(try ListingTable.listings(of: street.account(1), in: transaction).first).stockKey
            try TakeInFacts(
                account: street.account(1), profile: WooCommerceConnector.profile, createsProducts: false,
                facts: [.quantity(stock: stock, quantity: 4, at: now - .hours(1))], source: "webhook", at: now
            ).run(with: street.hub, in: transaction)
            return try PublicationTable.dueCounts(in: transaction)[street.account(1)]
        }
        #expect(owed == 1, "ten stand there still")
        try await street.whileRunning { try await street.settle() }
        #expect(await street.shelves("MUG") == [4, 4, 4])
    }

    // Found by the simulator: a day behind, everything that a shop tells looked newer than what was set.
    @Test(arguments: [(-1, nil), (1, 4)])
    func `whether a count is older or newer than ours goes by the shop's clock`(hours: Int64, believed: Int?) async throws {
        let mugs = ShopStreet.articles(["MUG": 10])
        let street = try await ShopStreet(articles: mugs)
        try await street.open(mugs)
        try await street.whileRunning { try await street.settle() }
        let now = street.clock.now()
        let stood = now + .days(1)
        let publication = try await street.hub.store.write { transaction in
            let listing = try #require(try ListingTable.listings(of: street.account(1), in: transaction).first)
            try PublicationTable.acknowledged([.init(listing: listing.id, quantity: 10, sales: 0)], stood: stood, at: now, in: transaction)
            try TakeInFacts(
                account: street.account(1), profile: WooCommerceConnector.profile, createsProducts: false,
                facts: [.quantity(stock: listing.stockKey, quantity: 4, at: stood + .hours(hours))], source: "webhook", at: now
            ).run(with: street.hub, in: transaction)
            return try PublicationTable.publication(of: listing.id, in: transaction)
        }
        #expect(publication?.believed == believed)
        #expect(publication?.isDue == true)
    }

    // Pains 5 and 40: what serves a channel is changed while it runs.
    @Test func `shelves follow when another location is chosen for a channel`() async throws {
        let street = try await street(["MUG": 4]) { street in
            let north = try await street.location("North")
            try await street.receive("MUG", 9, at: north, key: "north")
            try await street.settle()
            #expect(await street.shelves("MUG") == [13, 13, 13])
            try await street.serve(1, from: [north])
            try await street.settle()
        }
        #expect(await street.shelves("MUG") == [13, 9, 13])
    }

    @Test func `where changes gather for ten minutes, an article that is new in a shop has its first quantity at once`() async throws {
        let mugs = ShopStreet.articles(["MUG": 9])
        let street = try await ShopStreet(articles: mugs, pushEvery: .minutes(10))
        try await street.open(ShopStreet.articles(["MUG": 9, "CUP": 4]))
        try await street.whileRunning {
            try await street.settle()
            let quiet = street.clock.now()
            #expect(quiet - ShopStreet.start < .minutes(8), "the opening itself waits for nothing")
            await street.buy(0, "A-1", [("MUG", 2)])
            let made = await street.woo(
                .post, "products", #"{"name":"Cup","type":"simple","sku":"CUP","regular_price":"3.50","manage_stock":true,"stock_quantity":1}"#)
            #expect(made?.status == 201)
            try await street.pass(.minutes(2))
            #expect(await street.twins[1].shelf["CUP"] == 4)
            #expect(await street.shelves("MUG") == [7, 7, 9], "the cup took the mugs along; where nothing is new they wait")
            try await street.settle()
            #expect(await street.shelves("MUG") == [7, 7, 7])
            #expect(street.clock.now() - quiet < .minutes(40))
        }
        #expect(try await street.differences() == [])
    }
}
