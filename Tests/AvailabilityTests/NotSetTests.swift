// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `A guarded article with a listing that nothing is set of` {
    /// Nine tins, of which the near shop shows so many; nil: nobody knows how many.
    private func open(_ rooms: Rooms, near: Int?) async throws -> Window {
        let window = try await Window(rooms)
        try await rooms.receive(9, of: window.tin, at: window.main, key: "tins")
        try await window.guardAll()
        try await window.decide()
        for account in [Window.near, Window.far] {
            for sku in ["MUG", "TIN", "SET"] where account == Window.far || sku != "TIN" {
                try await window.read(0, sku, account: account, compares: account == Window.near)
            }
        }
        if let near { try await window.read(near, "TIN", account: Window.near, compares: true) }
        return window
    }

    private func bound(_ window: Window) async throws -> OversellBound {
        let (ledger, tin) = (window.rooms.ledger, window.tin)
        return try await window.rooms.store.read { try OversellBound(tin, ledger: ledger, in: $0) }
    }

    private func listing(_ window: Window) async throws -> ID<ListingKind> {
        try await window.rooms.store.read {
            try #require(try ListingTable.find(account: Window.near, variantKey: "TIN", in: $0)).id
        }
    }

    @Test func `leaves what a paused one still shows to it`() async throws {
        try await withRooms { rooms in
            let window = try await open(rooms, near: 4)
            try await rooms.store.write { try PublishRuleTable.set(PublishRule(isPaused: true), account: Window.near, variant: window.tin, in: $0) }
            try await window.decide()
            #expect(try await window.send(Window.far, compares: false) == [5])
            #expect(try await bound(window).units == 0)
        }
    }

    @Test func `has the units of one that was withdrawn for the others once its orders are known`() async throws {
        try await withRooms { rooms in
            let window = try await open(rooms, near: 4)
            let near = try await listing(window)
            try await window.see(Window.listing("TIN", isActive: false))
            try await rooms.store.write { try ExposureTable.withdrawn(near, by: Rooms.morning + .minutes(5), in: $0) }
            try await window.decide()
            #expect(try await window.publication("TIN", account: Window.far)?.wanted == 5)
            try await rooms.store.write {
                try ExposureTable.ordersAreKnown(of: Window.near, until: Rooms.morning + .minutes(6), misses: false, at: Rooms.morning, in: $0)
            }
            try await window.decide()
            #expect(try await window.send(Window.far, compares: false) == [9])
            #expect(try await bound(window).units == 0)
        }
    }

    @Test func `asks what stands there when it is back`() async throws {
        try await withRooms { rooms in
            let window = try await open(rooms, near: 4)
            let near = try await listing(window)
            try await rooms.store.write { try ExposureTable.offeredAgain(near, in: $0) }
            #expect(try await bound(window).units == nil)
            #expect(try await bound(window).unitsThatCanBeKept == nil)
            try await window.decide()
            #expect(try await window.publication("TIN")?.isAsked == true)
            #expect(try await window.owed(Window.far).isEmpty, "the others wait for the answer")
        }
    }

    @Test func `keeps what can be kept where one sells without a count`() async throws {
        try await withRooms { rooms in
            let window = try await open(rooms, near: nil)
            try await window.see(Window.listing("TIN", keepsCount: false))
            try await window.decide()
            #expect(try await window.send(Window.far, compares: false) == [9])
            #expect(try await bound(window).units == nil, "what it sells is not bounded, and that is said")
            #expect(try await bound(window).unitsThatCanBeKept == 0)
        }
    }
}
