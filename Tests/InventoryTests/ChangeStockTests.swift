// SPDX-License-Identifier: Apache-2.0

import Inventory
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `A change of stock` {
    private func change(
        _ lines: [ChangeStock.Line], _ reason: ChangeStock.Reason = .received, key: String, at moment: Instant = Rooms.morning, _ rooms: Rooms
    ) async throws -> Bool {
        try await rooms.store.write { transaction in
            try ChangeStock(key: key, lines: lines, reason: reason, note: "", actor: "test", at: moment).run(with: rooms.stock, in: transaction)
        }
    }

    @Test func `is done once by its key, however often it is asked`() async throws {
        try await withRooms { rooms in
            let shelf = try await Shelf(rooms)
            let goods = [ChangeStock.Line(variant: shelf.mug, location: shelf.main, units: 10)]
            #expect(try await change(goods, key: "pallet-1", rooms))
            for _ in 0..<3 { #expect(try await !change(goods, key: "pallet-1", rooms)) }
            #expect(try await change(goods, key: "pallet-2", rooms))
            #expect(try await rooms.balances(of: shelf.mug, at: shelf.main) == ["available": 20, "suppliers": -20])
            #expect(try await rooms.count("postings") == 2)
        }
    }

    @Test func `comes from where its reason says`() async throws {
        try await withRooms { rooms in
            let shelf = try await Shelf(rooms)
            func line(_ units: Int) -> [ChangeStock.Line] { [.init(variant: shelf.mug, location: shelf.main, units: units)] }
            _ = try await change(line(10), .received, key: "1", rooms)
            _ = try await change(line(-3), .damaged, key: "2", rooms)
            _ = try await change(line(1), .found, key: "3", rooms)
            _ = try await change(line(2), .returned, key: "4", rooms)
            #expect(try await rooms.balances(of: shelf.mug, at: shelf.main) == ["available": 10, "suppliers": -10, "adjustments": 2, "buyers": -2])
        }
    }

    @Test func `takes no unit that is promised, and then nothing of the list`() async throws {
        try await withRooms { rooms in
            let shelf = try await Shelf(rooms)
            _ = try await change(
                [.init(variant: shelf.mug, location: shelf.main, units: 5), .init(variant: shelf.tin, location: shelf.main, units: 5)], key: "1",
                rooms)
            try await shelf.hold(1, 3, of: shelf.mug)
            await #expect(throws: Refusal(.conflict, "stock.not-enough", ["available": "2", "wanted": "3"])) {
                try await change(
                    [.init(variant: shelf.tin, location: shelf.main, units: -1), .init(variant: shelf.mug, location: shelf.main, units: -3)], .lost,
                    key: "2", rooms)
            }
            #expect(try await rooms.balances(of: shelf.tin, at: shelf.main)["available"] == 5)
            #expect(
                try await change([.init(variant: shelf.mug, location: shelf.main, units: -2)], .lost, key: "2", rooms), "a refused key is not used up"
            )
            await #expect(throws: Refusal(.invalid, "stock.too-many")) {
                try await change([.init(variant: shelf.mug, location: shelf.main, units: Quantity.unitsMax + 1)], key: "3", rooms)
            }
        }
    }

    @Test func `serves the oldest promise first`() async throws {
        try await withRooms { rooms in
            let shelf = try await Shelf(rooms)
            // Order 1 came in last though its number is the lowest.
            try await shelf.hold(1, 2, of: shelf.mug, at: Rooms.morning + .hours(3))
            try await shelf.hold(2, 3, of: shelf.mug, at: Rooms.morning + .hours(1))
            try await shelf.hold(3, 2, of: shelf.mug, at: Rooms.morning + .hours(2))
            func stand() async throws -> [Int] {
                let sheet = try await shelf.sheet([1, 2, 3])
                return [2, 3, 1].map { sheet.reserved(for: shelf.claim($0, shelf.mug)) }
            }
            try await rooms.receive(2, of: shelf.mug, at: shelf.main, key: "a", moment: Rooms.morning + .hours(5))
            #expect(try await stand() == [2, 0, 0])
            // Served in part, order 2 keeps its place in the line.
            try await rooms.receive(2, of: shelf.mug, at: shelf.shop, key: "b", moment: Rooms.morning + .hours(6))
            #expect(try await stand() == [3, 1, 0])
            try await rooms.receive(9, of: shelf.mug, at: shelf.main, key: "c", moment: Rooms.morning + .hours(7))
            #expect(try await stand() == [3, 2, 2])
            #expect(try await rooms.store.read { try StockLevels.short(of: shelf.mug, in: $0) } == 0)
            let levels = try await rooms.store.read {
                try StockLevels.levels(of: shelf.mug, locations: [shelf.main, shelf.shop], ledger: rooms.ledger, in: $0)
            }
            #expect(levels.map(\.available) == [6, 0])
            #expect(levels.map(\.onHand) == [11, 2])
            #expect(try await rooms.store.read { try StockLevels.audit(ledger: rooms.ledger, in: $0) } == [])
        }
    }
}

@Suite(.onEachEngine) struct `Those who wait` {
    @Test func `are served only from locations of the account that promised`() async throws {
        try await withRooms { rooms in
            let shelf = try await Shelf(rooms)
            try await rooms.store.write { try LocationTable.serve(ID(1), from: [shelf.main], in: $0) }
            try await shelf.hold(1, 2, of: shelf.mug)
            try await rooms.receive(5, of: shelf.mug, at: shelf.shop, key: "elsewhere")
            #expect(try await rooms.balances(of: shelf.mug, at: shelf.shop) == ["available": 5, "suppliers": -5])
            try await rooms.receive(1, of: shelf.mug, at: shelf.main, key: "here")
            #expect(try await rooms.balances(of: shelf.mug, at: shelf.main) == ["reserved": 1, "suppliers": -1])
            #expect(try await rooms.store.read { try StockLevels.short(of: shelf.mug, in: $0) } == 1)
        }
    }
}

@Suite(.onEachEngine) struct `The locations of an account` {
    @Test func `are those it chose, or else all that sell online`() async throws {
        try await withRooms { rooms in
            let main = try await rooms.location("Main", priority: 2)
            let shop = try await rooms.location("High Street", priority: 1)
            let cellar = try await rooms.location("Cellar", priority: 0, sellsOnline: false)
            try await rooms.store.write { try LocationTable.serve(ID(7), from: [cellar, main], in: $0) }
            var service = try await rooms.store.read { try LocationTable.service(in: $0) }
            #expect(service.locations(for: nil) == [shop, main])
            #expect(service.locations(for: ID(6)) == [shop, main])
            #expect(service.locations(for: ID(7)) == [cellar, main])
            try await rooms.store.write { try LocationTable.serve(ID(7), from: [], in: $0) }
            service = try await rooms.store.read { try LocationTable.service(in: $0) }
            #expect(service.locations(for: ID(7)) == [shop, main])
        }
    }
}
