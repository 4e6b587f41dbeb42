// SPDX-License-Identifier: Apache-2.0

import Catalog
import Inventory
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `A location` {
    private static let near = ID<AccountKind>(1)
    private static let far = ID<AccountKind>(2)

    @Test func `is asked last and sells online when nothing else is said`() async throws {
        try await withRooms { rooms in
            let stall = try await rooms.store.write { try LocationTable.create(name: "Stall", in: $0) }
            let main = try await rooms.location("Main", priority: 2)
            let shop = try await rooms.location("High Street", priority: 1, sellsOnline: false)
            let all = try await rooms.store.read { try LocationTable.all(in: $0) }
            #expect(all.map(\.id) == [shop, main, stall])
            #expect(all.map(\.name) == ["High Street", "Main", "Stall"])
            #expect(all.map(\.sellsOnline) == [false, true, true])
        }
    }

    @Test func `has a name of its own`() async throws {
        try await withRooms { rooms in
            _ = try await rooms.location("Main")
            do {
                _ = try await rooms.location("Main")
                Issue.record("two locations have one name")
            } catch StorageFailure.unique(_) {}
            #expect(try await rooms.count("locations") == 1)
        }
    }

    @Test func `that begins to serve an account has what the account lists worked out anew`() async throws {
        func listing(_ key: String, sku: String?) -> SeenListing {
            SeenListing(
                productKey: key, variantKey: key, stockKey: key, sku: sku, title: key, gtin: nil, price: nil, options: [], isActive: true,
                isFulfilledByChannel: false, keepsCount: true)
        }
        try await withRooms { rooms in
            let main = try await rooms.location("Main")
            let mug = try await rooms.article("MUG")
            _ = try await rooms.article("TIN")
            let seen = [listing("mug", sku: "MUG"), listing("card", sku: nil)]
            _ = try await rooms.store.write {
                try SeeListings(account: Self.near, seen: seen, createsProducts: false, at: Rooms.morning).run(in: $0)
            }
            func changed(serving account: ID<AccountKind>) async throws -> [ID<VariantKind>] {
                try await rooms.store.write { transaction in
                    _ = try StockChanges.take(limit: 9, in: transaction)
                    try LocationTable.serve(account, from: [main], in: transaction)
                    return try StockChanges.take(limit: 9, in: transaction)
                }
            }
            #expect(try await changed(serving: Self.near) == [mug])
            #expect(try await changed(serving: Self.far) == [])
        }
    }

    @Test func `owes only what it may serve`() async throws {
        try await withRooms { rooms in
            let main = try await rooms.location("Main", priority: 1)
            let shop = try await rooms.location("High Street", priority: 2)
            let cellar = try await rooms.location("Cellar", priority: 3, sellsOnline: false)
            try await rooms.store.write { transaction in
                try LocationTable.serve(Self.near, from: [main], in: transaction)
                try LocationTable.serve(Self.far, from: [shop], in: transaction)
            }
            let service = try await rooms.store.read { try LocationTable.service(in: $0) }
            let units: [ID<AccountKind>?: Int] = [nil: 3, Self.near: 2, Self.far: 4]
            #expect(service.shortage(units, at: [main]) == 5)
            #expect(service.shortage(units, at: [shop]) == 7)
            #expect(service.shortage(units, at: [main, shop]) == 9)
            #expect(service.shortage(units, at: [cellar]) == 0)
            #expect(service.shortage(units, at: []) == 0)
            let nowhere = LocationService(locations: service.locations, chosen: [Self.near: []])
            #expect(nowhere.locations(for: Self.near) == [main, shop], "an account that chose none is served by all that sell online")
        }
    }
}
