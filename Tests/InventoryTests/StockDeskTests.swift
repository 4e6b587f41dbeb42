// SPDX-License-Identifier: Apache-2.0

import Inventory
import Ledger
import RoomSupport
import Storage
import Testing
import Vocabulary

/// Two places, two articles and a few orders, as numbers only: this room knows no order but by its number.
struct Shelf: Sendable {
    let rooms: Rooms
    let main: ID<LocationKind>
    let shop: ID<LocationKind>
    let mug: ID<VariantKind>
    let tin: ID<VariantKind>

    init(_ rooms: Rooms) async throws {
        self.rooms = rooms
        main = try await rooms.location("Main", priority: 1)
        shop = try await rooms.location("High Street", priority: 2)
        mug = try await rooms.article("MUG")
        tin = try await rooms.article("TIN")
    }

    func claim(_ order: Int64, _ variant: ID<VariantKind>, line: Int = 0) -> StockSheet.Claim { .init(ID(order), line: line, variant) }

    func sheet(_ orders: [Int64]) async throws -> StockSheet {
        let shelf = self
        return try await rooms.store.read { transaction in
            try shelf.rooms.stock.sheet(
                variants: [shelf.mug, shelf.tin], locations: [shelf.main, shelf.shop], holders: orders.map { ID($0) }, in: transaction)
        }
    }

    /// Makes the order hold so many units, promised at the moment; tells the sheet as it stands then.
    @discardableResult
    func hold(_ order: Int64, _ units: Int, of variant: ID<VariantKind>, at moment: Instant = Rooms.morning) async throws -> StockSheet {
        let shelf = self
        return try await rooms.store.write { transaction in
            let stock = shelf.rooms.stock
            var sheet = try stock.sheet(variants: [variant], locations: [shelf.main, shelf.shop], holders: [ID(order)], in: transaction)
            let transfers = sheet.hold([(shelf.claim(order, variant), units)], from: [shelf.main, shelf.shop])
            let cause = Posting.Cause("order", order)
            if !transfers.isEmpty {
                try stock.ledger.post([Posting(at: moment, cause: cause, actor: "test", verb: "order", transfers: transfers)], in: transaction)
            }
            try stock.save(sheet, new: [], promisedAt: { _ in moment }, account: { _ in ID(1) }, in: transaction)
            return sheet
        }
    }
}

@Suite(.onEachEngine) struct `The stock desk` {
    @Test func `reads back exactly what it wrote`() async throws {
        let seed: UInt64 = 23
        var chance = SplitMix64(seed: seed)
        let plan = (0..<60).map { _ in
            (order: Int64(chance.number(in: 1...4)), units: chance.number(in: 0...9), isMug: chance.chance(perMillion: 500_000))
        }
        try await withRooms { rooms in
            let shelf = try await Shelf(rooms)
            for (key, units) in [4, 5, 3, 6].enumerated() {
                try await rooms.receive(units, of: key % 2 == 0 ? shelf.mug : shelf.tin, at: key < 2 ? shelf.main : shelf.shop, key: "goods-\(key)")
            }
            for step in plan {
                let kept = try await shelf.hold(step.order, step.units, of: step.isMug ? shelf.mug : shelf.tin)
                let read = try await shelf.sheet([step.order])
                for (claim, places) in kept.held { #expect(read.held[claim] == places, "seed \(seed)") }
                for (claim, units) in kept.short { #expect(read.short[claim] == units, "seed \(seed)") }
                for (place, units) in kept.available { #expect(read.available[place] == units, "seed \(seed)") }
                #expect(read.promised(to: shelf.claim(step.order, step.isMug ? shelf.mug : shelf.tin)) == step.units, "seed \(seed)")
            }
            #expect(try await rooms.store.read { try StockLevels.audit(ledger: rooms.ledger, in: $0) } == [], "seed \(seed)")
            #expect(try await rooms.store.read { try rooms.ledger.audit(in: $0) } == [], "seed \(seed)")
        }
    }

    @Test func `never sells the last units twice, however many want them at once`() async throws {
        try await withRooms { rooms in
            let shelf = try await Shelf(rooms)
            try await rooms.receive(25, of: shelf.mug, at: shelf.main, key: "goods")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for order in 1...40 { group.addTask { _ = try await shelf.hold(Int64(order), 1, of: shelf.mug) } }
                try await group.waitForAll()
            }
            #expect(try await rooms.balances(of: shelf.mug, at: shelf.main) == ["reserved": 25, "suppliers": -25])
            #expect(try await rooms.store.read { try StockLevels.short(of: shelf.mug, in: $0) } == 15)
            #expect(try await rooms.count("reservations") == 25)
        }
    }

    @Test func `notes whose stock changed, each variant once`() async throws {
        try await withRooms { rooms in
            let shelf = try await Shelf(rooms)
            try await rooms.receive(9, of: shelf.mug, at: shelf.main, key: "goods")
            for order in 1...3 { try await shelf.hold(Int64(order), 1, of: shelf.mug) }
            #expect(try await rooms.store.read { try StockChanges.count(in: $0) } == 1)
            #expect(try await rooms.store.write { try StockChanges.take(limit: 10, in: $0) } == [shelf.mug])
            #expect(try await rooms.store.write { try StockChanges.take(limit: 10, in: $0) } == [])
            try await shelf.hold(3, 1, of: shelf.mug)
            #expect(try await rooms.store.read { try StockChanges.count(in: $0) } == 0, "holding the same again changes nothing")
        }
    }

    @Test func `hands out what changed a part at a time, and forgets none of it`() async throws {
        try await withRooms { rooms in
            let shelf = try await Shelf(rooms)
            for (variant, key) in [(shelf.mug, "mugs"), (shelf.tin, "tins")] { try await rooms.receive(9, of: variant, at: shelf.main, key: key) }
            #expect(try await rooms.store.write { try StockChanges.take(limit: 1, in: $0) } == [shelf.mug])
            #expect(try await rooms.store.write { try StockChanges.take(limit: 1, in: $0) } == [shelf.tin])
            #expect(try await rooms.store.read { try StockChanges.count(in: $0) } == 0)
        }
    }

    @Test func `has an audit that finds reservations and balances that drifted apart`() async throws {
        struct Undo: Error { var found: [Violation] }
        try await withRooms { rooms in
            let shelf = try await Shelf(rooms)
            try await rooms.receive(9, of: shelf.mug, at: shelf.main, key: "goods")
            try await shelf.hold(1, 4, of: shelf.mug)
            let plants: [SQL] = [
                "UPDATE reservations SET units = units + 1", "UPDATE reservations SET units = units - 1", "DELETE FROM reservations",
                "UPDATE reservations SET location = \(shelf.shop.number)", "UPDATE reservations SET variant = \(shelf.tin.number)",
                "UPDATE accounts SET balance = balance + 1 WHERE number % 256 = 2",
                "INSERT INTO reservations (holder, line, variant, location, units) VALUES (9, 0, \(shelf.tin.number), \(shelf.main.number), 1)",
            ]
            for plant in plants {
                do {
                    try await rooms.store.write { transaction in
                        #expect(try transaction.execute(plant) == 1)
                        throw Undo(found: try StockLevels.audit(ledger: rooms.ledger, in: transaction))
                    }
                } catch let undo as Undo { #expect(undo.found.first?.kind == "reserved-differs", "\(plant.text)") }
            }
            #expect(try await rooms.store.read { try StockLevels.audit(ledger: rooms.ledger, in: $0) } == [])
        }
    }
}
