// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `What is kept of a listing's exposure` {
    private static let morning = Rooms.morning

    private func tin(_ window: Window) async throws -> ID<ListingKind> {
        try await window.rooms.store.read { transaction in
            try #require(try ListingTable.find(account: Window.near, variantKey: "TIN", in: transaction)).id
        }
    }

    private func exposure(_ listing: ID<ListingKind>, _ rooms: Rooms) async throws -> Exposure {
        try await rooms.store.read { try ExposureTable.exposure(of: listing, in: $0) }
    }

    private func hear(_ claims: [ChannelClaim], _ rooms: Rooms, at now: Instant = morning + .minutes(2)) async throws {
        try await rooms.store.write { transaction in
            try ChannelClaims.add(claims, in: transaction)
            try ExposureTable.hear(at: now, in: transaction)
        }
    }

    private static func claim(_ units: Int, _ key: String = "TIN", on account: ID<AccountKind> = Window.near) -> ChannelClaim {
        ChannelClaim(account: account, variantKey: key, units: units, placedAt: nil)
    }

    @Test func `comes back as it was, with what is under way and what was heard of since`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            let listing = try await tin(window)
            try await rooms.store.write { transaction in
                try ExposureTable.seen(
                    listing, account: Window.near, quantity: 5, during: Self.morning...Self.morning, by: Self.morning, compares: true,
                    in: transaction)
                try ExposureTable.sending(listing, account: Window.near, quantity: 7, expected: 5, in: transaction)
            }
            let now = Self.morning + .minutes(2)
            try await hear([Self.claim(2), Self.claim(-1)], rooms, at: now)
            var expected = Exposure()
            expected.seen(5, during: Self.morning...Self.morning, by: Self.morning, mayHaveSold: false)
            expected.sends(7, expecting: 5)
            expected.heard(2, placedAt: nil, at: now)
            expected.heard(-1, placedAt: nil, at: now)
            let kept = try await exposure(listing, rooms)
            #expect(kept == expected)
            #expect(kept.underWay?.heard == 2 && kept.givenBack.count == 1 && kept.marks.count == 1)
        }
    }

    @Test func `is read without what cannot be read of it`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            let listing = try await tin(window)
            try await rooms.store.write { transaction in
                try ExposureTable.sending(listing, account: Window.near, quantity: 7, expected: nil, in: transaction)
                let marks = "broken 7:8 x:5:5 1000:y:1 2000:6:"
                let givenBack = "3000 z:1 3000:many 4000:2"
                try transaction.execute("UPDATE exposures SET marks = \(marks), given_back = \(givenBack) WHERE listing = \(listing.number)")
            }
            let kept = try await exposure(listing, rooms)
            #expect(kept.marks == [Exposure.Mark(at: Instant(milliseconds: 2_000), units: 6)])
            #expect(kept.givenBack == [Exposure.GivenBack(at: Instant(milliseconds: 4_000), units: 2)])
            #expect(kept.underWay == Exposure.UnderWay(quantity: 7, expected: nil))
        }
    }

    @Test func `begins with what was sent or seen, never with an answer`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            let listing = try await tin(window)
            try await rooms.store.write { transaction in
                try ExposureTable.confirmed(listing, quantity: 5, during: Self.morning...Self.morning, by: Self.morning, in: transaction)
                try ExposureTable.refused(listing, in: transaction)
                try ExposureTable.lost(listing, in: transaction)
            }
            try await hear([Self.claim(3)], rooms)
            #expect(try await rooms.count("exposures") == 0)
            #expect(try await exposure(listing, rooms) == Exposure())
        }
    }

    @Test func `is that of what is for sale: units given back where nobody can buy them are not`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            let listing = try await tin(window)
            try await window.read(4, "TIN", account: Window.near, compares: true)
            try await window.see(Window.listing("TIN", isActive: false))
            try await hear([Self.claim(-2)], rooms)
            #expect(try await exposure(listing, rooms).units == 4)
            try await hear([Self.claim(1)], rooms)
            #expect(try await exposure(listing, rooms).units == 3, "it was sold before")
            try await window.see(Window.listing("TIN"))
            try await hear([Self.claim(-2)], rooms)
            #expect(try await exposure(listing, rooms).units == 5)
        }
    }

    @Test func `goes with a pace of each account, whatever it sells, that fades`() async throws {
        func paces(_ rooms: Rooms) async throws -> [[Int]] {
            try await rooms.store.read { transaction in
                try transaction.all("SELECT account, pace FROM account_paces ORDER BY account") { [$0.int(0), $0.int(1)] }
            }
        }
        try await withRooms { rooms in
            _ = try await Window(rooms)
            // One of them was never seen in any list of articles.
            try await hear([Self.claim(3, on: Window.far), Self.claim(2, "GHOST"), Self.claim(-4, "GHOST", on: ID(3))], rooms)
            #expect(try await paces(rooms) == [[1, 2_000], [2, 3_000]], "what is given back is no sale")
            try await hear([], rooms, at: Self.morning + .hours(1))
            #expect(try await paces(rooms) == [[1, 2_000], [2, 3_000]])
            try await hear([Self.claim(4)], rooms, at: Self.morning + .minutes(2) + .hours(6))
            #expect(try await paces(rooms) == [[1, 5_000], [2, 3_000]], "half of the two, and four")
        }
    }
}
