// SPDX-License-Identifier: Apache-2.0

import AmazonChannel
import ChannelConformance
import ChannelKit
import Testing
import Vocabulary

@Suite struct ListingTests {
    @Test func `offers carry keys, number, price, options and count, and parents are no offers`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        let listings = try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }
        #expect(listings.map(\.sku) == ["MUG", "PEN", "SHIRT-S"])
        let mug = try #require(listings.first)
        #expect(mug.gtin == "4006381333931" && mug.price == Money(minor: 650, .gbp) && mug.quantity == 10 && mug.isActive)
        #expect(
            mug.key.variant == "MUG" && mug.key.stock == "MUG" && mug.key.product.hasPrefix("B0")
                && !mug.isFulfilledByChannel)
        #expect(listings.last?.options == [.init(name: "size", value: "S")])
    }

    /// Regression of odoo/documentation, pull requests 9780 and 12901.
    @Test func `a SKU sold by both keeps the merchant's own quantity and Amazon's stays untouched`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        wire.twin.sendToAmazon(sku: "MUG", quantity: 40)
        wire.twin.sendToAmazon(sku: "PEN", quantity: 15, only: true)
        let listings = try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }
        let mug = try #require(listings.first { $0.sku == "MUG" })
        let pen = try #require(listings.first { $0.sku == "PEN" })
        #expect(mug.quantity == 10 && !mug.isFulfilledByChannel, "what Amazon holds is not ours and hides nothing of ours")
        #expect(pen.quantity == nil && pen.isFulfilledByChannel)
        let read = try wire.run { $0.quantities(of: [mug.key, pen.key], $1) }.flatMap { $0 }
        #expect(
            read == [.quantity(stock: "MUG", quantity: 10, at: wire.now)],
            "nothing is said of an offer that only Amazon ships")
        #expect(try wire.push([("MUG", 8)]).map(\.result) == [.acknowledged])
        #expect(wire.twin.shelf["MUG"] == 8 && wire.twin.amazonStock["MUG"] == 40)
        #expect(try wire.push((0..<25).map { ("MUG", 25 - $0) }).count == 25)
        #expect(wire.twin.shelf["MUG"] == 1 && wire.twin.amazonStock["MUG"] == 40 && wire.twin.shelf["PEN"] == nil)
    }

    @Test func `only what changed is read again`() throws {
        var wire = try AmazonWire(seed: Cast.seed())
        wire.now = wire.now + .minutes(10)
        wire.shop(.edit(sku: "PEN", quantity: 7))
        let since = wire.now - .minutes(1)
        let listings = try wire.run { $0.listings(changedSince: since, $1) }.flatMap { $0 }
        #expect(listings.map(\.sku) == ["PEN"] && listings.first?.quantity == 7)
    }

    @Test func `a search that ends at a thousand starts again where it stopped`() throws {
        let articles = (0..<2345).map {
            TwinSeed.Article(sku: "A-\($0)", title: "Article \($0)", price: "1.00", quantity: $0)
        }
        var wire = try AmazonWire(seed: Cast.seed(articles))
        let listings = try wire.run { $0.listings(changedSince: nil, $1) }.flatMap { $0 }
        #expect(listings.count == 2345 && Set(listings.map(\.key.variant)).count == 2345)
        #expect(wire.throttled == 0 || wire.calls < 300)
    }

    @Test func `a SKU may hold any character`() throws {
        let names = ["A/B", "A,B", "A B%2F", "Ü?&=#", "plus+"]
        var wire = try AmazonWire(seed: Cast.seed(names.map { .init(sku: $0, title: $0, price: "1.00", quantity: 5) }))
        #expect(try wire.push(names.map { ($0, 9) }).allSatisfy { $0.result == .acknowledged })
        let keys = names.map { ListingKey(product: $0, variant: $0, stock: $0) }
        let read = try wire.run { $0.quantities(of: keys, $1) }.flatMap { $0 }
        #expect(read.count == names.count && wire.twin.shelf.values.allSatisfy { $0 == 9 })
    }
}
