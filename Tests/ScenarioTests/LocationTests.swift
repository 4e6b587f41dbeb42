// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Clocks
import Inventory
import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Stock at several locations` {
    static let shown = ShopStreet.articles(["MUG": 9, "CUP": 9])

    /// Main and North, each with its own units; nothing is connected yet.
    private func street(main: [String: Int], north: [String: Int]) async throws -> (ShopStreet, main: ID<LocationKind>, north: ID<LocationKind>) {
        let street = try await ShopStreet(articles: Self.shown)
        for article in Self.shown { try await street.know(article) }
        let home = try await street.home()
        let other = try await street.location("North")
        for (sku, units) in main { try await street.receive(sku, units, at: home, key: "main \(sku)") }
        for (sku, units) in north { try await street.receive(sku, units, at: other, key: "north \(sku)") }
        return (street, home, other)
    }

    // Pain 4: medusa#15132, #14987, #10658.
    @Test func `a cart is taken whole from the location that has all of it, and that location's stock goes down`() async throws {
        let (street, main, north) = try await street(main: ["MUG": 5], north: ["MUG": 5, "CUP": 5])
        try await street.connect()
        try await street.whileRunning {
            try await street.settle()
            await street.buy(0, "A-1", [("MUG", 2), ("CUP", 1)])
            try await street.settle()
            #expect(try await street.stock("MUG", at: main) == (available: 5, reserved: 0, short: 0))
            #expect(try await street.stock("MUG", at: north) == (available: 3, reserved: 2, short: 0))
            #expect(try await street.stock("CUP", at: north) == (available: 4, reserved: 1, short: 0))
            try await street.ship(street.order(0), tracking: "RM-1", key: "parcel")
            try await street.settle()
        }
        #expect(try await street.stock("MUG", at: main).available == 5, "the first location was not touched")
        #expect(try await street.stock("MUG", at: north) == (available: 3, reserved: 0, short: 0))
        #expect(try await street.differences() == [])
    }

    // Pain 4.
    @Test func `a cart that no location has whole is split between them, and each gives what it has`() async throws {
        let (street, main, north) = try await street(main: ["MUG": 2], north: ["MUG": 1, "CUP": 1])
        try await street.connect()
        try await street.whileRunning {
            try await street.settle()
            await street.buy(1, "B-1", [("MUG", 3), ("CUP", 1)])
            try await street.settle()
            #expect(try await street.stock("MUG", at: main) == (available: 0, reserved: 2, short: 0))
            #expect(try await street.stock("MUG", at: north) == (available: 0, reserved: 1, short: 0))
            #expect(try await street.stock("CUP", at: north) == (available: 0, reserved: 1, short: 0))
            try await street.ship(street.order(1), tracking: "RM-1", key: "parcel")
            try await street.settle()
        }
        #expect(try await street.stock("MUG") == (available: 0, reserved: 0, short: 0))
        #expect(try await street.differences() == [])
    }

    // Pain 3: medusa#16488.
    @Test func `units that an order holds cannot be moved to another location; what is free can`() async throws {
        let (street, main, north) = try await street(main: ["MUG": 5], north: [:])
        try await street.connect()
        try await street.whileRunning {
            try await street.settle()
            await street.buy(0, "A-1", [("MUG", 2)])
            try await street.settle()
            let mug = try await street.variant("MUG")
            func move(_ units: Int, key: String) async throws -> Bool {
                try await street.hub.store.write { transaction in
                    try ChangeStock(
                        key: key, lines: [.init(variant: mug, location: main, units: -units), .init(variant: mug, location: north, units: units)],
                        reason: .counted, note: "moved", actor: "ada", at: street.clock.now()
                    ).run(with: street.hub.stock, in: transaction)
                }
            }
            await #expect(throws: Refusal.self) { _ = try await move(4, key: "too many") }
            #expect(try await street.stock("MUG", at: north).available == 0, "nothing was moved by half")
            #expect(try await move(3, key: "free ones"))
            try await street.settle()
            #expect(try await street.stock("MUG", at: main) == (available: 0, reserved: 2, short: 0))
            #expect(try await street.stock("MUG", at: north) == (available: 3, reserved: 0, short: 0))
        }
        #expect(await street.shelves("MUG") == [3, 3, 3])
        #expect(try await street.differences() == [])
    }

    // Pains 5 and 6: vendure#2356, saleor#9970, #12888.
    @Test func `a channel never shows or takes another channel's warehouse`() async throws {
        let (street, main, north) = try await street(main: ["MUG": 5], north: ["MUG": 2])
        let stall = try await street.location("Stall", sellsOnline: false)
        try await street.receive("MUG", 4, at: stall, key: "stall")
        try await street.connect()
        try await street.serve(0, from: [main])
        try await street.serve(1, from: [north])
        try await street.whileRunning {
            try await street.settle()
            #expect(await street.shelves("MUG") == [5, 2, 7], "the third has no choice made: all that sells online")
            await street.buy(1, "B-1", [("MUG", 3)], ignoresShelf: true)
            try await street.settle()
            #expect(try await street.stock("MUG", at: main).available == 5, "the web shop's warehouse is not lent")
            #expect(try await street.stock("MUG", at: stall).available == 4, "a store's own stock is not locked by web orders")
            #expect(try await street.stock("MUG", at: north) == (available: 0, reserved: 2, short: 1))
            try await street.receive("MUG", 3, at: main, key: "delivery to main")
            try await street.settle()
            #expect(
                try await street.stock("MUG", at: main) == (available: 8, reserved: 0, short: 1),
                "goods at Main do not serve a shop that sells from North")
            try await street.receive("MUG", 1, at: north, key: "delivery to north")
            try await street.settle()
            #expect(try await street.stock("MUG", at: north) == (available: 0, reserved: 3, short: 0))
        }
        #expect(await street.shelves("MUG") == [8, 0, 8])
        #expect(try await street.exceptions() == [])
        #expect(try await street.differences() == [])
    }

    // Pain 7: saleor#17170.
    @Test func `one location's shortage never makes good stock elsewhere unsellable`() async throws {
        let (street, main, north) = try await street(main: ["MUG": 5], north: ["MUG": 1])
        try await street.connect()
        try await street.serve(0, from: [main])
        try await street.serve(1, from: [north])
        try await street.serve(2, from: [main])
        try await street.whileRunning {
            try await street.settle()
            await street.buy(1, "B-1", [("MUG", 9)], ignoresShelf: true)
            try await street.settle()
            #expect(try await street.stock("MUG").short == 8)
            #expect(await street.shelves("MUG") == [5, 0, 5])
            #expect(await street.buy(0, "A-1", [("MUG", 5)]) != .soldOut(sku: "MUG"))
            try await street.settle()
        }
        #expect(try await street.stock("MUG", at: main) == (available: 0, reserved: 5, short: 8))
        #expect(try await street.exceptions() == ["oversold"])
        #expect(try await street.differences() == [])
    }
}
