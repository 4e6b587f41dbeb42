// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Orders
import RoomSupport
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `The last unit` {
    // Pain 1: vendure#3508, saleor#543, magento/inventory#2722, nopCommerce#4184.
    @Test func `two checkouts never both get the last unit: one order holds it, the other is named as oversold, and goods that come in are for it`()
        async throws
    {
        let articles = ShopStreet.articles(["MUG": 1])
        let street = try await ShopStreet(articles: articles)
        try await street.open(articles)
        try await street.whileRunning {
            try await street.settle()
            #expect(await street.shelves("MUG") == [1, 1, 1])
            #expect(await street.buy(0, "A-1", [("MUG", 1)]) != .soldOut(sku: "MUG"))
            #expect(await street.buy(1, "B-1", [("MUG", 1)]) != .soldOut(sku: "MUG"))
            #expect(await street.buy(0, "A-2", [("MUG", 1)]) == .soldOut(sku: "MUG"), "one shop's own shelf is empty at once")
            try await street.settle()
            #expect(try await street.stock("MUG") == (available: 0, reserved: 1, short: 1))
            #expect(try await street.exceptions() == ["oversold"])
            for shop in 0..<3 { #expect(await street.buy(shop, "C-\(shop)", [("MUG", 1)]) == .soldOut(sku: "MUG")) }
            #expect(try await street.differences() == [])
            try await street.receive("MUG", 1, key: "delivery")
            try await street.settle()
        }
        #expect(try await street.stock("MUG") == (available: 0, reserved: 2, short: 0))
        #expect(try await street.exceptions() == [])
        #expect(await street.shelves("MUG") == [0, 0, 0], "the unit that came in was promised already")
        #expect(try await street.differences() == [])
    }

    @Test func `when the order that got the last unit is cancelled, the one that waits for it gets it and no shop offers it again`() async throws {
        let articles = ShopStreet.articles(["MUG": 1])
        let street = try await ShopStreet(articles: articles)
        try await street.open(articles)
        try await street.whileRunning {
            try await street.settle()
            await street.buy(0, "A-1", [("MUG", 1)])
            await street.buy(1, "B-1", [("MUG", 1)])
            try await street.settle()
            let first = try await street.orders()[0]
            let winner = Int(first.account.number) - 1
            await street.act(winner, .cancel(reference: winner == 0 ? "A-1" : "B-1"))
            try await street.settle()
            #expect(try await street.stock("MUG") == (available: 0, reserved: 1, short: 0))
            #expect(try await street.exceptions() == [])
            let other = try await street.order(1 - winner)
            try await street.ship(other, tracking: "RM-1", key: "parcel")
            try await street.settle()
        }
        #expect(await street.shelves("MUG") == [0, 0, 0])
        #expect(try await street.differences() == [])
    }

    // Pain 2: medusa#16502.
    @Test func `two lines of one cart that share a bundle's component are checked together`() async throws {
        let shown = ShopStreet.articles(["CUP": 1, "SAUCER": 5, "SET": 1])
        let street = try await ShopStreet(articles: shown)
        try await street.stockUp(Array(shown.prefix(2)))
        try await street.know(shown[2], components: [SKU("CUP")!: 1, SKU("SAUCER")!: 1])
        try await street.connect()
        try await street.whileRunning {
            try await street.settle()
            await street.buy(0, "A-1", [("SET", 1), ("CUP", 1)])
            try await street.settle()
            #expect(try await street.stock("CUP") == (available: 0, reserved: 1, short: 1), "one cup is promised once")
            #expect(try await street.stock("SAUCER") == (available: 4, reserved: 1, short: 0))
            #expect(try await street.exceptions() == ["oversold"])
            #expect(await street.shelves("SET") == [0, 0, 0])
        }
        #expect(try await street.differences() == [])
    }

    // Pain 34: erpnext#49021, SmartStoreNET#1052.
    @Test func `a sold bundle lowers its components, and no more bundles are shown than the components make`() async throws {
        let shown = ShopStreet.articles(["CUP": 7, "SAUCER": 3, "SET": 40])
        let street = try await ShopStreet(articles: shown)
        try await street.stockUp(Array(shown.prefix(2)))
        try await street.know(shown[2], components: [SKU("CUP")!: 2, SKU("SAUCER")!: 1])
        try await street.connect()
        try await street.whileRunning {
            try await street.settle()
            #expect(await street.shelves("SET") == [3, 3, 3], "three saucers make three sets, whatever the shops showed before")
            await street.buy(1, "B-1", [("SET", 1)])
            try await street.settle()
            #expect(await street.shelves("CUP") == [5, 5, 5])
            #expect(await street.shelves("SAUCER") == [2, 2, 2])
            #expect(await street.shelves("SET") == [2, 2, 2])
            await street.buy(2, "C-1", [("CUP", 4)])
            try await street.settle()
            #expect(await street.shelves("SET") == [0, 0, 0], "one cup makes no set of two")
            let order = try await street.order(1)
            try await street.ship(order, tracking: "RM-1", key: "parcel")
            try await street.settle()
        }
        #expect(try await street.stock("CUP") == (available: 1, reserved: 4, short: 0))
        #expect(try await street.stock("SAUCER") == (available: 2, reserved: 0, short: 0))
        #expect(try await street.differences() == [])
    }
}
