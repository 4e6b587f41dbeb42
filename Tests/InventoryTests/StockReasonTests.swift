// SPDX-License-Identifier: Apache-2.0

import Inventory
import Ledger
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `The reasons of a change of stock` {
    private func change(_ units: Int, _ reason: ChangeStock.Reason, _ shelf: Shelf) async throws -> Bool {
        try await shelf.rooms.store.write { transaction in
            let line = ChangeStock.Line(variant: shelf.mug, location: shelf.main, units: units)
            return try ChangeStock(key: reason.rawValue, lines: [line], reason: reason, note: "", actor: "test", at: Rooms.morning)
                .run(with: shelf.rooms.stock, in: transaction)
        }
    }

    @Test func `say where units come from and where they go, and stand in the ledger`() async throws {
        try await withRooms { rooms in
            let shelf = try await Shelf(rooms)
            #expect(try await change(10, .opening, shelf))
            #expect(try await change(-2, .sold, shelf))
            #expect(try await change(-1, .counted, shelf))
            #expect(
                try await rooms.balances(of: shelf.mug, at: shelf.main) == ["available": 7, "suppliers": -10, "buyers": 2, "adjustments": 1])
            let lines = try await rooms.store.read { try rooms.ledger.history(of: LedgerUnit(variant: shelf.mug), in: $0) }
            #expect(lines.map(\.verb) == ["opening", "sold", "counted"])
        }
    }

    @Test func `note a count that found what was there, and move nothing`() async throws {
        try await withRooms { rooms in
            let shelf = try await Shelf(rooms)
            #expect(try await change(0, .counted, shelf))
            #expect(try await !change(0, .counted, shelf), "its key is used up")
            #expect(try await rooms.count("stock_entries") == 1)
            #expect(try await rooms.count("postings") == 0)
            #expect(try await rooms.count("stock_changes") == 0)
        }
    }
}

@Suite(.onEachEngine) struct `A promise that is served in part` {
    private static let near = ID<AccountKind>(1)

    /// An order waits for three mugs and two tins that were promised at different hours, and one of each comes in. Tells since when it
    /// waits for the rest, mugs first.
    private func promises(mugs: Int64, tins: Int64) async throws -> [StockDesk.Promise] {
        try await withRooms { rooms in
            let shelf = try await Shelf(rooms)
            try await shelf.hold(1, 3, of: shelf.mug, at: Rooms.morning + .hours(mugs))
            try await shelf.hold(1, 2, of: shelf.tin, at: Rooms.morning + .hours(tins))
            try await rooms.store.write { transaction in
                let lines = [shelf.mug, shelf.tin].map { ChangeStock.Line(variant: $0, location: shelf.main, units: 1) }
                let goods = ChangeStock(
                    key: "goods", lines: lines, reason: .received, note: "", actor: "test", at: Rooms.morning + .hours(9))
                let isNew = try goods.run(with: rooms.stock, in: transaction)
                #expect(isNew)
            }
            let sheet = try await shelf.sheet([1])
            #expect(sheet.short == [shelf.claim(1, shelf.mug): 2, shelf.claim(1, shelf.tin): 1])
            return try await rooms.store.read { transaction in
                var kept: [StockDesk.Promise] = []
                for variant in [shelf.mug, shelf.tin] { kept += try rooms.stock.waiting(for: variant, in: transaction).map { $0.promise } }
                return kept
            }
        }
    }

    @Test func `keeps the moment of its order's oldest promise, and its account`() async throws {
        let oldest = StockDesk.Promise(at: Rooms.morning + .hours(1), account: Self.near)
        #expect(try await promises(mugs: 1, tins: 3) == [oldest, oldest])
        #expect(try await promises(mugs: 3, tins: 1) == [oldest, oldest])
        #expect(try await promises(mugs: 1, tins: 1) == [oldest, oldest])
    }

    @Test func `is nobody's when no account promised it`() async throws {
        try await withRooms { rooms in
            let shelf = try await Shelf(rooms)
            try await shelf.hold(2, 2, of: shelf.mug, at: Rooms.morning + .hours(1))
            try await rooms.store.write { transaction in
                let stock = rooms.stock
                var sheet = try stock.sheet(variants: [shelf.mug], locations: [shelf.main], holders: [], in: transaction)
                _ = sheet.hold([(shelf.claim(1, shelf.mug), 3)], from: [shelf.main])
                try stock.save(sheet, new: [ID(1)], promisedAt: { _ in Rooms.morning }, in: transaction)
            }
            let waiting = try await rooms.store.read { transaction in
                try rooms.stock.waiting(for: shelf.mug, in: transaction).map { $0.promise }
            }
            let second = StockDesk.Promise(at: Rooms.morning + .hours(1), account: Self.near)
            #expect(waiting == [StockDesk.Promise(at: Rooms.morning, account: nil), second])
            let units = try await rooms.store.read { try StockLevels.shortages(of: shelf.mug, in: $0) }
            let expected: [ID<AccountKind>?: Int] = [nil: 3, Self.near: 2]
            #expect(units == expected)
            #expect(try await rooms.store.read { try StockLevels.short(of: shelf.tin, in: $0) } == 0)
            // It is filled from every location that sells online.
            try await rooms.receive(4, of: shelf.mug, at: shelf.shop, key: "goods")
            #expect(try await shelf.sheet([1]).held[shelf.claim(1, shelf.mug)] == [shelf.shop: 3])
        }
    }
}

@Suite(.onEachEngine) struct `The audit of reservations` {
    private func found(after tampering: SQL, on shelf: Shelf) async throws -> [Violation] {
        try await shelf.rooms.store.write { transaction in
            #expect(try transaction.execute(tampering) == 1)
            return try StockLevels.audit(ledger: shelf.rooms.ledger, in: transaction)
        }
    }

    @Test func `says of which article, where, and by how much`() async throws {
        try await withRooms { rooms in
            let shelf = try await Shelf(rooms)
            try await rooms.receive(9, of: shelf.mug, at: shelf.main, key: "goods")
            try await shelf.hold(1, 4, of: shelf.mug)
            let more = try await found(after: "UPDATE reservations SET units = units + 1", on: shelf)
            #expect(more == [Violation("reserved-differs", "variant \(shelf.mug) at \(shelf.main): reserved 4, reservations 5")])
            let moved = try await found(after: "UPDATE reservations SET location = \(shelf.shop.number)", on: shelf)
            #expect(
                moved == [
                    Violation("reserved-differs", "variant \(shelf.mug) at \(shelf.main): reserved 4, reservations 0"),
                    Violation("reserved-differs", "variant \(shelf.mug) at \(shelf.shop): reserved 0, reservations 5"),
                ])
        }
    }
}
