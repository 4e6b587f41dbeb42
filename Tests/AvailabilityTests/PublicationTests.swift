// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `A published quantity` {
    private static let morning = Rooms.morning

    private func due(_ window: Window, at now: Instant = morning) async throws -> [Int] {
        try await window.rooms.store.read { try PublicationTable.due(account: Window.near, limit: 10, at: now, in: $0) }
            .map(\.publication).filter { $0.variant == window.mug }.map(\.wanted)
    }

    /// Sends what is owed for the mug and tells the publication as it left.
    private func send(_ window: Window) async throws -> Publication {
        let push = try #require(try await window.publication())
        try await window.rooms.store.write { try PublicationTable.sending([(push.listing, push.wanted)], at: Self.morning, in: $0) }
        return push
    }

    private func acknowledge(_ push: Publication, _ window: Window) async throws {
        try await window.rooms.store.write { transaction in
            try PublicationTable.acknowledged(
                [.init(listing: push.listing, quantity: push.wanted, sales: push.sales)], at: Self.morning + .seconds(1), in: transaction)
        }
    }

    /// Five mugs on the shelf, wanted and acknowledged.
    private func shown(_ rooms: Rooms) async throws -> Window {
        let window = try await Window(rooms)
        try await rooms.receive(5, of: window.mug, at: window.main, key: "five")
        try await window.decide()
        try await acknowledge(try await send(window), window)
        return window
    }

    private func change(_ units: Int, _ key: String, _ window: Window) async throws {
        try await window.rooms.receive(units, of: window.mug, at: window.main, key: key)
        try await window.decide(at: Self.morning + .minutes(1))
    }

    @Test(arguments: [[false, false, true], [true, true, true], [true, false, false]])
    func `waits while its listing is not ours to set, and is owed when it is again`(offer: [Bool]) async throws {
        try await withRooms { rooms in
            let window = try await shown(rooms)
            let listing = try #require(try await window.publication()).listing
            try await rooms.store.write {
                try PublicationTable.sold(listing, units: 1, belief: .isGone, at: Self.morning, in: $0)
            }
            func counts() async throws -> [Int] {
                try await rooms.store.read { transaction in
                    let due = try PublicationTable.dueCounts(in: transaction)[Window.near] ?? 0
                    return [due, try PublicationTable.nextDue(account: Window.near, at: Self.morning, in: transaction) == nil ? 0 : 1]
                }
            }
            let before = try await counts()
            #expect(try await due(window) == [5])
            try await window.see(Window.listing("MUG", isActive: offer[0], byChannel: offer[1], keepsCount: offer[2]))
            #expect(try await due(window) == [])
            #expect(try await counts() == [before[0] - 1, before[0] > 1 ? 1 : 0])
            try await window.see(Window.listing("MUG"))
            #expect(try await due(window) == [5])
            #expect(try await counts() == before)
        }
    }

    @Test func `is not sent while it is paused, though the channel sold of it, and is owed again afterwards`() async throws {
        try await withRooms { rooms in
            let window = try await shown(rooms)
            let (mug, listing) = (window.mug, try #require(try await window.publication()?.listing))
            func pause(_ isPaused: Bool, _ variant: ID<VariantKind>?) async throws {
                try await rooms.store.write {
                    try PublishRuleTable.set(PublishRule(isPaused: isPaused), account: Window.near, variant: variant, in: $0)
                }
            }
            func next() async throws -> Instant? {
                try await rooms.store.read { try PublicationTable.nextDue(account: Window.near, at: Self.morning, in: $0) }
            }
            func owed() async throws -> Int { try await rooms.store.read { try PublicationTable.dueCounts(in: $0)[Window.near] ?? 0 } }
            let others = try await owed()
            try await pause(true, mug)
            // What it sold would be put back by the figure of before.
            try await rooms.store.write { try PublicationTable.sold(listing, units: 2, belief: .follows, at: Self.morning, in: $0) }
            #expect(try await due(window) == [])
            #expect(try await owed() == others)
            try await pause(false, mug)
            #expect(try await due(window) == [5])
            try await pause(true, nil)
            #expect(try await due(window) == [5], "the article's own rule goes first")
            try await pause(true, mug)
            #expect(try await next() == nil, "and nobody waits for it")
            #expect(try await rooms.store.read { try PublicationTable.stalest(in: $0)[Window.near] } == nil)
        }
    }

    @Test func `says since when the channel has not confirmed it`() async throws {
        try await withRooms { rooms in
            let window = try await shown(rooms)
            #expect(try await window.publication()?.owedSince == nil)
            try await change(2, "more", window)
            #expect(try await window.publication()?.owedSince == Self.morning + .minutes(1))
            try await rooms.receive(2, of: window.mug, at: window.main, key: "again")
            try await window.decide(at: Self.morning + .minutes(3))
            let push = try #require(try await window.publication())
            #expect(push.owedSince == Self.morning + .minutes(1), "another wish is no confirmation")
            #expect(push.staleness(at: Self.morning + .minutes(4)) == .minutes(3))
            try await rooms.store.write { try PublicationTable.refused(push.listing, reason: "no", at: Self.morning, in: $0) }
            #expect(try await window.publication()?.owedSince != nil, "nor is a refusal")
            try await rooms.store.write { try PublicationTable.sending([(push.listing, push.wanted)], at: Self.morning + .minutes(5), in: $0) }
            try await rooms.receive(1, of: window.mug, at: window.main, key: "under way")
            try await window.decide(at: Self.morning + .minutes(6))
            try await acknowledge(push, window)
            #expect(try await window.publication()?.owedSince == Self.morning + .minutes(5), "what came while it was under way is owed since then")
            try await acknowledge(try await send(window), window)
            #expect(try await window.publication()?.owedSince == nil)
        }
    }

    @Test func `goes by risk where the channel takes fewer than are owed, and its account says what waited longest`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(500, of: window.mug, at: window.main, key: "mugs")
            try await rooms.receive(1, of: window.tin, at: window.main, key: "tin")
            try await window.decide()
            func first(_ limit: Int) async throws -> [ID<VariantKind>] {
                try await rooms.store.read {
                    try PublicationTable.due(account: Window.near, limit: limit, at: Self.morning + .seconds(9), in: $0)
                }.map(\.publication.variant)
            }
            #expect(try await first(1) == [window.tin], "the last tin before one of five hundred mugs")
            #expect(Set(try await first(2)) == [window.tin, window.set])
            #expect(try await first(9).count == 3)
            // Whatever will ever be owed.
            let ever = try await rooms.store.read {
                try PublicationTable.due(account: Window.near, limit: 1, at: Instant(milliseconds: .max), in: $0)
            }
            #expect(ever.count == 1)
            #expect(try await rooms.store.read { try PublicationTable.stalest(in: $0) } == [Window.near: Self.morning, Window.far: Self.morning])
        }
    }

    @Test func `is owed until the channel has acknowledged it`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(5, of: window.mug, at: window.main, key: "five")
            try await window.decide()
            #expect(try await due(window) == [5])
            let push = try await send(window)
            let sent = try #require(try await window.publication())
            #expect(sent.sent == 5 && sent.believed == nil && sent.isDue, "an answer that is lost leaves it unknown, and owed")
            try await acknowledge(push, window)
            let done = try #require(try await window.publication())
            #expect(done.acknowledged == 5 && done.believed == 5 && !done.isDue)
            try await window.decide()
            #expect(try await due(window) == [], "deciding the same again owes nothing")
        }
    }

    @Test func `is unknown from the moment another leaves, whatever was believed before`() async throws {
        try await withRooms { rooms in
            let window = try await shown(rooms)
            #expect(try await window.publication()?.believed == 5)
            try await change(1, "a", window)
            _ = try await send(window)
            let sent = try #require(try await window.publication())
            #expect(sent.believed == nil && sent.isDue && sent.acknowledged == 5)
        }
    }

    @Test func `stays owed when something else is wanted by the time of the answer, and only the newest is sent`() async throws {
        try await withRooms { rooms in
            let window = try await shown(rooms)
            try await change(1, "a", window)
            let push = try await send(window)
            try await change(1, "b", window)
            try await change(1, "c", window)
            try await acknowledge(push, window)
            #expect(try await window.publication()?.believed == 6)
            #expect(try await due(window) == [8])
        }
    }

    @Test func `is unknown again when the channel sold while a blind set was under way`() async throws {
        try await withRooms { rooms in
            let window = try await shown(rooms)
            try await change(1, "a", window)
            let push = try await send(window)
            try await rooms.store.write { try PublicationTable.sold(push.listing, units: 1, belief: .isGone, at: Rooms.morning, in: $0) }
            try await acknowledge(push, window)
            let now = try #require(try await window.publication())
            #expect(now.believed == nil && now.isDue, "nobody knows what the set has overwritten")
            try await acknowledge(try await send(window), window)
            #expect(try await window.publication()?.isDue == false)
        }
    }

    @Test func `is owed again after the channel's own sale when quantities are set blindly`() async throws {
        try await withRooms { rooms in
            let window = try await shown(rooms)
            let listing = try #require(try await window.publication()).listing
            try await rooms.store.write { try PublicationTable.sold(listing, units: 2, belief: .isGone, at: Rooms.morning, in: $0) }
            let now = try #require(try await window.publication())
            #expect(now.believed == nil && now.isDue && now.sales == 1)
        }
    }

    @Test func `follows the channel's own sale when sets are compared first`() async throws {
        try await withRooms { rooms in
            let window = try await shown(rooms)
            let listing = try #require(try await window.publication()).listing
            try await rooms.store.write { try PublicationTable.sold(listing, units: 2, belief: .follows, at: Rooms.morning, in: $0) }
            #expect(try await window.publication()?.believed == 3)
            try await window.promise(2, of: window.mug, order: 1, from: [window.main])
            try await window.decide()
            let now = try #require(try await window.publication())
            #expect(now.wanted == 3 && now.believed == 3 && now.isDue, "the channel has counted the sale itself: to be confirmed")
            try await acknowledge(try await send(window), window)
            #expect(try await window.publication()?.isDue == false)
            try await rooms.store.write { try PublicationTable.sold(listing, units: 9, belief: .follows, at: Rooms.morning, in: $0) }
            #expect(try await window.publication()?.believed == nil, "more than was there: nobody knows")
        }
    }

    @Test func `follows, where differences are added, a sale from after the last count only`() async throws {
        try await withRooms { rooms in
            let window = try await shown(rooms)
            let listing = try #require(try await window.publication()).listing
            let stood = try #require(try await window.publication()?.stoodAt)
            func sold(_ placedAt: Instant) async throws -> Int? {
                try await rooms.store.write {
                    try PublicationTable.sold(listing, units: 2, belief: .followsAfter(placedAt), at: Rooms.morning, in: $0)
                }
                return try await window.publication()?.believed
            }
            #expect(try await sold(stood + .milliseconds(1)) == 3)
            #expect(try await sold(stood) == nil, "it may be in the count already: it is read")
        }
    }

    @Test func `follows what the channel says stands there`() async throws {
        try await withRooms { rooms in
            let window = try await shown(rooms)
            let listing = try #require(try await window.publication()).listing
            func seen(_ quantity: Int) async throws {
                try await rooms.store.write {
                    try PublicationTable.seen(listing, quantity: quantity, reason: "stale", at: Self.morning + .hours(1), in: $0)
                }
            }
            try await seen(42)
            var now = try #require(try await window.publication())
            #expect(now.believed == 42 && now.isDue && now.acknowledged == 5, "a stale compare or a hand at the channel: ours is sent again")
            try await seen(5)
            now = try #require(try await window.publication())
            #expect(now.believed == 5 && !now.isDue && now.acknowledgedAt == Self.morning + .hours(1))
            let before = try await rooms.count("publication_log")
            try await seen(5)
            #expect(try await rooms.count("publication_log") == before, "the same again is no news")
        }
    }

    @Test func `that fell at the channel is not raised before an order had time to explain it, but is lowered at once`() async throws {
        try await withRooms { rooms in
            let window = try await shown(rooms)
            let listing = try #require(try await window.publication()).listing
            let moment = Self.morning + .hours(1)
            try await rooms.store.write { transaction in
                let others = try PublicationTable.due(account: Window.near, limit: 9, at: moment, in: transaction).map(\.publication)
                try PublicationTable.acknowledged(
                    others.map { .init(listing: $0.listing, quantity: $0.wanted, sales: $0.sales) }, at: Self.morning, in: transaction)
            }
            try await rooms.store.write { try PublicationTable.seen(listing, quantity: 3, reason: "webhook", mayHaveSold: true, at: moment, in: $0) }
            let later = moment + PublicationTable.unheardSales
            #expect(try await due(window, at: later - .milliseconds(1)) == [], "two may have been sold that nobody has told us of yet")
            #expect(try await rooms.store.read { try PublicationTable.nextDue(account: Window.near, at: moment, in: $0) } == later)
            #expect(try await due(window, at: later) == [5], "a hand at the channel")
            try await window.promise(4, of: window.mug, order: 1, from: [window.main])
            try await window.decide()
            #expect(try await due(window, at: moment) == [1], "lower than what stands there: never held back")
            try await rooms.store.write { try PublicationTable.sold(listing, units: 2, belief: .isGone, at: Rooms.morning, in: $0) }
            #expect(try await due(window, at: moment) == [1])
        }
    }

    @Test func `that was refused waits until another is wanted`() async throws {
        try await withRooms { rooms in
            let window = try await shown(rooms)
            try await change(1, "a", window)
            let push = try await send(window)
            try await rooms.store.write { try PublicationTable.refused(push.listing, reason: "listing closed", at: Self.morning, in: $0) }
            #expect(try await due(window) == [])
            try await window.decide()
            #expect(try await due(window) == [], "the same would be refused again")
            #expect(try await window.publication()?.problem == "listing closed")
            try await change(1, "b", window)
            #expect(try await due(window) == [7])
            #expect(try await window.publication()?.problem == nil)
        }
    }

    @Test func `that failed for the moment is held back until its pause is over`() async throws {
        try await withRooms { rooms in
            let window = try await shown(rooms)
            try await change(1, "a", window)
            let push = try await send(window)
            let later = Self.morning + .minutes(2)
            try await rooms.store.write { try PublicationTable.failed(push.listing, reason: "busy", notBefore: later, at: Self.morning, in: $0) }
            #expect(try await due(window, at: later - .milliseconds(1)) == [])
            #expect(try await due(window, at: later) == [6])
            #expect(try await window.publication()?.failures == 1)
            try await acknowledge(push, window)
            #expect(try await window.publication()?.failures == 0)
        }
    }

    @Test func `has a history that says what was acknowledged, seen and refused`() async throws {
        try await withRooms { rooms in
            let window = try await shown(rooms)
            let listing = try #require(try await window.publication()).listing
            try await rooms.store.write { transaction in
                try PublicationTable.seen(listing, quantity: 42, reason: "read back", at: Self.morning + .hours(1), in: transaction)
                try PublicationTable.refused(listing, reason: "closed", at: Self.morning + .hours(2), in: transaction)
            }
            let history = try await rooms.store.read { try PublicationTable.history(of: listing, until: Self.morning + .hours(1), limit: 9, in: $0) }
            #expect(history.map(\.what) == ["seen", "acknowledged"])
            #expect(history.map(\.quantity) == [42, 5])
        }
    }

    @Test func `is not put off for ever by a clock that was wrong`() async throws {
        try await withRooms { rooms in
            let window = try await shown(rooms)
            let listing = try #require(try await window.publication()).listing
            let wrong = Self.morning + .days(1)
            try await rooms.store.write { transaction in
                try PublicationTable.seen(listing, quantity: 3, reason: "webhook", mayHaveSold: true, at: wrong, in: transaction)
                try PublicationTable.failed(listing, reason: "refused", notBefore: wrong + .minutes(1), at: wrong, in: transaction)
            }
            #expect(try await due(window, at: Self.morning) == [5])
            #expect(try await due(window, at: wrong) == [], "put off by a minute")
        }
    }
}
