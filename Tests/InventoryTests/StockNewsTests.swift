// SPDX-License-Identifier: Apache-2.0

import Catalog
import Inventory
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `What is to be worked out anew` {
    private func signals(_ rooms: Rooms) -> UInt64 { rooms.store.signals.count(of: [StockDesk.signal]) }

    @Test func `is every article there is when something concerns them all`() async throws {
        try await withRooms { rooms in
            let mug = try await rooms.article("MUG")
            let tin = try await rooms.article("TIN")
            let before = signals(rooms)
            try await rooms.store.write { try StockChanges.mark([tin, tin], in: $0) }
            #expect(try await rooms.store.read { try StockChanges.count(in: $0) } == 1)
            try await rooms.store.write { try StockChanges.markAll(in: $0) }
            #expect(signals(rooms) == before + 2)
            #expect(try await rooms.store.write { try StockChanges.take(limit: 9, in: $0) } == [mug, tin])
        }
    }

    @Test func `wakes nobody when it is nothing`() async throws {
        try await withRooms { rooms in
            let before = signals(rooms)
            try await rooms.store.write { transaction in
                let none: [ID<VariantKind>] = []
                try StockChanges.mark(none, in: transaction)
                try ChannelClaims.add([], in: transaction)
            }
            #expect(signals(rooms) == before)
        }
    }
}

@Suite(.onEachEngine) struct `Claims of a channel's buyers` {
    private static let near = ID<AccountKind>(1)
    private static let far = ID<AccountKind>(2)

    private func units(_ article: String, _ account: ID<AccountKind>, _ rooms: Rooms) async throws -> Int {
        try await rooms.store.read { try ChannelClaims.units(of: article, account: account, in: $0) }
    }

    @Test func `add up by article and account, and are taken once in the order they came`() async throws {
        try await withRooms { rooms in
            let claims = [
                ChannelClaim(account: Self.near, variantKey: "MUG", units: 3, placedAt: Rooms.morning),
                ChannelClaim(account: Self.far, variantKey: "MUG", units: 5, placedAt: nil),
                ChannelClaim(account: Self.near, variantKey: "MUG", units: -1, placedAt: nil),
            ]
            let before = rooms.store.signals.count(of: [StockDesk.signal])
            try await rooms.store.write { try ChannelClaims.add(claims, in: $0) }
            #expect(rooms.store.signals.count(of: [StockDesk.signal]) == before + 1)
            #expect(try await units("MUG", Self.near, rooms) == 2)
            #expect(try await units("MUG", Self.far, rooms) == 5)
            #expect(try await units("TIN", Self.near, rooms) == 0)
            #expect(try await rooms.store.write { try ChannelClaims.take(in: $0) } == claims)
            #expect(try await rooms.store.write { try ChannelClaims.take(in: $0) } == [])
            #expect(try await units("MUG", Self.near, rooms) == 0)
        }
    }

    @Test func `are expected back only when they were given back, each article's together`() async throws {
        try await withRooms { rooms in
            let seen = SeenListing(
                productKey: "MUG", variantKey: "MUG", stockKey: "MUG", sku: nil, title: "Mug", gtin: nil, price: nil, options: [], isActive: true,
                isFulfilledByChannel: false, keepsCount: true)
            let outcomes = try await rooms.store.write {
                try SeeListings(account: Self.near, seen: [seen], createsProducts: false, at: Rooms.morning).run(in: $0)
            }
            let listing = try #require(outcomes.first).listing
            let window = Rooms.morning...(Rooms.morning + .seconds(1))
            func lacking() async throws -> Int { try await rooms.store.read { try ComingBack.units(of: listing, during: window, in: $0) } }
            func giveBack(_ units: [Int]) async throws {
                let claims = units.map { ChannelClaim(account: Self.near, variantKey: "MUG", units: $0, placedAt: nil) }
                try await rooms.store.write { try ComingBack.expect(claims, act: "order.cancel:1", in: $0) }
            }
            try await giveBack([4])
            #expect(try await rooms.count("coming_back") == 0)
            #expect(try await lacking() == 0)
            try await giveBack([-2, 5, -1])
            #expect(try await rooms.count("coming_back") == 1)
            #expect(try await lacking() == 3)
        }
    }
}
