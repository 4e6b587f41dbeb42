// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Units that their channel is yet to put back` {
    private static let morning = Rooms.morning
    private static let act = "order.refund:1:a"

    /// What a count of the mug may lack that was asked for and answered so many seconds after the morning.
    private func lacking(_ asked: Int64, _ answered: Int64, _ window: Window) async throws -> Int {
        let asking = Self.morning + .seconds(asked)...Self.morning + .seconds(answered)
        return try await window.rooms.store.read { transaction in
            let mug = try #require(try ListingTable.find(account: Window.near, variantKey: "MUG", in: transaction))
            return try ComingBack.units(of: mug.id, during: asking, in: transaction)
        }
    }

    private func expect(_ units: Int, account: ID<AccountKind> = Window.near, _ window: Window) async throws {
        let claims = [
            ChannelClaim(account: account, variantKey: "MUG", units: -units, placedAt: nil),
            ChannelClaim(account: account, variantKey: "TIN", units: 9, placedAt: nil),
        ]
        try await window.rooms.store.write { try ComingBack.expect(claims, act: Self.act, in: $0) }
    }

    private func arrives(_ second: Int64, _ window: Window) async throws {
        try await window.rooms.store.write { try ComingBack.arrived(act: Self.act, at: Self.morning + .seconds(second), in: $0) }
    }

    @Test func `are missing in every count until it is told, and only in its own`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            #expect(try await lacking(0, 1, window) == 0)
            try await expect(3, window)
            try await expect(2, window)
            try await expect(4, account: Window.far, window)
            #expect(try await lacking(0, 1, window) == 5)
            #expect(try await lacking(900, 901, window) == 5)
        }
    }

    // Found by the simulator: the count left before the refund did, its answer came after the refund's.
    @Test func `may be missing in a count that was asked for before it answered, and in none that was asked for after`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await expect(3, window)
            try await arrives(10, window)
            #expect(try await lacking(9, 11, window) == 3)
            #expect(try await lacking(10, 11, window) == 3)
            #expect(try await lacking(11, 12, window) == 0)
            // Told again, after an answer that was lost: it was there already.
            try await arrives(20, window)
            #expect(try await lacking(19, 21, window) == 0)
        }
    }

    @Test func `are forgotten when no count of then can be under way`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await expect(3, window)
            try await arrives(10, window)
            try await arrives(1_810, window)
            #expect(try await rooms.count("coming_back") == 1)
            try await arrives(1_811, window)
            #expect(try await rooms.count("coming_back") == 0)
            // The clock was put back: what is dated later than now was of an earlier life.
            try await expect(3, window)
            try await arrives(3_000, window)
            try await arrives(5, window)
            #expect(try await rooms.count("coming_back") == 0)
        }
    }
}
