// SPDX-License-Identifier: Apache-2.0

import Ledger
import Orders
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `The audit of the order book` {
    private struct Undo: Error { var found: [Violation] }

    @Test func `finds units and money that went astray`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms, mugs: 2)
            _ = try await shop.order(shop.told.placed([("mug", 3), ("tin", 2)]))
            #expect(try await rooms.violations() == [])
            let plants: [(SQL, String)] = [
                ("UPDATE order_lines SET shipped = 1 WHERE position = 0", "units-astray"),
                ("UPDATE order_lines SET ordered = ordered + 1 WHERE position = 1", "units-astray"),
                ("UPDATE reservations SET units = units + 1 WHERE line = 1", "units-astray"),
                ("UPDATE reservations SET line = 5 WHERE line = 1", "held-for-nothing"),
                ("DELETE FROM shortages", "units-astray"),
                ("UPDATE shortages SET units = units + 1", "units-astray"),
                ("UPDATE order_lines SET variant = NULL WHERE position = 1", "held-for-nothing"),
                ("UPDATE orders SET total = total + 1", "money-astray"),
                ("UPDATE orders SET posted_tax = posted_tax - 1", "money-astray"),
            ]
            for (plant, kind) in plants {
                do {
                    try await rooms.store.write { transaction in
                        #expect(try transaction.execute(plant) == 1)
                        throw Undo(found: try OrderAudit.run(in: transaction))
                    }
                } catch let undo as Undo { #expect(undo.found.contains { $0.kind == kind }, "\(plant.text)") }
            }
            #expect(try await rooms.violations() == [])
        }
    }

    @Test func `says what is astray, and by how much`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let order = try await shop.order(shop.told.placed([("mug", 3)]))
            let plants: [(SQL, Violation)] = [
                (
                    "INSERT INTO reservations (holder, line, variant, location, units) VALUES (99, 0, \(shop.mug.number), \(shop.main.number), 1)",
                    Violation("held-for-nothing", "order 99 line 1")
                ),
                ("DELETE FROM reservations", Violation("units-astray", "order \(order) line 1: open 3, held and short 0")),
                ("UPDATE orders SET total = total + 1", Violation("money-astray", "order \(order): total 2161, posted 2160")),
            ]
            for (plant, violation) in plants {
                do {
                    try await rooms.store.write { transaction in
                        #expect(try transaction.execute(plant) == 1)
                        throw Undo(found: try OrderAudit.run(in: transaction))
                    }
                } catch let undo as Undo { #expect(undo.found == [violation], "\(plant.text)") }
            }
        }
    }

    @Test func `stops at a hundred lines`() async throws {
        try await withRooms { rooms in
            let shop = try await OrderShop(rooms)
            let lines = (0..<120).map { number -> Order.Line in
                var line = shop.told.line("mug", 1)
                line.externalID = "line-\(number)"
                return line
            }
            let news = shop.told.placed([("mug", 1)]).with { $0.lines = lines }
            let order = try await shop.order(news)
            #expect(try await rooms.violations() == [])
            do {
                try await rooms.store.write { transaction in
                    #expect(try transaction.execute("UPDATE order_lines SET ordered = ordered + 1") == 120)
                    throw Undo(found: try OrderAudit.run(in: transaction))
                }
            } catch let undo as Undo {
                #expect(undo.found.count == 100)
                #expect(undo.found.first == Violation("units-astray", "order \(order) line 1: open 2, held and short 1"))
            }
        }
    }
}

@Suite(.onEachEngine) struct `A credit without an order` {
    @Test func `is given once by its key`() async throws {
        try await withRooms { rooms async throws in
            func give(_ key: String, _ minor: Int64) async throws -> Done {
                try await rooms.store.write { transaction in
                    try GiveCredit(
                        key: key, account: ID(1), amount: Money(minor: minor, .gbp), note: "no receipt", actor: "person:1", at: Rooms.morning
                    )
                    .run(with: rooms.ledger, in: transaction)
                }
            }
            #expect(try await give("c1", 995) == .now)
            #expect(try await give("c1", 995) == .before)
            #expect(try await give("c2", -95) == .now, "a debt that turned out good")
            #expect(try await give("c3", 0) == .now)
            #expect(try await rooms.money(of: ID(1)) == ["receivable": -900, "returns": 900])
            #expect(try await rooms.violations() == [])
        }
    }
}
