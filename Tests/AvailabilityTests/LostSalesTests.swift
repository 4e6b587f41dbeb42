// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Sales lost to safety` {
    private static let morning = Rooms.morning

    @Test func `are what sold of late, carried on and fading, and never more than stood free`() {
        // Five sold of late, so four that say something; they count half after six hours at nothing.
        #expect(LostSales.units(pace: 5_000, for: .hours(6), free: 9) == 2_000)
        #expect(LostSales.units(pace: 5_000, for: .hours(18), free: 9) == 3_000)
        #expect(LostSales.units(pace: 5_000, for: .hours(18), free: 1) == 1_000, "one was free")
        #expect(LostSales.units(pace: 5_000, for: .days(3_000), free: 90) < 4_000, "never more than was sold")
        #expect(LostSales.units(pace: 1_000, for: .days(30), free: 9) == 0, "one sale says nothing of a rate")
        #expect(LostSales.units(pace: 0, for: .hours(6), free: 9) == 0)
        #expect(LostSales.units(pace: 5_000, for: .hours(-6), free: 9) == 0, "a clock that was set back")
        #expect(LostSales.units(pace: .max, for: .days(90_000), free: .max) > 0)
    }

    /// Near sold five tins of late; it shows nothing, and far has the last two.
    private func scarce(_ rooms: Rooms) async throws -> Window {
        let window = try await Window(rooms)
        for account in [Window.near, Window.far] { try await window.see(Window.listing("SET", isActive: false), account: account) }
        try await rooms.receive(2, of: window.tin, at: window.main, key: "tins")
        try await window.guardAll()
        try await window.decide()
        try await window.read(5, "TIN", account: Window.near, compares: true)
        try await window.read(2, "TIN", account: Window.far, compares: true)
        try await rooms.store.write { transaction in
            try ChannelClaims.add(
                [ChannelClaim(account: Window.near, variantKey: "TIN", units: 5, placedAt: Self.morning + .minutes(2))], in: transaction)
            try ExposureTable.hear(at: Self.morning + .minutes(2), in: transaction)
            let listing = try ListingTable.find(account: Window.near, variantKey: "TIN", in: transaction)
            try PublicationTable.seen(listing!.id, quantity: 0, reason: "test", at: Self.morning + .minutes(2), in: transaction)
        }
        try await window.decide(at: Self.morning + .minutes(2))
        return window
    }

    private func figure(_ window: Window, at now: Instant) async throws -> LostSalesFigure {
        let tin = window.tin
        return try await window.rooms.store.read { try LostSalesTable.figure(of: tin, days: 30, at: now, in: $0) }
    }

    @Test func `grow while a channel shows nothing and another holds what is free, and stay counted afterwards`() async throws {
        try await withRooms { rooms in
            let window = try await scarce(rooms)
            let listing = try #require(try await window.publication("TIN")?.listing)
            #expect(try await figure(window, at: Self.morning + .minutes(2)) == LostSalesFigure(units: 0, starving: [listing]))
            let later = Self.morning + .minutes(2) + .hours(6)
            #expect(try await figure(window, at: later).units == 2_000)
            // A set that gives it something ends it.
            try await rooms.store.write { transaction in
                let ledger = rooms.ledger
                let other = try Self.other(listing, transaction)
                try ExposureTable.seen(
                    other, account: Window.far, quantity: 1, during: later...later, by: later, compares: true, in: transaction)
                try PublicationTable.seen(other, quantity: 1, reason: "test", at: later, in: transaction)
                try ExposureTable.ordersAreKnown(of: Window.far, until: later + .minutes(1), misses: false, at: later, in: transaction)
                try DecideQuantities(variants: [window.tin], at: later).run(ledger: ledger, in: transaction)
                let owed = try PublicationTable.due(account: Window.near, limit: 9, at: later, in: transaction)
                    .filter { $0.publication.listing == listing }
                #expect(try GuardSets(at: later).run(owed.map { ($0, 0) }, ledger: ledger, in: transaction).count == 1)
            }
            #expect(try await figure(window, at: later + .hours(9)) == LostSalesFigure(units: 2_000, starving: []))
            #expect(try await figure(window, at: later + .days(31)).units == 0, "of the last thirty days")
        }
    }

    private static func other(_ listing: ID<ListingKind>, _ transaction: Transaction) throws -> ID<ListingKind> {
        try ListingTable.find(account: Window.far, variantKey: "TIN", in: transaction)?.id ?? listing
    }

    @Test func `end when nothing is free any more, when all is shared, and when the channel is paused`() async throws {
        for end in 0..<3 {
            try await withRooms { rooms in
                let window = try await scarce(rooms)
                switch end {
                case 0: try await window.promise(2, of: window.tin, order: 1, from: [window.main])
                case 1: try await rooms.store.write { try SellingPolicyTable.set(SellingPolicy(.shared), in: $0) }
                default: try await rooms.store.write { try PublishRuleTable.set(PublishRule(isPaused: true), account: Window.near, in: $0) }
                }
                try await window.decide(at: Self.morning + .minutes(2) + .hours(6))
                #expect(try await figure(window, at: Self.morning + .days(2)) == LostSalesFigure(units: 2_000, starving: []), "end \(end)")
            }
        }
    }
}
