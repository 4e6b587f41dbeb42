// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Which policy an article goes by` {
    private func set(_ scope: SetSellingPolicy.Scope, _ policy: SellingPolicy?, _ rooms: Rooms) async throws {
        try await rooms.store.write { try SetSellingPolicy(scope, policy).run(in: $0) }
    }

    private func rule(_ variant: ID<VariantKind>, _ rooms: Rooms) async throws -> (policy: SellingPolicy, source: SellingPolicies.Source) {
        try await rooms.store.read { try SellingPolicyTable.policies(in: $0).rule(of: variant, in: $0) }
    }

    @Test func `is its own, else its category's, else what its accounts say, else that of all`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            let mug = window.mug
            try await rooms.store.write { try VariantTable.set(category: " Mugs ", of: mug, in: $0) }
            #expect(try await rule(mug, rooms) == (SellingPolicy(.shared), .all))
            try await set(.all, SellingPolicy(.guarded, limit: 4), rooms)
            #expect(try await rule(mug, rooms) == (SellingPolicy(.guarded, limit: 4), .all))
            try await set(.account(Window.near), SellingPolicy(.guarded, limit: 3), rooms)
            #expect(try await rule(mug, rooms) == (SellingPolicy(.guarded, limit: 3), .account))
            try await set(.category("MUGS"), SellingPolicy(.guarded, limit: 2), rooms)
            #expect(try await rule(mug, rooms) == (SellingPolicy(.guarded, limit: 2), .category))
            #expect(try await rule(window.tin, rooms).source == .account, "it is in no category")
            try await set(.article(mug), SellingPolicy(.shared), rooms)
            #expect(try await rule(mug, rooms) == (SellingPolicy(.shared), .article))
            // And back again, one by one.
            try await set(.article(mug), nil, rooms)
            #expect(try await rule(mug, rooms).source == .category)
            try await set(.category("mugs"), nil, rooms)
            #expect(try await rule(mug, rooms).source == .account)
            try await set(.account(Window.near), nil, rooms)
            #expect(try await rule(mug, rooms).source == .all)
            await #expect(throws: Refusal(.invalid, "policy.which")) { try await set(.all, nil, rooms) }
            await #expect(throws: Refusal(.invalid, "policy.no-category")) { try await set(.category(" "), SellingPolicy(.shared), rooms) }
            await #expect(throws: Refusal(.invalid, "policy.limit")) {
                try await set(.account(Window.far), SellingPolicy(.guarded, limit: -1), rooms)
            }
        }
    }

    @Test func `is the strictest where its accounts differ`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            // Near shows all; far, that would share too, is to be guarded: both are.
            try await set(.account(Window.near), SellingPolicy(.shared), rooms)
            #expect(try await rule(window.mug, rooms) == (SellingPolicy(.shared), .account))
            try await set(.account(Window.far), SellingPolicy(.guarded, limit: 5), rooms)
            #expect(try await rule(window.mug, rooms) == (SellingPolicy(.guarded, limit: 5), .account))
            try await set(.account(Window.near), SellingPolicy(.guarded, limit: 2), rooms)
            #expect(try await rule(window.mug, rooms).policy.limit == 2)
            // An account without a word goes by what is said of all.
            try await set(.account(Window.near), SellingPolicy(.shared), rooms)
            try await set(.account(Window.far), nil, rooms)
            try await set(.all, SellingPolicy(.guarded, limit: 1), rooms)
            #expect(try await rule(window.mug, rooms) == (SellingPolicy(.guarded, limit: 1), .account))
        }
    }

    @Test func `is that of the accounts that offer it, alone or in a set`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await window.see(Window.listing("MUG", isActive: false), account: Window.far)
            try await window.see(Window.listing("SET", isActive: false), account: Window.far)
            try await set(.account(Window.far), SellingPolicy(.guarded), rooms)
            #expect(try await rule(window.mug, rooms) == (SellingPolicy(.shared), .all), "far does not offer it")
            #expect(try await rule(window.tin, rooms).policy.kind == .guarded)
            try await window.see(Window.listing("SET"), account: Window.far)
            #expect(try await rule(window.mug, rooms).policy.kind == .guarded, "it sells it in a set")
        }
    }

    @Test func `is followed by what its channels show`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(9, of: window.tin, at: window.main, key: "tins")
            try await window.decide()
            #expect(try await window.publication("TIN")?.isGuarded == false)
            try await set(.account(Window.far), SellingPolicy(.guarded), rooms)
            #expect(try await rooms.store.read { try StockChanges.count(in: $0) } >= 3, "everything is worked out anew")
            try await window.decide()
            #expect(try await window.publication("TIN")?.isGuarded == true)
        }
    }
}
