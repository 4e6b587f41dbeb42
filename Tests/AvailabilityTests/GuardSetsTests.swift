// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import Ledger
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `The last look before a set leaves` {
    private static let morning = Rooms.morning

    /// Tins on the shelf, every article guarded. Both shops were read: they show nothing, and their shares are worked out.
    private func open(_ rooms: Rooms, tins: Int) async throws -> Window {
        let window = try await Window(rooms)
        try await rooms.receive(tins, of: window.tin, at: window.main, key: "tins")
        try await window.guardAll()
        try await window.decide()
        for account in [Window.near, Window.far] {
            for sku in ["MUG", "TIN", "SET"] { try await window.read(0, sku, account: account, compares: true) }
        }
        try await window.decide()
        return window
    }

    private func exposure(_ window: Window) async throws -> Exposure {
        try await window.rooms.store.read { transaction in
            let listing = try #require(try ListingTable.find(account: Window.near, variantKey: "TIN", in: transaction))
            return try ExposureTable.exposure(of: listing.id, in: transaction)
        }
    }

    @Test func `lets every set of articles that nobody guards leave, and counts it`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(4, of: window.tin, at: window.main, key: "tins")
            try await window.decide()
            #expect(try await window.send(Window.near, compares: false).sorted() == [0, 0, 4])
            #expect(try await exposure(window) == Exposure(underWay: Exposure.UnderWay(quantity: 4, expected: nil)))
        }
    }

    @Test func `does not raise what shows more than may be sold before it is known why, and may lower it`() async throws {
        try await withRooms { rooms in
            let window = try await open(rooms, tins: 9)
            let owed = try await window.owed(Window.near)
            let push = try #require(owed.first { $0.publication.wanted > 0 })
            let ledger = rooms.ledger
            // Seven are said to stand there, and none may be sold.
            func leave(_ set: OwedPush) async throws -> [OwedPush] {
                try await rooms.store.write { try GuardSets(at: Self.morning).run([(push: set, expected: 7)], ledger: ledger, in: $0) }
            }
            func isOwed(at now: Instant) async throws -> Bool {
                let due = try await rooms.store.read { try PublicationTable.due(account: Window.near, limit: 9, at: now, in: $0) }
                return due.contains { $0.publication.listing == push.publication.listing }
            }
            _ = try await rooms.store.write { try StockChanges.take(limit: 99, in: $0) }
            #expect(try await leave(push) == [])
            #expect(try await exposure(window) == Exposure(units: 0), "it was not sent")
            #expect(try await rooms.store.read { try StockChanges.count(in: $0) } == 1, "it is planned anew")
            #expect(try await isOwed(at: Self.morning + .seconds(4)) == false)
            #expect(try await isOwed(at: Self.morning + .seconds(5)))
            var lower = push
            lower.publication.wanted = 0
            let left = try await leave(lower)
            #expect(left.map(\.publication.wanted) == [0])
            #expect(try await exposure(window).underWay == Exposure.UnderWay(quantity: 0, expected: 7))
        }
    }

    @Test func `raises nothing while nobody knows what another shop may sell, and does once it is known`() async throws {
        try await withRooms { rooms in
            let window = try await open(rooms, tins: 9)
            let third = ID<AccountKind>(3)
            try await window.see(Window.listing("TIN"), account: third)
            #expect(try await window.send(Window.near, compares: true) == [])
            #expect(try await exposure(window) == Exposure(units: 0))
            try await window.read(0, "TIN", account: third, compares: true)
            try await window.decide()
            #expect(try await window.send(Window.near, compares: true) == [3], "the nine are for three shops")
        }
    }

    @Test func `minds of a set only the parts that are guarded`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(20, of: window.mug, at: window.main, key: "mugs")
            try await rooms.receive(6, of: window.tin, at: window.main, key: "tins")
            let guarding = SetSellingPolicy(.article(window.tin), SellingPolicy(.guarded))
            try await rooms.store.write { try guarding.run(in: $0) }
            try await window.decide()
            for account in [Window.near, Window.far] {
                for sku in ["TIN", "SET"] { try await window.read(0, sku, account: account, compares: true) }
            }
            try await window.decide()
            // Nobody knows how many mugs may be sold, and nobody minds.
            let (ledger, mug, tin) = (rooms.ledger, window.mug, window.tin)
            #expect(try await window.send(Window.near, compares: true).sorted() == [1, 2, 20])
            #expect(try await rooms.store.read { try OversellBound(mug, ledger: ledger, in: $0).units } == nil)
            #expect(try await rooms.store.read { try OversellBound(tin, ledger: ledger, in: $0).units } == 0)
        }
    }
}
