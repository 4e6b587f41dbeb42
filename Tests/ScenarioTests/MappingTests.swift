// SPDX-License-Identifier: Apache-2.0

import AmazonChannel
import Availability
import Catalog
import ChannelKit
import ChannelSync
import Inventory
import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Articles and their listings` {
    static let mugs = ShopStreet.articles(["MUG": 10])

    private func listings(_ street: ShopStreet, _ shop: Int) async throws -> [Listing] {
        try await street.hub.store.read { try ListingTable.listings(of: street.account(shop), in: $0) }
    }

    // Pain 25: frappe/ecommerce_integrations#246.
    @Test(arguments: [true, false]) func `the same SKU in the hub and in three shops is one article with one stock, whoever had it first`(
        hubFirst: Bool
    ) async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        if hubFirst { try await street.stockUp(Self.mugs) }
        try await street.connect(createsProducts: true)
        try await street.whileRunning {
            try await street.settle()
            try await street.pass(.minutes(61))
            try await street.settle()
        }
        #expect(try await street.hub.store.read { try $0.number("SELECT COUNT(*) FROM variants") } == 1)
        for shop in 0..<3 { #expect(try await listings(street, shop).count == 1) }
        #expect(try await street.stock("MUG") == (available: 10, reserved: 0, short: 0), "ten mugs, not thirty")
        #expect(try await street.differences() == [])
    }

    // Pain 26: Eshopbox Central-Backlog#347, woocommerce_fusion#116.
    @Test func `a listing that was deleted and made anew is the same article: later orders take its stock, earlier ones keep theirs`() async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            await street.buy(1, "A-1", [("MUG", 1)])
            try await street.settle()
            let old = try await listings(street, 1)[0]
            #expect(await street.woo(.delete, "products/\(old.productKey)")?.status == 200)
            try await street.settle()
            #expect(await street.woo(.delete, "products/\(old.productKey)?force=true")?.status == 200)
            let made = await street.woo(
                .post, "products", #"{"name":"Mug","type":"simple","sku":"MUG","regular_price":"6.50","manage_stock":true,"stock_quantity":3}"#)
            #expect(made?.status == 201)
            try await street.pass(.minutes(61))
            try await street.settle()
            await street.buy(1, "B-1", [("MUG", 2)])
            try await street.settle()
            #expect(try await listings(street, 1).filter(\.isActive).map(\.mapping) == [.sku])
        }
        #expect(try await street.stock("MUG") == (available: 7, reserved: 3, short: 0))
        #expect(await street.shelves("MUG") == [7, 7, 7])
        #expect(try await street.hub.store.read { try $0.number("SELECT COUNT(*) FROM variants") } == 1)
        #expect(try await street.exceptions() == [])
        #expect(try await street.differences() == [])
    }

    // Pain 26.
    @Test func `what a person mapped by hand stays so, whatever SKU the shop shows later`() async throws {
        let articles = ShopStreet.articles(["MUG": 10, "CUP": 4])
        let street = try await ShopStreet(articles: articles)
        try await street.open(articles)
        try await street.whileRunning {
            try await street.settle()
            let mug = try #require(try await listings(street, 1).first { $0.sku == "MUG" })
            let cup = try await street.variant("CUP")
            try await street.hub.store.write { transaction in
                try MapListing(listing: mug.id, variant: cup).run(in: transaction)
                try StockChanges.mark([cup], in: transaction)
            }
            try await street.settle()
            #expect(await street.woo(.put, "products/\(mug.productKey)", #"{"name":"Mug, renamed"}"#)?.status == 200)
            try await street.pass(.minutes(61))
            try await street.settle()
            #expect(try await listings(street, 1).first { $0.id == mug.id }.map { [$0.mapping == .hand, $0.variant == cup] } == [true, true])
            await street.buy(1, "A-1", [("MUG", 1)])
            try await street.settle()
        }
        #expect(try await street.stock("CUP") == (available: 3, reserved: 1, short: 0))
        #expect(try await street.stock("MUG") == (available: 10, reserved: 0, short: 0))
        #expect(await street.shelves("MUG") == [10, 3, 10])
        #expect(try await street.differences() == [])
    }

    @Test func `what was taken off sale is told nothing, and shows what there is when it is back`() async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            let mug = try #require(try await listings(street, 1).first)
            #expect(await street.woo(.put, "products/\(mug.productKey)", #"{"status":"draft"}"#)?.status == 200)
            try await street.pass(.minutes(61))
            try await street.settle()
            #expect(try await listings(street, 1).map(\.isActive) == [false])
            await street.buy(0, "A-1", [("MUG", 4)])
            try await street.settle()
            let told = try await street.hub.store.read { try PublicationTable.publication(of: mug.id, in: $0)?.acknowledged }
            #expect(told == 10)
            #expect(await street.shelves("MUG").first == 6)
            #expect(await street.woo(.put, "products/\(mug.productKey)", #"{"status":"publish"}"#)?.status == 200)
            try await street.pass(.minutes(61))
            try await street.settle()
        }
        #expect(await street.shelves("MUG") == [6, 6, 6])
        #expect(try await street.differences() == [])
    }

    @Test func `a guarded article's share goes to the others when a shop takes it off sale, and comes back with it`() async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.hub.store.write { try SellingPolicyTable.set(SellingPolicy(.guarded), in: $0) }
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            try await street.pass(.minutes(10))
            let mug = try #require(try await listings(street, 1).first)
            func stated() async throws -> Int? { try await street.hub.store.read { try ExposureTable.exposure(of: mug.id, in: $0).units } }
            #expect(try #require(try await stated()) > 0)
            #expect(await street.woo(.put, "products/\(mug.productKey)", #"{"status":"draft"}"#)?.status == 200)
            try await street.pass(.minutes(80))
            try await street.settle()
            #expect(try await stated() == 0)
            let others = await street.shelves("MUG")
            #expect(others[0] + others[2] <= 10)
            #expect(await street.woo(.put, "products/\(mug.productKey)", #"{"status":"publish"}"#)?.status == 200)
            try await street.pass(.minutes(80))
            try await street.settle()
            let shelves = await street.shelves("MUG")
            #expect(try await stated() == shelves[1])
            #expect(shelves.reduce(0, +) <= 10)
        }
    }

    // Pain 29: odoo/documentation#10103.
    @Test func `a SKU that the merchant and Amazon both ship keeps the merchant's quantity, and Amazon's own stock is never touched`() async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        _ = await street.twins[2].turn(AmazonTwin.self) { $0.sendToAmazon(sku: "MUG", quantity: 50) }
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            await street.buy(0, "A-1", [("MUG", 4)])
            try await street.settle()
            try await street.pass(.minutes(61))
            try await street.settle()
        }
        #expect(await street.shelves("MUG") == [6, 6, 6])
        #expect(await street.twins[2].turn(AmazonTwin.self) { $0.amazonStock["MUG"] ?? -1 } == 50)
        #expect(try await street.stock("MUG") == (available: 6, reserved: 4, short: 0))
        #expect(try await street.differences() == [])
    }

    @Test func `what only Amazon ships is neither shown from the hub's stock nor taken from it`() async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        _ = await street.twins[2].turn(AmazonTwin.self) { $0.sendToAmazon(sku: "MUG", quantity: 50, only: true) }
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            await street.buy(0, "A-1", [("MUG", 4)])
            try await street.settle()
        }
        #expect(await street.shelves("MUG").prefix(2) == [6, 6])
        #expect(await street.twins[2].turn(AmazonTwin.self) { $0.amazonStock["MUG"] ?? -1 } == 50)
        #expect(try await street.differences() == [])
    }
}
