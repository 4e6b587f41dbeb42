// SPDX-License-Identifier: Apache-2.0

import Catalog
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `The catalogue` {
    private func refusal(_ sku: String, of components: [String: Int] = [:], _ rooms: Rooms) async throws -> Refusal? {
        do {
            _ = try await rooms.article(sku, of: components)
            return nil
        } catch let refusal as Refusal { return refusal }
    }

    @Test func `has each SKU once, whatever its letters' case`() async throws {
        try await withRooms { rooms in
            let mug = try await rooms.article("Mug-1")
            #expect(try await refusal("MUG-1", rooms) == Refusal(.conflict, "catalog.sku-taken", ["sku": "MUG-1"]))
            #expect(try await rooms.count("products") == 1, "and makes nothing when it refuses")
            let found = try await rooms.store.read { transaction in try SKU("mUG-1").flatMap { try VariantTable.find(sku: $0, in: transaction) } }
            #expect(found?.id == mug && found?.sku.text == "Mug-1", "kept as it was written")
        }
    }

    @Test func `makes bundles of articles only`() async throws {
        try await withRooms { rooms in
            _ = try await rooms.article("MUG")
            _ = try await rooms.article("TIN")
            #expect(try await refusal("SET", of: ["MUG": 2, "NOPE": 1], rooms) == Refusal(.invalid, "catalog.bad-component", ["sku": "NOPE"]))
            #expect(try await refusal("SET", of: ["MUG": 0], rooms)?.message == "catalog.bad-component")
            #expect(try await refusal("SET", of: ["SET": 1], rooms)?.message == "catalog.bad-component")
            #expect(try await refusal("SET", of: ["MUG": 2, "TIN": 1], rooms) == nil)
            #expect(try await refusal("HAMPER", of: ["SET": 1], rooms)?.message == "catalog.bad-component", "a bundle holds no bundle")
            #expect(try await rooms.count("bundle_components") == 2)
        }
    }

    @Test func `knows what leaves the shelf for a bundle and which bundles an article is in`() async throws {
        try await withRooms { rooms in
            let mug = try await rooms.article("MUG")
            let tin = try await rooms.article("TIN")
            let set = try await rooms.article("SET", of: ["MUG": 2, "TIN": 1])
            let bundles = try await rooms.store.read { try VariantTable.bundles(in: $0) }
            #expect(bundles.shelfUnits(of: set, units: 3) == [.init(component: mug, units: 6), .init(component: tin, units: 3)])
            #expect(bundles.shelfUnits(of: mug, units: 3) == [.init(component: mug, units: 3)])
            #expect(bundles.contains(set) && !bundles.contains(mug))
            #expect(try await rooms.store.read { try VariantTable.bundles(with: [tin], in: $0) } == [set])
        }
    }

    @Test func `counts how many bundles can be made by the scarcest part`() {
        let set = ID<VariantKind>(9)
        let bundles = BundleContents([set: [.init(component: ID(1), units: 2), .init(component: ID(2), units: 1)]])
        func makeable(_ mugs: Int, _ tins: Int) -> Int { bundles.makeable(set) { $0 == ID(1) ? mugs : tins } }
        #expect(makeable(10, 9) == 5)
        #expect(makeable(5, 9) == 2)
        #expect(makeable(100, 1) == 1)
        #expect(makeable(1, 100) == 0)
        #expect(makeable(-4, 100) == 0)
        #expect(bundles.makeable(ID(1)) { _ in 7 } == 7)
    }

    @Test func `is searched by SKU, GTIN and words of the title, a page at a time`() async throws {
        try await withRooms { rooms in
            for number in 1...7 { _ = try await rooms.article("MUG-\(number)") }
            _ = try await rooms.article("100%_TIN!")
            func page(_ search: String, after: String? = nil, limit: Int = 5) async throws -> Page<Variant> {
                try await rooms.store.read { try ProductList.page(search: search, after: after, limit: limit, in: $0) }
            }
            let first = try await page("mug-")
            #expect(first.items.map(\.sku.text) == ["MUG-1", "MUG-2", "MUG-3", "MUG-4", "MUG-5"])
            let second = try await page("mug-", after: first.next)
            #expect(second.items.map(\.sku.text) == ["MUG-6", "MUG-7"] && second.next == nil)
            #expect(try await page("%_tin!").items.map(\.sku.text) == ["100%_TIN!"], "signs of the database's own are letters like any other")
            #expect(try await page("_").items.count == 1)
            #expect(try await page("", limit: 500).items.count == 8)
        }
    }
}
