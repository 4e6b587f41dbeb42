// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import Ledger
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Stock at a glance` {
    @Test func `is what lies where, what is promised beyond it, and what the channels are to show`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(5, of: window.mug, at: window.main, key: "a")
            try await rooms.receive(2, of: window.mug, at: window.depot, key: "b")
            try await rooms.receive(3, of: window.tin, at: window.main, key: "c")
            try await window.promise(9, of: window.mug, order: 1, from: [window.main, window.depot])
            try await window.promise(1, of: window.tin, order: 2, from: [window.main])
            try await window.decide()
            let ledger = rooms.ledger
            let rows = try await rooms.store.read { transaction in
                let variants = try [window.tin, window.mug, window.set].compactMap { try VariantTable.find($0, in: transaction) }
                return try StockOverview.rows(of: variants, ledger: ledger, in: transaction)
            }
            #expect(rows.map(\.variant.id) == [window.tin, window.mug, window.set], "in the order that was asked for")
            #expect(rows[0].levels.map(\.available) == [2, 0] && rows[0].levels.map(\.onHand) == [3, 0])
            #expect(rows[1].levels.map(\.available) == [0, 0] && rows[1].levels.map(\.reserved) == [5, 2])
            #expect(rows[2].levels.isEmpty, "a set lies on no shelf")
            #expect(rows.map(\.short) == [0, 2, 0])
            #expect(rows.map(\.availableToPromise) == [2, 0, 0])
            #expect(rows[0].publications.map(\.wanted) == [2, 2] && rows[0].publications.map(\.account) == [Window.near, Window.far])
            try await rooms.receive(6, of: window.mug, at: window.depot, key: "d")
            let set = window.set
            let made = try await rooms.store.read { transaction in
                let found = try VariantTable.find(set, in: transaction)
                return try StockOverview.rows(of: found.map { [$0] } ?? [], ledger: ledger, in: transaction)
            }
            #expect(made.map(\.availableToPromise) == [2], "four mugs and two tins are free")
        }
    }
}

@Suite(.onEachEngine) struct `What a merchant should look at` {
    private func alerts(_ rooms: Rooms, threshold: Int = 3, limit: Int = 9) async throws -> StockAlerts {
        let ledger = rooms.ledger
        return try await rooms.store.read { try StockOverview.alerts(threshold: threshold, limit: limit, ledger: ledger, in: $0) }
    }

    private func told(_ items: [StockAlerts.Item]) -> [String] { items.map { "\($0.variant.sku) \($0.units)" } }

    /// An article with so many units on the first shelf, of which so many are promised.
    @discardableResult
    private func stock(
        _ sku: String, _ units: Int, promised: Int = 0, _ window: Window, at location: ID<LocationKind>? = nil
    ) async throws -> ID<VariantKind> {
        let article = try await window.rooms.article(sku)
        let place = location ?? window.main
        try await window.rooms.receive(units, of: article, at: place, key: sku)
        if promised > 0 { try await window.promise(promised, of: article, order: article.number, from: [place]) }
        return article
    }

    @Test func `is what is promised and nowhere, then what is sold out, then what is low, the worst of each first`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await stock("DISH", 2, promised: 3, window)
            try await stock("BOWL", 1, promised: 4, window)
            try await stock("LID", 4, promised: 4, window)
            try await stock("PAN", 6, promised: 6, window)
            try await stock("WOK", 6, promised: 6, window)
            try await stock("CUP", 3, window)
            try await stock("POT", 5, promised: 4, window)
            try await stock("NET", 1, window)
            try await stock("JAR", 4, window)
            let all = try await alerts(rooms)
            #expect(told(all.short) == ["BOWL 3", "DISH 1"])
            #expect(told(all.soldOut) == ["PAN 6", "WOK 6", "LID 4"], "what is short is told of already")
            #expect(told(all.low) == ["POT 1", "NET 1", "CUP 3"])
            let few = try await alerts(rooms, threshold: 4, limit: 1)
            #expect(told(few.soldOut) == ["PAN 6"] && told(few.low) == ["POT 1"])
            let wide = try await alerts(rooms, threshold: 4)
            #expect(told(wide.low).last == "JAR 4")
            #expect(try await alerts(rooms, threshold: 0).low.isEmpty)
        }
    }

    @Test func `is nothing that is kept where nothing is sold online, and nothing that was never there or is all gone`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            let stall = try await rooms.location("Stall", priority: 3, sellsOnline: false)
            try await stock("CUP", 2, window, at: stall)
            try await stock("PAN", 6, promised: 6, window, at: stall)
            let jar = try await stock("JAR", 4, window)
            try await rooms.receive(-4, of: jar, at: window.main, key: "lost")
            let all = try await alerts(rooms)
            #expect(all.short.isEmpty && all.soldOut.isEmpty && all.low.isEmpty, "nobody waits for a jar")
            try await rooms.receive(1, of: jar, at: window.depot, key: "found")
            let again = try await alerts(rooms)
            #expect(told(again.low) == ["JAR 1"])
        }
    }
}
