// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import Ledger
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Why a stock number is what it is` {
    private static let morning = Rooms.morning

    private func why(
        _ number: WhyStock.Number, _ window: Window, at location: ID<LocationKind>? = nil, until moment: Instant? = nil, limit: Int = 99
    ) async throws -> WhyStock {
        let (ledger, mug) = (window.rooms.ledger, window.mug)
        return try await window.rooms.store.read {
            try WhyStock(number, of: mug, at: location, until: moment, limit: limit, ledger: ledger, in: $0)
        }
    }

    @Test func `is told by the moves that made it, then and now, here and everywhere`() async throws {
        try await withRooms { rooms in
            let window = try await Window.withMugs(rooms)
            let now = try await why(.available, window)
            #expect(now.value == 7 && now.opening == 0)
            #expect(now.steps.map(\.change) == [5, 4, -2] && now.steps.map(\.balance) == [5, 9, 7])
            let then = try await why(.available, window, until: Self.morning + .hours(1))
            #expect(then.value == 9 && then.steps.map(\.change) == [5, 4])
            let before = try await why(.available, window, until: Self.morning - .seconds(1))
            #expect(before.value == 0 && before.steps.isEmpty)
            let main = try await why(.available, window, at: window.main)
            #expect(main.value == 3 && main.steps.map(\.change) == [5, -2])
            let mainThen = try await why(.available, window, at: window.main, until: Self.morning + .hours(1))
            #expect(mainThen.value == 5 && mainThen.steps.map(\.change) == [5])
        }
    }

    @Test func `begins a short list with what was there before it`() async throws {
        try await withRooms { rooms in
            let window = try await Window.withMugs(rooms)
            let last = try await why(.available, window, limit: 1)
            #expect(last.opening == 9 && last.steps.map(\.change) == [-2] && last.steps.map(\.balance) == [7])
            let depot = try await why(.available, window, at: window.depot, limit: 1)
            #expect(depot.value == 4 && depot.opening == 4 && depot.steps.isEmpty, "the newest move was elsewhere")
        }
    }

    @Test func `is moved by a promise where it counts what is free or promised, and not where it counts what is there`() async throws {
        try await withRooms { rooms in
            let window = try await Window.withMugs(rooms)
            try await window.promise(3, of: window.mug, order: 1, from: [window.main])
            let free = try await why(.available, window)
            #expect(free.value == 4 && free.steps.map(\.balance) == [5, 9, 7, 4])
            let promised = try await why(.reserved, window)
            #expect(promised.value == 3 && promised.steps.map(\.change) == [3])
            #expect(promised.steps.first?.line.cause == Posting.Cause("order", 1))
            #expect(try await why(.reserved, window, at: window.depot).value == 0)
            let there = try await why(.onHand, window)
            #expect(there.value == 7 && there.steps.map(\.change) == [5, 4, -2])
        }
    }
}

@Suite(.onEachEngine) struct `Why a channel is to show a quantity` {
    private static let morning = Rooms.morning

    private func why(
        _ sku: String, _ window: Window, until moment: Instant? = nil, of variant: ID<VariantKind>? = nil
    ) async throws -> WhyPublished {
        let ledger = window.rooms.ledger
        return try await window.rooms.store.read { transaction in
            let listing = try #require(try ListingTable.find(account: Window.near, variantKey: sku, in: transaction))
            let named = variant ?? listing.variant
            let article = try #require(named)
            return try WhyPublished(
                listing, variant: article, until: moment, now: Self.morning + .hours(9), ledger: ledger, in: transaction)
        }
    }

    @Test func `is told by what was free at each location then`() async throws {
        try await withRooms { rooms in
            let window = try await Window.withMugs(rooms)
            let now = try await why("MUG", window)
            #expect(now.computed == 7 && now.parts.count == 1)
            #expect(now.parts[0].free.map { $0.location.name } == ["Main", "Depot"] && now.parts[0].free.map { $0.units } == [3, 4])
            let first = try await why("MUG", window, until: Self.morning)
            #expect(first.computed == 5 && first.parts[0].free.map { $0.units } == [5, 0], "nothing had come to the depot yet")
            #expect(try await why("MUG", window, until: Self.morning + .hours(1)).computed == 9)
            #expect(try await why("MUG", window, until: Self.morning - .seconds(1)).computed == 0)
        }
    }

    @Test func `is for a set what its scarcest part allowed then`() async throws {
        try await withRooms { rooms in
            let window = try await Window.withMugs(rooms)
            try await rooms.receive(3, of: window.tin, at: window.main, key: "tins")
            let now = try await why("SET", window)
            #expect(now.parts.map(\.variant.id) == [window.mug, window.tin] && now.parts.map(\.units) == [2, 1])
            #expect(now.parts.map(\.makeable) == [3, 3] && now.availableToPromise == 3)
            let first = try await why("SET", window, until: Self.morning)
            #expect(first.parts.map(\.makeable) == [2, 3] && first.availableToPromise == 2)
        }
    }

    @Test func `is for the locations that serve the channel, by its rule, which keeps no past`() async throws {
        try await withRooms { rooms in
            let window = try await Window.withMugs(rooms)
            let rule = PublishRule(buffer: 1, cap: 2)
            try await rooms.store.write { try PublishRuleTable.set(rule, account: Window.near, in: $0) }
            #expect(try await why("MUG", window).computed == 2)
            try await rooms.store.write { try LocationTable.serve(Window.near, from: [window.main], in: $0) }
            let now = try await why("MUG", window)
            #expect(now.rule == rule && now.availableToPromise == 3 && now.computed == 2)
            #expect(now.parts[0].free.map { $0.location.name } == ["Main"])
            try await rooms.store.write { try LocationTable.serve(Window.near, from: [window.depot], in: $0) }
            #expect(try await why("MUG", window, until: Self.morning).computed == 0, "nothing was there, less what is kept back")
        }
    }

    @Test func `counts what is promised and nowhere, and not what was promised later`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(5, of: window.mug, at: window.main, key: "mugs", moment: Self.morning - .hours(1))
            try await window.promise(8, of: window.mug, order: 1, from: [window.main])
            let now = try await why("MUG", window)
            #expect(now.parts[0].short == 3 && now.parts[0].promisable == 0 && now.computed == 0)
            let before = try await why("MUG", window, until: Self.morning - .minutes(1))
            #expect(before.parts[0].short == 0 && before.parts[0].promisable == 5 && before.computed == 5)
        }
    }

    @Test func `shows where it stands, and what had become of it by then`() async throws {
        try await withRooms { rooms in
            let window = try await Window.withMugs(rooms)
            let undecided = try await why("MUG", window)
            #expect(undecided.publication == nil && undecided.exposure == nil && undecided.history.isEmpty)
            try await window.decide()
            let push = try #require(try await window.publication())
            try await rooms.store.write { transaction in
                try PublicationTable.acknowledged(
                    [.init(listing: push.listing, quantity: 7, sales: push.sales)], at: Self.morning + .hours(3), in: transaction)
            }
            let now = try await why("MUG", window)
            #expect(now.publication?.acknowledged == 7 && now.history.map(\.what) == ["acknowledged"])
            #expect(try await why("MUG", window, until: Self.morning + .hours(2)).history.isEmpty)
            try await window.read(7, "MUG", account: Window.near, compares: true)
            #expect(try await why("MUG", window).exposure == 7)
        }
    }

    @Test func `is nothing for an article that is not there`() async throws {
        try await withRooms { rooms in
            let window = try await Window.withMugs(rooms)
            let nothing = try await why("MUG", window, of: ID(999))
            #expect(nothing.parts.isEmpty && nothing.availableToPromise == 0 && nothing.computed == 0)
        }
    }
}

extension Window {
    /// Five mugs in the morning, four more in the depot an hour later, and two of the five lost after two hours.
    fileprivate static func withMugs(_ rooms: Rooms) async throws -> Window {
        let window = try await Window(rooms)
        try await rooms.receive(5, of: window.mug, at: window.main, key: "came")
        try await rooms.receive(4, of: window.mug, at: window.depot, key: "came later", moment: Rooms.morning + .hours(1))
        try await rooms.receive(-2, of: window.mug, at: window.main, key: "lost", moment: Rooms.morning + .hours(2))
        return window
    }
}
