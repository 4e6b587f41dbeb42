// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import Ledger
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `What is owed to a channel` {
    private static let morning = Rooms.morning

    /// Whether working the articles out again woke anybody who pushes.
    private func wakes(_ window: Window, at now: Instant) async throws -> Bool {
        let (work, ledger) = (DecideQuantities(variants: [window.mug, window.tin], at: now), window.rooms.ledger)
        return try await window.rooms.store.write { transaction -> Bool in
            try work.run(ledger: ledger, in: transaction)
            return transaction.signals.contains(PublicationTable.signal(of: Window.near))
        }
    }

    @Test func `is first of all to be read where nobody knows what may be sold`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(5, of: window.mug, at: window.main, key: "mugs")
            let guarding = SetSellingPolicy(.article(window.tin), SellingPolicy(.guarded))
            try await rooms.store.write { try guarding.run(in: $0) }
            try await window.decide()
            func first(_ limit: Int, isRanked: Bool = true) async throws -> [ID<VariantKind>] {
                try await rooms.store.read {
                    try PublicationTable.due(
                        account: Window.near, limit: limit, isRanked: isRanked, at: Self.morning + .seconds(9), in: $0)
                }.map(\.publication.variant)
            }
            #expect(try await first(3).count == 3)
            #expect(try await first(1) == [window.tin])
            #expect(try await first(2) == [window.tin, window.set], "it takes tins")
            #expect(try await first(1, isRanked: false) == [window.mug], "who only looks takes them as they came")
        }
    }

    @Test func `is the first figure of ours until the channel has confirmed one`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            func isFirst() async throws -> Bool {
                try await rooms.store.read { try PublicationTable.isFirstOwed(account: Window.near, at: Self.morning, in: $0) }
            }
            func pause(_ isPaused: Bool) async throws {
                try await rooms.store.write { try PublishRuleTable.set(PublishRule(isPaused: isPaused), account: Window.near, in: $0) }
            }
            #expect(try await isFirst() == false, "nothing is owed")
            try await rooms.receive(5, of: window.mug, at: window.main, key: "five")
            try await window.decide()
            #expect(try await isFirst())
            try await pause(true)
            #expect(try await isFirst() == false)
            try await pause(false)
            try await rooms.store.write { transaction in
                let owed = try PublicationTable.due(account: Window.near, limit: 9, at: Self.morning, in: transaction).map(\.publication)
                try PublicationTable.acknowledged(
                    owed.map { .init(listing: $0.listing, quantity: $0.wanted, sales: $0.sales) }, at: Self.morning, in: transaction)
            }
            try await rooms.receive(2, of: window.mug, at: window.main, key: "two")
            try await window.decide()
            #expect(try await window.publication()?.isDue == true)
            #expect(try await isFirst() == false, "five are shown")
        }
    }

    @Test func `is not known of guarded articles until they were read, as long as they are offered`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            func unbounded() async throws -> Int { try await rooms.store.read { try PublicationTable.unbounded(in: $0) } }
            try await rooms.receive(5, of: window.tin, at: window.main, key: "tins")
            try await window.decide()
            #expect(try await unbounded() == 0, "what is shared has no limit")
            try await window.guardAll()
            try await window.decide()
            #expect(try await unbounded() == 6)
            try await window.read(0, "TIN", account: Window.near, compares: true)
            #expect(try await unbounded() == 5)
            try await window.see(Window.listing("TIN", isActive: false), account: Window.far)
            #expect(try await unbounded() == 4)
        }
    }

    @Test func `wakes nobody again while a guarded article's share is what it was: asked for, shown, or refused`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(9, of: window.tin, at: window.main, key: "tins")
            try await window.guardAll()
            #expect(try await wakes(window, at: Self.morning))
            let asked = try await window.publication("TIN")
            #expect(asked?.isAsked == true)
            #expect(try await wakes(window, at: Self.morning + .minutes(1)) == false)
            #expect(try await window.publication("TIN") == asked)
            for account in [Window.near, Window.far] {
                for sku in ["MUG", "TIN", "SET"] { try await window.read(0, sku, account: account, compares: true) }
            }
            #expect(try await wakes(window, at: Self.morning + .minutes(2)))
            let shown = try #require(try await window.publication("TIN"))
            #expect(shown.wanted > 0 && shown.isDue)
            #expect(try await wakes(window, at: Self.morning + .minutes(3)) == false)
            let listing = shown.listing
            try await rooms.store.write { try PublicationTable.refused(listing, reason: "closed", at: Self.morning, in: $0) }
            #expect(try await wakes(window, at: Self.morning + .minutes(4)) == false, "the same would be refused again")
            #expect(try await window.publication("TIN")?.problem == "closed")
            #expect(try await window.publication("TIN")?.isDue == false)
        }
    }

    @Test func `is found out when what is said of it fits nothing: set anew, or, of a guarded article, read`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(5, of: window.mug, at: window.main, key: "five")
            try await window.decide()
            let listing = try #require(try await window.publication()).listing
            try await rooms.store.write { transaction in
                try PublicationTable.acknowledged(
                    [.init(listing: listing, quantity: 5, sales: 0)], stood: Self.morning + .seconds(3), at: Self.morning, in: transaction)
            }
            let known = try #require(try await window.publication())
            #expect(!known.isDue && known.believed == 5 && known.stoodAt == Self.morning + .seconds(3), "by the channel's clock")
            let moment = Self.morning + .minutes(3)
            let woken = try await rooms.store.write { transaction -> Set<String> in
                try PublicationTable.doubted(listing, at: moment, in: transaction)
                return transaction.signals
            }
            #expect(woken.contains(PublicationTable.signal(of: Window.near)) && !woken.contains(PublicationTable.signal(of: Window.far)))
            let doubted = try #require(try await window.publication())
            #expect(doubted.isDue && !doubted.isAsked && doubted.believed == nil && doubted.sales == 1)
            #expect(doubted.staleness(at: moment + .minutes(2)) == .minutes(2))
            #expect(doubted.staleness(at: moment - .minutes(2)) == .milliseconds(0), "a clock that was set back")
            try await window.guardAll()
            try await window.decide()
            try await window.read(5, "MUG", account: Window.near, compares: true)
            #expect(try await window.publication()?.isAsked == false)
            try await rooms.store.write { try PublicationTable.doubted(listing, at: moment, in: $0) }
            #expect(try await window.publication()?.isAsked == true)
        }
    }

    @Test func `is looked for again when listings came or went, on their account alone`() async throws {
        try await withRooms { rooms in
            let woken = try await rooms.store.write { transaction -> Set<String> in
                PublicationTable.offersChanged(on: Window.far, in: transaction)
                return transaction.signals
            }
            let expected: Set<String> = [PublicationTable.signal, PublicationTable.signal(of: Window.far)]
            #expect(woken == expected)
        }
    }

    @Test func `is as it was when a channel confirms nothing`() async throws {
        try await withRooms { rooms in
            let woken = try await rooms.store.write { transaction -> Set<String> in
                try PublicationTable.acknowledged([], at: Self.morning, in: transaction)
                return transaction.signals
            }
            #expect(woken.isEmpty)
            #expect(try await rooms.count("publication_log") == 0)
        }
    }
}
