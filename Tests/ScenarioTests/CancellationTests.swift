// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Clocks
import Journal
import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Cancelled orders` {
    static let mugs = ShopStreet.articles(["MUG": 10])

    // Pain 8: woocommerce#10246, Sylius#4655, reactioncommerce/reaction#3678.
    @Test(arguments: 0..<3) func `a cancellation in the hub gives the units back once and is told to the shop once`(shop: Int) async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            await street.buy(shop, "A-1", [("MUG", 4)])
            try await street.settle()
            let order = try await street.order(shop)
            #expect(try await street.cancel(order) == .now)
            #expect(try await street.cancel(order) == .before)
            try await street.settle()
            #expect(try await street.cancel(order) == .before)
            try await street.settle()
            #expect(try await street.look(shop, order.externalID).cancelledAt != nil)
            #expect(try await street.status(shop) == .cancelled)
            let told = try await street.hub.store.read { try $0.number("SELECT COUNT(*) FROM jobs WHERE key LIKE 'cancel:%' AND state = 1") }
            #expect(told == 1)
        }
        #expect(try await street.stock("MUG") == (available: 10, reserved: 0, short: 0))
        #expect(await street.shelves("MUG") == [10, 10, 10])
        #expect(try await street.exceptions() == [])
        #expect(try await street.differences() == [])
    }

    // Pain 8.
    @Test(arguments: 0..<3) func `a cancellation at the shop gives the units back`(shop: Int) async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            await street.buy(shop, "A-1", [("MUG", 4)])
            try await street.settle()
            #expect(try await street.stock("MUG") == (available: 6, reserved: 4, short: 0))
            await street.act(shop, .cancel(reference: "A-1"))
            try await street.settle()
            #expect(try await street.status(shop) == .cancelled)
        }
        #expect(try await street.stock("MUG") == (available: 10, reserved: 0, short: 0))
        #expect(await street.shelves("MUG") == [10, 10, 10])
        #expect(try await street.differences() == [])
    }

    // Found by the simulator: seed 26 of `faults`.
    @Test func `units that a cancellation puts back on the shop's own shelf are taken off it when they are promised elsewhere`() async throws {
        let one = ShopStreet.articles(["MUG": 1])
        let street = try await ShopStreet(articles: one)
        try await street.open(one)
        try await street.whileRunning {
            try await street.settle()
            // Two shops sell the last one in the same second.
            await street.buy(0, "A-1", [("MUG", 1)])
            await street.buy(1, "B-1", [("MUG", 1)])
            try await street.settle()
            #expect(try await street.stock("MUG") == (available: 0, reserved: 1, short: 1))
            await street.act(0, .cancel(reference: "A-1"))
            #expect(await street.shelves("MUG") == [1, 0, 0])
            // The order's messages come, the one that tells the count is lost.
            for message in await street.intercept(0) where message.headers["X-Shopify-Topic"]?.hasPrefix("orders/") == true {
                #expect(try await street.receive(message) == 200)
            }
            try await street.settle()
            #expect(await street.shelves("MUG") == [0, 0, 0])
        }
        #expect(try await street.stock("MUG") == (available: 0, reserved: 1, short: 0))
        #expect(try await street.differences() == [])
    }

    // Pain 9: paynl/magento2-plugin#220, open-mercato#4521.
    @Test func `a cancelled WooCommerce order that is set to processing again holds its units again, as often as it is turned`() async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            await street.buy(1, "A-1", [("MUG", 4)])
            try await street.settle()
            let order = try await street.order(1)
            for _ in 0..<2 {
                #expect(await street.woo(.put, "orders/\(order.externalID)", #"{"status":"cancelled"}"#)?.status == 200)
                try await street.settle()
                #expect(try await street.stock("MUG") == (available: 10, reserved: 0, short: 0))
                #expect(await street.shelves("MUG") == [10, 10, 10])
                #expect(await street.woo(.put, "orders/\(order.externalID)", #"{"status":"processing"}"#)?.status == 200)
                try await street.settle()
                #expect(try await street.stock("MUG") == (available: 6, reserved: 4, short: 0))
                #expect(await street.shelves("MUG") == [6, 6, 6])
                #expect(try await street.status(1) == .open)
            }
            try await street.ship(street.order(1), tracking: "RM-1", key: "parcel")
            try await street.settle()
        }
        #expect(try await street.stock("MUG") == (available: 6, reserved: 0, short: 0))
        #expect(try await street.differences() == [])
    }

    @Test func `a cancellation and the sale that follows it in the same breath end with what the shops sold`() async throws {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            for shop in 0..<3 { await street.buy(shop, "A-\(shop)", [("MUG", 3)]) }
            try await street.settle()
            for shop in 0..<3 {
                await street.act(shop, .cancel(reference: "A-\(shop)"))
                await street.buy(shop, "B-\(shop)", [("MUG", 1)])
            }
            try await street.settle()
        }
        #expect(try await street.stock("MUG") == (available: 7, reserved: 3, short: 0))
        #expect(await street.shelves("MUG") == [7, 7, 7])
        #expect(try await street.differences() == [])
    }

    // woocommerce-square pull request 526: one stuck queue for everything.
    @Test(arguments: 0..<3) func `what a shop is to be told waits for that shop, and no other is told it`(shop: Int) async throws {
        let street = try await ShopStreet.day(with: Self.mugs) { street in
            await street.buy(shop, "A-1", [("MUG", 4)])
            try await street.settle()
            await street.twins[shop].refuse { _ in HTTPResponse(503) }
            #expect(try await street.cancel(street.order(shop)) == .now)
            // It is tried again and again, while the other shops have nothing to do.
            try await street.pass(.minutes(15))
            let tries = try await street.hub.store.read { try $0.number("SELECT attempts FROM jobs WHERE key LIKE 'cancel:%' AND state = 0") }
            #expect(tries ?? 0 > 8)
            #expect(try await street.exceptions() == [])
            await street.twins[shop].refuse(nil)
            try await street.settle()
            #expect(try await street.look(shop, street.order(shop).externalID).cancelledAt != nil)
        }
        #expect(await street.shelves("MUG") == [10, 10, 10])
    }

    @Test func `what a shop fails at again and again while it answers everything else waits for a person`() async throws {
        let street = try await ShopStreet.day(with: Self.mugs) { street in
            await street.buy(1, "A-1", [("MUG", 4)])
            try await street.settle()
            await street.twins[1].refuse { $0.method == .put ? HTTPResponse(500) : nil }
            try await street.cancel(street.order(1))
            try await street.until("a person is asked") { try Exceptions.list(in: $0).map(\.kind) == ["action-refused"] }
            let waiting = try #require(try await street.hub.store.read { try Exceptions.list(in: $0).first })
            await street.twins[1].refuse(nil)
            #expect(try await street.hub.store.write { try Jobs.replay(waiting.subject.number, at: street.clock.now(), in: $0) })
            try await street.settle()
            #expect(try await street.look(1, street.order(1).externalID).cancelledAt != nil)
        }
        #expect(try await street.exceptions() == [])
    }
}
