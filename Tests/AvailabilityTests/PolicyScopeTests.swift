// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `What a merchant says of how stock is offered` {
    private func set(_ scope: SetSellingPolicy.Scope, _ policy: SellingPolicy?, _ rooms: Rooms) async throws {
        try await rooms.store.write { try SetSellingPolicy(scope, policy).run(in: $0) }
    }

    private func said(_ rooms: Rooms) async throws -> SellingPolicies {
        try await rooms.store.read { try SellingPolicyTable.policies(in: $0) }
    }

    @Test func `of a category counts for its articles alone, however it is written`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            let (mug, tin, guarded) = (window.mug, window.tin, SellingPolicy(.guarded, limit: 2))
            try await rooms.store.write { try VariantTable.set(category: "mugs", of: mug, in: $0) }
            try await set(.category(" Mugs "), guarded, rooms)
            let policies = try await said(rooms)
            let rules = try await rooms.store.read { transaction in
                try [mug, tin].map { try policies.rule(of: $0, in: transaction).policy }
            }
            #expect(rules == [guarded, SellingPolicy(.shared)])
            #expect(policies.own(of: "MUGS") == guarded && policies.own(of: "tins") == nil)
            // Of an article that is not there yet.
            let planned = policies.rule(of: nil, category: "mugs ", soldOn: [Window.near])
            #expect(planned.policy == guarded && planned.source == .category)
            let other = policies.rule(of: nil, category: nil, soldOn: [Window.near])
            #expect(other.policy == SellingPolicy(.shared) && other.source == .all)
        }
    }

    @Test func `is known of the article, the category and the account that it was said of, and of no other`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await set(.article(window.mug), SellingPolicy(.guarded, limit: 1), rooms)
            try await set(.account(Window.near), SellingPolicy(.guarded, limit: 2), rooms)
            try await set(.all, SellingPolicy.ofNewHub, rooms)
            let policies = try await said(rooms)
            #expect(policies.own(of: window.mug)?.limit == 1 && policies.own(of: window.tin) == nil)
            #expect(policies.own(of: Window.near)?.limit == 2 && policies.own(of: Window.far) == nil)
            #expect(policies.forAll == SellingPolicy(.guarded, limit: 0), "a new hub oversells nothing")
        }
    }

    @Test func `is refused where it cannot be meant`() async throws {
        try await withRooms { rooms in
            for limit in [-1, Quantity.unitsMax + 1] {
                await #expect(throws: Refusal(.invalid, "policy.limit")) { try await set(.all, SellingPolicy(.guarded, limit: limit), rooms) }
            }
            // There is no such article.
            await #expect(throws: Refusal(.invalid, "policy.bundle")) { try await set(.article(ID(999)), SellingPolicy(.guarded), rooms) }
            let policies = try await said(rooms)
            #expect(policies.forAll == SellingPolicy(.shared), "nothing was kept")
        }
    }

    @Test func `is taken for shared where a later program wrote a kind that this one does not know`() async throws {
        try await withRooms { rooms in
            _ = try await rooms.store.write {
                try $0.execute("INSERT INTO selling_policies (variant, kind, units_max) VALUES (0, 'auctioned', 3)")
            }
            let policies = try await said(rooms)
            #expect(policies.forAll == SellingPolicy(.shared, limit: 3))
        }
    }

    @Test func `gives a fixed article's units to the accounts that it names, and takes them from those that it names no more`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            let tin = window.tin
            for account in [Window.near, Window.far] { try await window.see(Window.listing("SET", isActive: false), account: account) }
            try await rooms.receive(20, of: tin, at: window.main, key: "tins")
            func allot(_ units: [ID<AccountKind>: Int]) async throws {
                try await rooms.store.write { try SetSellingPolicy(.article(tin), SellingPolicy(.fixed), allocations: units).run(in: $0) }
            }
            func left() async throws -> [ID<AccountKind>: Int] {
                try await rooms.store.read { try AllocationTable.allocations(of: tin, in: $0).mapValues(\.left) }
            }
            try await allot([Window.near: 5, Window.far: 3])
            #expect(try await left() == [Window.near: 5, Window.far: 3])
            try await allot([Window.near: 6])
            #expect(try await left() == [Window.near: 6])
            try await window.decide()
            for account in [Window.near, Window.far] { try await window.read(0, "TIN", account: account, compares: true) }
            try await window.decide()
            #expect(try await window.publication("TIN")?.wanted == 6)
            #expect(try await window.publication("TIN", account: Window.far)?.wanted == 0)
            await #expect(throws: Refusal(.invalid, "policy.allocation")) { try await allot([Window.far: Quantity.unitsMax + 1]) }
            #expect(try await left() == [Window.near: 6])
        }
    }
}
