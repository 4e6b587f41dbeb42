// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import RoomSupport
import Storage
import Testing
import Vocabulary

extension Window {
    func guardAll(limit: Int = 0) async throws {
        try await rooms.store.write { try SellingPolicyTable.set(SellingPolicy(.guarded, limit: limit), in: $0) }
    }

    /// The account was read: so much stands there, and its orders are known.
    func read(_ quantity: Int, _ sku: String, account: ID<AccountKind>, compares: Bool) async throws {
        try await rooms.store.write { transaction in
            guard let listing = try ListingTable.find(account: account, variantKey: sku, in: transaction)?.id else { return }
            try ExposureTable.seen(
                listing, account: account, quantity: quantity, during: Rooms.morning...Rooms.morning, by: Rooms.morning, compares: compares,
                in: transaction)
            try PublicationTable.seen(listing, quantity: quantity, reason: "read-back", at: Rooms.morning, in: transaction)
            try PublicationTable.asked(listing, in: transaction)
            try ExposureTable.ordersAreKnown(of: account, until: Rooms.morning + .minutes(1), misses: false, at: Rooms.morning, in: transaction)
        }
    }

    func owed(_ account: ID<AccountKind>) async throws -> [OwedPush] {
        try await rooms.store.read { try PublicationTable.due(account: account, limit: 10, at: Rooms.morning + .minutes(1), in: $0) }
    }

    /// What may leave of what is owed to the account.
    func send(_ account: ID<AccountKind>, compares: Bool) async throws -> [Int] {
        let ledger = rooms.ledger
        let owed = try await owed(account)
        return try await rooms.store.write { transaction in
            try GuardSets(at: Rooms.morning).run(owed.map { ($0, compares ? $0.publication.believed : nil) }, ledger: ledger, in: transaction)
        }.map(\.publication.wanted)
    }
}

@Suite(.onEachEngine) struct `A guarded article` {
    private func open(_ rooms: Rooms, tins: Int) async throws -> Window {
        let window = try await Window(rooms)
        try await rooms.receive(tins, of: window.tin, at: window.main, key: "tins")
        try await window.guardAll()
        try await window.decide()
        #expect(try await window.owed(Window.near).allSatisfy(\.publication.isAsked), "first it is asked what stands there")
        for account in [Window.near, Window.far] {
            for sku in ["MUG", "TIN", "SET"] { try await window.read(0, sku, account: account, compares: account == Window.near) }
        }
        try await window.decide()
        return window
    }

    @Test func `is shared out so that all channels together can sell no more than there is`() async throws {
        try await withRooms { rooms in
            let window = try await open(rooms, tins: 9)
            let (near, far) = (try await window.publication("TIN"), try await window.publication("TIN", account: Window.far))
            #expect((near?.wanted ?? 0) + (far?.wanted ?? 0) == 9)
            #expect(try await window.send(Window.near, compares: true).count == 1)
            #expect(try await window.send(Window.far, compares: false).count == 1)
            let ledger = rooms.ledger
            let tin = window.tin
            #expect(try await rooms.store.read { try OversellBound(tin, ledger: ledger, in: $0).units } == 0)
        }
    }

    @Test func `is not raised when what it was planned on was sold elsewhere before the set left`() async throws {
        try await withRooms { rooms in
            let window = try await open(rooms, tins: 9)
            try await window.promise(6, of: window.tin, order: 1, from: [window.main])
            #expect(try await window.send(Window.near, compares: true) == [])
            #expect(try await window.owed(Window.near).isEmpty == false, "it waits, and is planned anew")
            try await window.decide()
            #expect(try await window.send(Window.near, compares: true).reduce(0, +) <= 3)
        }
    }

    @Test func `is read when a channel is said to show more than may be sold there`() async throws {
        try await withRooms { rooms in
            let window = try await open(rooms, tins: 9)
            _ = try await window.send(Window.near, compares: true)
            let listing = try #require(try await window.publication("TIN")?.listing)
            try await rooms.store.write { try PublicationTable.suspected(listing, quantity: 1, at: Rooms.morning, in: $0) }
            #expect(try await window.publication("TIN")?.isAsked == false, "less may be old news or sold")
            try await rooms.store.write { try PublicationTable.suspected(listing, quantity: 500, at: Rooms.morning, in: $0) }
            #expect(try await window.publication("TIN")?.isAsked == true)
        }
    }

    @Test func `may be oversold by as much as the merchant accepts, and no channel shows more than there is`() async throws {
        try await withRooms { rooms in
            let window = try await open(rooms, tins: 3)
            try await window.guardAll(limit: 3)
            try await window.decide()
            #expect(try await window.publication("TIN")?.wanted == 3)
            #expect(try await window.publication("TIN", account: Window.far)?.wanted == 3)
        }
    }
}
