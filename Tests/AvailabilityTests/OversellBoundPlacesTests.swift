// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import Ledger
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `What could still be oversold from many places` {
    private func bound(of variant: ID<VariantKind>, _ rooms: Rooms) async throws -> OversellBound {
        let ledger = rooms.ledger
        return try await rooms.store.read { try OversellBound(variant, ledger: ledger, in: $0) }
    }

    /// A shop that shows two of the five at a place of its own.
    @discardableResult
    private func open(_ account: ID<AccountKind>, selling tin: ID<VariantKind>, _ rooms: Rooms) async throws -> ID<LocationKind> {
        let place = try await rooms.location("Place \(account)", priority: 1)
        try await rooms.receive(5, of: tin, at: place, key: "goods \(account)")
        let seeing = SeeListings(account: account, seen: [Window.listing("TIN")], createsProducts: false, at: Rooms.morning)
        try await rooms.store.write { transaction in
            let listing = try seeing.run(in: transaction)[0].listing
            try LocationTable.serve(account, from: [place], in: transaction)
            try ExposureTable.seen(
                listing, account: account, quantity: 2, during: Rooms.morning...Rooms.morning, by: Rooms.morning, compares: true, in: transaction)
            try ExposureTable.ordersAreKnown(
                of: account, until: Rooms.morning + .minutes(1), misses: false, at: Rooms.morning, in: transaction)
        }
        return place
    }

    @Test func `is stated too high, never too low, where there are more ways of serving than can be looked through`() async throws {
        try await withRooms { rooms in
            let tin = try await rooms.article("TIN")
            for number in Int64(1)...10 { try await open(ID(number), selling: tin, rooms) }
            #expect(try await bound(of: tin, rooms).units == 0, "each has five for its two")
            try await open(ID(11), selling: tin, rooms)
            let beyond = try await bound(of: tin, rooms)
            #expect(beyond.units == 22 && beyond.sellable == 55, "as if nothing were there")
        }
    }

    @Test func `is held against what lies where it can be sold from, and nothing else`() async throws {
        try await withRooms { rooms in
            let tin = try await rooms.article("TIN")
            let stall = try await rooms.location("Stall", priority: 2, sellsOnline: false)
            let place = try await open(ID(1), selling: tin, rooms)
            try await rooms.receive(50, of: tin, at: stall, key: "stall")
            let roomy = try await bound(of: tin, rooms)
            #expect(roomy.units == 0 && roomy.sellable == 5)
            try await rooms.receive(-4, of: tin, at: place, key: "lost")
            let scarce = try await bound(of: tin, rooms)
            #expect(scarce.units == 1 && scarce.sellable == 1 && scarce.parts.map(\.units) == [2])
        }
    }
}
