// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import RoomSupport
import Storage
import Testing
import Vocabulary

extension Window {
    fileprivate func allot(_ near: Int, _ far: Int, limit: Int = 0) async throws {
        let set = SetSellingPolicy(.article(tin), SellingPolicy(.fixed, limit: limit), allocations: [Window.near: near, Window.far: far])
        try await rooms.store.write { try set.run(in: $0) }
    }

    /// Buyers of the account claimed units, or, negative, gave them back, as the order book came to know.
    fileprivate func hear(_ units: Int, of sku: String = "TIN", account: ID<AccountKind> = near) async throws {
        try await rooms.store.write { transaction in
            try ChannelClaims.add(
                [ChannelClaim(account: account, variantKey: sku, units: units, placedAt: Rooms.morning + .minutes(2))], in: transaction)
            try ExposureTable.hear(at: Rooms.morning + .minutes(2), in: transaction)
        }
    }

    fileprivate func left(_ account: ID<AccountKind> = near) async throws -> Int? {
        try await rooms.store.read { try AllocationTable.allocations(of: tin, in: $0)[account]?.left }
    }

    /// What each account wants shown of the tin.
    fileprivate func tins() async throws -> [Int?] {
        [try await publication("TIN")?.wanted, try await publication("TIN", account: Window.far)?.wanted]
    }
}

@Suite(.onEachEngine) struct `A fixed article` {
    private func open(_ rooms: Rooms, tins: Int, near: Int, far: Int) async throws -> Window {
        let window = try await Window(rooms)
        // Sets are not offered: they would take of the tins too.
        for account in [Window.near, Window.far] { try await window.see(Window.listing("SET", isActive: false), account: account) }
        try await rooms.receive(tins, of: window.tin, at: window.main, key: "tins")
        try await window.allot(near, far)
        try await window.decide()
        for account in [Window.near, Window.far] { try await window.read(0, "TIN", account: account, compares: account == Window.near) }
        try await window.decide()
        return window
    }

    @Test func `shows each channel its own units, and no more when more come in`() async throws {
        try await withRooms { rooms in
            let window = try await open(rooms, tins: 20, near: 5, far: 3)
            #expect(try await window.tins() == [5, 3])
            try await rooms.receive(50, of: window.tin, at: window.main, key: "more")
            try await window.decide()
            #expect(try await window.tins() == [5, 3])
        }
    }

    @Test func `takes what is sold off the channel's units, and puts back what was given back`() async throws {
        try await withRooms { rooms in
            let window = try await open(rooms, tins: 20, near: 5, far: 3)
            try await window.hear(2)
            #expect(try await window.left() == 3)
            #expect(try await window.left(Window.far) == 3, "the other's are its own")
            try await window.hear(-1)
            #expect(try await window.left() == 4)
            try await window.hear(9)
            #expect(try await window.left() == 0, "never less than nothing")
            try await window.allot(8, 3)
            #expect(try await window.left() == 0, "ten were sold of eight")
            try await window.allot(12, 3)
            #expect(try await window.left() == 2)
        }
    }

    @Test func `counts a set sold as the tins in it`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await window.allot(5, 3)
            try await window.hear(2, of: "SET")
            #expect(try await window.left() == 3)
        }
    }

    @Test func `is never oversold when less is there than was allotted`() async throws {
        try await withRooms { rooms in
            let window = try await open(rooms, tins: 4, near: 5, far: 3)
            #expect(try await window.tins().compactMap { $0 }.reduce(0, +) == 4)
            _ = try await window.send(Window.near, compares: true)
            _ = try await window.send(Window.far, compares: false)
            let (ledger, tin) = (rooms.ledger, window.tin)
            #expect(try await rooms.store.read { try OversellBound(tin, ledger: ledger, in: $0).units } == 0)
        }
    }

    @Test func `shows nothing where nothing is allotted`() async throws {
        try await withRooms { rooms in
            let window = try await open(rooms, tins: 20, near: 5, far: 0)
            #expect(try await window.tins() == [5, 0])
        }
    }

    @Test func `forgets its units with the policy, and takes none that make no sense`() async throws {
        try await withRooms { rooms in
            let window = try await open(rooms, tins: 20, near: 5, far: 3)
            await #expect(throws: Refusal(.invalid, "policy.allocation")) { try await window.allot(-1, 3) }
            let (tin, set) = (window.tin, window.set)
            try await rooms.store.write { try SetSellingPolicy(.article(tin), SellingPolicy(.guarded)).run(in: $0) }
            #expect(try await window.left() == nil)
            for scope in [SetSellingPolicy.Scope.all, .category("Tins"), .account(Window.near)] {
                await #expect(throws: Refusal(.invalid, "policy.fixed-article")) {
                    try await rooms.store.write { try SetSellingPolicy(scope, SellingPolicy(.fixed)).run(in: $0) }
                }
            }
            await #expect(throws: Refusal(.invalid, "policy.bundle")) {
                try await rooms.store.write { try SetSellingPolicy(.article(set), SellingPolicy(.guarded)).run(in: $0) }
            }
        }
    }
}
