// SPDX-License-Identifier: Apache-2.0

import Availability
import Inventory
import Ledger
import RoomSupport
import Storage
import Testing
import Vocabulary

/// Two mugs and one tin: the share of a set is the smallest of what its parts allow.
@Suite(.onEachEngine) struct `A set of guarded articles` {
    /// Both shops were read; the near one shows so many sets, and nothing else is shown anywhere.
    private func open(_ rooms: Rooms, mugs: Int, tins: Int, sets: Int = 0) async throws -> Window {
        let window = try await Window(rooms)
        try await rooms.receive(mugs, of: window.mug, at: window.main, key: "mugs")
        try await rooms.receive(tins, of: window.tin, at: window.main, key: "tins")
        try await window.guardAll()
        try await window.decide()
        for account in [Window.near, Window.far] {
            for sku in ["MUG", "TIN"] { try await window.read(0, sku, account: account, compares: true) }
            try await window.read(account == Window.near ? sets : 0, "SET", account: account, compares: true)
        }
        return window
    }

    @Test func `is not raised by what one part has free while the share of the other stays`() async throws {
        try await withRooms { rooms in
            // The two mugs go to those who sell them one by one. Of tins there are enough.
            let window = try await open(rooms, mugs: 2, tins: 9)
            try await window.decide()
            let tin = try #require(try await window.publication("TIN"))
            #expect(tin.wanted > 1)
            let set = try #require(try await window.publication("SET"))
            #expect(set.wanted == 0 && !set.isDue && set.believed == 0)
            // A set was sent there and not answered: nobody is sure what it shows.
            try await rooms.store.write { try PublicationTable.sending([(set.listing, 0)], at: Rooms.morning, in: $0) }
            try await window.decide()
            let unsure = try #require(try await window.publication("SET"))
            #expect(unsure.wanted == 0 && !unsure.isDue && unsure.believed == nil)
        }
    }

    @Test func `is lowered when one part runs out, though the share of the other stays`() async throws {
        try await withRooms { rooms in
            let window = try await open(rooms, mugs: 20, tins: 4, sets: 2)
            try await window.promise(3, of: window.tin, order: 1, from: [window.main])
            try await window.decide()
            let set = try #require(try await window.publication("SET"))
            #expect(set.wanted == 1 && set.isDue && set.believed == 2)
            let (ledger, tin) = (rooms.ledger, window.tin)
            #expect(try await rooms.store.read { try OversellBound(tin, ledger: ledger, in: $0).units } == 1, "until it is lowered")
        }
    }
}
