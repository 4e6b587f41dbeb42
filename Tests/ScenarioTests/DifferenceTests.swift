// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Clocks
import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

/// A shop that adds differences (Square) beside one that compares and one that is set blindly.
@Suite(.onEachEngine) struct `Quantities that are added as differences` {
    static let channels = ["square", "shopify", "woocommerce"]
    static let mugs = ShopStreet.articles(["MUG": 10])

    private func street() async throws -> ShopStreet {
        let street = try await ShopStreet(articles: Self.mugs, channels: Self.channels)
        try await street.open(Self.mugs)
        return street
    }

    @Test(arguments: 0..<3) func `follow what is sold anywhere, whose messages are lost or not`(shop: Int) async throws {
        let street = try await street()
        try await street.whileRunning {
            try await street.settle()
            await street.buy(shop, "A-1", [("MUG", 3)])
            try await street.settle(deliver: shop != 0)
            await street.buy(shop, "A-2", [("MUG", 1)])
            try await street.settle()
        }
        #expect(try await street.stock("MUG") == (available: 6, reserved: 4, short: 0))
        #expect(await street.shelves("MUG") == [6, 6, 6])
        #expect(try await street.differences() == [])
    }

    @Test func `are added on top of a sale that nobody has heard of, and end right`() async throws {
        let street = try await street()
        try await street.whileRunning {
            try await street.settle()
            // Square's message is not delivered yet when the other's sale is pushed there.
            await street.buy(0, "A-1", [("MUG", 2)])
            await street.buy(1, "B-1", [("MUG", 3)])
            try await street.pass(.seconds(20), deliver: false)
            try await street.settle()
        }
        #expect(try await street.stock("MUG") == (available: 5, reserved: 5, short: 0))
        #expect(await street.shelves("MUG") == [5, 5, 5])
        #expect(try await street.differences() == [])
    }

    @Test func `and whose acknowledgement was lost are settled by looking, not by adding again`() async throws {
        let street = try await street()
        try await street.whileRunning {
            try await street.settle()
            let gate = Turnstile(1)
            await street.twins[0].disturb { request, response in
                guard request.path.contains("inventory/changes"), response.status < 300, gate.take() else { return response }
                return nil
            }
            await street.buy(1, "B-1", [("MUG", 3)])
            try await street.settle()
            #expect(gate.count > 0)
        }
        #expect(await street.shelves("MUG") == [7, 7, 7])
        #expect(try await street.differences() == [])
    }

    @Test(arguments: [true, false]) func `of an order that is cancelled or refunded come back once`(isCancelled: Bool) async throws {
        let street = try await street()
        try await street.whileRunning {
            try await street.settle()
            await street.buy(0, "A-1", [("MUG", 4)])
            try await street.settle()
            if isCancelled { await street.act(0, .cancel(reference: "A-1")) } else { _ = try await street.cancel(try await street.order(0)) }
            try await street.settle()
        }
        #expect(try await street.stock("MUG") == (available: 10, reserved: 0, short: 0))
        #expect(await street.shelves("MUG") == [10, 10, 10])
        #expect(try await street.differences() == [])
    }
}
