// SPDX-License-Identifier: Apache-2.0

import Catalog
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `A look at what a channel offers` {
    private static let shop = ID<AccountKind>(1)

    private func listing(_ key: String, sku: String?, title: String = "Mug", byChannel: Bool = false) -> SeenListing {
        SeenListing(
            productKey: "p" + key, variantKey: key, stockKey: "s" + key, sku: sku, title: title, gtin: "4006381333931",
            price: Money(minor: 695, .gbp), options: [],
            isActive: true, isFulfilledByChannel: byChannel, keepsCount: true)
    }

    private func see(_ seen: [SeenListing], account: ID<AccountKind> = shop, creates: Bool = false, _ rooms: Rooms) async throws -> [SeeListings
        .Outcome]
    {
        try await rooms.store.write { try SeeListings(account: account, seen: seen, createsProducts: creates, at: Rooms.morning).run(in: $0) }
    }

    private func find(_ key: String, _ rooms: Rooms) async throws -> Listing? {
        try await rooms.store.read { try ListingTable.find(account: Self.shop, variantKey: key, in: $0) }
    }

    @Test func `maps by SKU, whatever the letters' case and the blanks around it`() async throws {
        try await withRooms { rooms in
            let mug = try await rooms.article("85123A")
            let outcomes = try await see([listing("1", sku: "85123a"), listing("2", sku: " 85123A "), listing("3", sku: "85123B")], rooms)
            #expect(outcomes.map(\.variant) == [mug, mug, nil])
            let areNew = outcomes.allSatisfy { $0.isNew }
            #expect(areNew)
            #expect(try await find("1", rooms)?.mapping == .sku)
            #expect(try await find("3", rooms)?.mapping == Listing.Mapping.none)
        }
    }

    @Test func `tells what is mapped only now, and what came or went`() async throws {
        try await withRooms { rooms in
            func seen(_ sku: String?, byChannel: Bool = false, isActive: Bool = true, keepsCount: Bool = true) async throws -> [Bool] {
                var listing = listing("1", sku: sku, byChannel: byChannel)
                listing.isActive = isActive
                listing.keepsCount = keepsCount
                let outcome = try #require(try await see([listing], rooms).first)
                return [outcome.isNew, outcome.isMappedNow, outcome.isTurned]
            }
            #expect(try await seen(nil) == [true, false, true])
            #expect(try await seen("MUG") == [false, false, false])
            _ = try await rooms.article("MUG")
            #expect(try await seen("MUG") == [false, true, false])
            #expect(try await seen("MUG") == [false, false, false])
            #expect(try await seen("MUG", isActive: false) == [false, false, true])
            #expect(try await seen("MUG", byChannel: true, isActive: false) == [false, false, false])
            #expect(try await seen("MUG") == [false, false, true])
            #expect(try await seen("MUG", keepsCount: false) == [false, false, true])
        }
    }

    @Test func `lists each category once, in order, however many articles are in it`() async throws {
        try await withRooms { rooms in
            func categories(_ limit: Int) async throws -> [String] {
                try await rooms.store.read { try VariantTable.categories(limit: limit, in: $0) }
            }
            #expect(try await categories(9) == [])
            for (number, category) in ["Mugs", nil, "Bags", "Mugs", "Candles"].enumerated() {
                let article = try await rooms.article("A-\(number)")
                try await rooms.store.write { try VariantTable.set(category: category, of: article, in: $0) }
            }
            #expect(try await categories(9) == ["Bags", "Candles", "Mugs"])
            #expect(try await categories(2) == ["Bags", "Candles"])
        }
    }

    @Test func `learns a category from the first listing that has one, and leaves a person's alone`() async throws {
        try await withRooms { rooms in
            let mug = try await rooms.article("MUG")
            func category() async throws -> String? { try await rooms.store.read { try VariantTable.find(mug, in: $0)?.category } }
            func see(_ key: String, _ category: String?) async throws {
                var listing = listing(key, sku: "MUG")
                listing.category = category
                _ = try await self.see([listing], rooms)
            }
            try await see("1", nil)
            #expect(try await category() == nil)
            try await see("2", "  Mugs ")
            #expect(try await category() == "Mugs")
            try await see("3", "Cups")
            #expect(try await category() == "Mugs")
            try await rooms.store.write { try VariantTable.set(category: "Drinkware", of: mug, in: $0) }
            try await see("4", "Cups")
            #expect(try await category() == "Drinkware")
            await #expect(throws: Refusal(.invalid, "catalog.category")) {
                try await rooms.store.write { try VariantTable.set(category: String(repeating: "x", count: 201), of: mug, in: $0) }
            }
            try await rooms.store.write { try VariantTable.set(category: " ", of: mug, in: $0) }
            try await see("5", String(repeating: "\u{1F469}\u{200D}\u{1F680}", count: 200))
            #expect(try await category().map { (1...200).contains($0.utf8.count) } == true, "as much of it as is kept")
        }
    }

    @Test func `never changes a mapping that is there`() async throws {
        try await withRooms { rooms in
            let mug = try await rooms.article("MUG")
            _ = try await rooms.article("TIN")
            _ = try await see([listing("1", sku: "MUG")], rooms)
            for sku in ["TIN", nil, "UNKNOWN", ""] {
                let outcome = try await see([listing("1", sku: sku, title: "Renamed")], rooms)[0]
                #expect(outcome.variant == mug && !outcome.isNew)
                let kept = try await find("1", rooms)
                #expect(kept?.variant == mug && kept?.sku == sku && kept?.title == "Renamed", "what the channel says is kept, the mapping stays")
            }
        }
    }

    @Test func `leaves a person's mapping as it is`() async throws {
        try await withRooms { rooms in
            let mug = try await rooms.article("MUG")
            let tin = try await rooms.article("TIN")
            let id = try await see([listing("1", sku: "MUG")], rooms)[0].listing
            try await rooms.store.write { try MapListing(listing: id, variant: tin).run(in: $0) }
            #expect(try await see([listing("1", sku: "MUG")], rooms)[0].variant == tin)
            #expect(try await find("1", rooms)?.mapping == .hand)
            #expect(mug != tin)
        }
    }

    @Test func `tells of a second listing for the same article`() async throws {
        try await withRooms { rooms in
            _ = try await rooms.article("MUG")
            let first = try await see([listing("1", sku: "MUG")], rooms)[0]
            #expect(first.duplicates == nil)
            #expect(try await see([listing("2", sku: "mug")], rooms)[0].duplicates == first.listing)
            #expect(try await see([listing("2", sku: "mug")], rooms)[0].duplicates == nil, "told once, when it is new")
            #expect(
                try await see([listing("1", sku: "MUG")], account: ID(2), rooms)[0].duplicates == nil, "another account's listing is no duplicate")
            #expect(
                try await see([listing("3", sku: "MUG", byChannel: true)], rooms)[0].duplicates == nil,
                "nor one that the channel ships from its own warehouse")
        }
    }

    @Test func `lets a listing without a SKU wait until somebody says what it is`() async throws {
        try await withRooms { rooms in
            let mug = try await rooms.article("MUG")
            for sku in [nil, "", "   "] { #expect(try await see([listing("1", sku: sku)], creates: true, rooms)[0].variant == nil) }
            #expect(try await rooms.store.read { try ListingTable.unmapped(account: Self.shop, limit: 9, in: $0) }.map(\.variantKey) == ["1"])
            #expect(try await rooms.count("variants") == 1, "nothing is made of a listing without a name")
            #expect(try await see([listing("1", sku: "mug")], rooms)[0].variant == mug, "until the channel gives it one")
        }
    }

    @Test func `makes articles only when that is wanted, one for each SKU`() async throws {
        try await withRooms { rooms in
            #expect(try await see([listing("1", sku: "NEW")], rooms)[0].variant == nil)
            let made = try await see([listing("1", sku: "NEW"), listing("2", sku: "new"), listing("3", sku: "OTHER")], creates: true, rooms)
            #expect(made[0].variant != nil && made[0].variant == made[1].variant && made[2].variant != made[0].variant)
            #expect(try await rooms.count("variants") == 2)
            let variant = try await rooms.store.read { transaction in try SKU("new").flatMap { try VariantTable.find(sku: $0, in: transaction) } }
            #expect(variant?.sku.text == "NEW" && variant?.price == Money(minor: 695, .gbp) && variant?.gtin != nil)
        }
    }

    @Test func `keeps the mapping of what the channel no longer offers`() async throws {
        try await withRooms { rooms in
            let mug = try await rooms.article("MUG")
            _ = try await see([listing("1", sku: "MUG")], rooms)
            try await rooms.store.write { try DropListing(account: Self.shop, variantKey: "1").run(in: $0) }
            let dropped = try await find("1", rooms)
            #expect(dropped?.variant == mug && dropped?.isActive == false)
            _ = try await see([listing("1", sku: "MUG")], rooms)
            #expect(try await find("1", rooms)?.isActive == true)
        }
    }

    @Test func `refuses to map what is not there`() async throws {
        try await withRooms { rooms in
            let id = try await see([listing("1", sku: nil)], rooms)[0].listing
            await #expect(throws: Refusal(.notFound, "listing.unknown")) {
                try await rooms.store.write { try MapListing(listing: ID(99), variant: nil).run(in: $0) }
            }
            await #expect(throws: Refusal(.notFound, "variant.unknown")) {
                try await rooms.store.write { try MapListing(listing: id, variant: ID(99)).run(in: $0) }
            }
        }
    }
}
