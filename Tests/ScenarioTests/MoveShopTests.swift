// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import Clocks
import House
import Inventory
import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `A shop that moves to another database` {
    private static let mugs = ShopStreet.articles(["MUG": 10, "TIN": 10])
    private var other: Engine { Engine.current == .sqlite ? .postgres : .sqlite }

    /// A street after a day, with something of most things in its tables.
    private func lived() async throws -> ShopStreet {
        let street = try await ShopStreet(articles: Self.mugs)
        try await street.open(Self.mugs)
        try await street.whileRunning {
            try await street.settle()
            for shop in 0..<3 { await street.buy(shop, "Ä-\(shop)", [("MUG", 1), ("TIN", 1)]) }
            try await street.settle()
            try await street.ship(street.order(1), tracking: "RM-1", key: "parcel")
            #expect(try await street.cancel(street.order(0)) == .now)
            await street.buy(2, "B-1", [("TIN", 2)])
            try await street.settle()
        }
        return street
    }

    private func withOther(_ body: (any Store) async throws -> Void) async throws {
        try await Engine.$current.withValue(other) {
            try await withDatabase { database in
                let store = try await database.open()
                try await Schema.migrator.run(on: store)
                try await body(store)
                try await store.close()
            }
        }
    }

    @Test func `has every row there, the same state and whole books, and goes on where it was`() async throws {
        let street = try await lived()
        try await withOther { target in
            let counts = try await MoveShop.run(from: street.hub.store, to: target)
            #expect(counts["orders"] == 4)
            #expect(counts["ledger_head"] == 1)
            let there = Hub(store: target, clock: street.clock)
            #expect(try await StateDigest.run(there) == StateDigest.run(street.hub))
            #expect(try await Audit.run(there) == [])
            let variant = try await street.variant("MUG")
            let home = try await street.home()
            let change = ChangeStock(
                key: "after", lines: [.init(variant: variant, location: home, units: 5)], reason: .received, note: "", actor: "test",
                at: street.clock.now())
            #expect(try await target.write { try change.run(with: there.stock, in: $0) })
            #expect(try await Audit.run(there) == [])
        }
    }

    @Test func `is not taken in where something is already, and leaves nothing where it could not come whole`() async throws {
        let street = try await lived()
        try await withOther { target in
            _ = try await target.write { try LocationTable.create(name: "Somebody's", priority: 1, in: $0) }
            let refusal = Refusal(.conflict, "move.not-empty", ["tables": "locations, sequences"])
            await #expect(throws: refusal) { try await MoveShop.run(from: street.hub.store, to: target) }
            #expect(try await target.read { try $0.number("SELECT COUNT(*) FROM orders") } == 0)
            #expect(try await target.read { try $0.number("SELECT COUNT(*) FROM ledger_head") } == 1)
        }
    }

    @Test func `is read from its tables as the database tells of them`() async throws {
        let here = try await withStore { store in
            try await Schema.migrator.run(on: store)
            return try await store.read { try $0.dialect.tables(in: $0) }
        }
        #expect(here.count > 30)
        #expect(!here.map(\.name).contains("migrations") && !here.map(\.name).contains("commits"))
        var before: Set<String> = []
        for table in here {
            #expect(table.pointsTo.isSubset(of: before))
            before.insert(table.name)
        }
        #expect(here.first { $0.name == "order_lines" }?.key.map(\.name) == ["order_number", "position"])
        #expect(here.filter(\.key.isEmpty).map(\.name) == ["sync_lags"], "a table without a key is carried in one piece: let it be small")
    }
}
