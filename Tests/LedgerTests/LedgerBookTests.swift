// SPDX-License-Identifier: Apache-2.0

import Inventory
import Ledger
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `The ledger` {
    @Test func `moves units between accounts, and refuses what is not there`() async throws {
        try await withRooms { rooms in
            try await ShelfBook.play(
                """
                units from      to          available reserved suppliers buyers
                10    suppliers > available 10        0        -10       0
                3     available > reserved  7         3        -10       0
                8     available > reserved  7         3        -10       0      refused
                2     reserved  > buyers    7         1        -10       2
                2     reserved  > buyers    7         1        -10       2      refused
                1     buyers    > available 8         1        -10       1
                8     available > reserved  0         9        -10       1
                1     available > buyers    0         9        -10       1      refused
                """, rooms)
            #expect(try await rooms.count("postings") == 5)
            #expect(try await rooms.store.read { try rooms.stock.ledger.audit(in: $0) } == [])
        }
    }

    @Test func `judges a list of postings by where it ends, and takes all of it or nothing`() async throws {
        try await withRooms { rooms in
            // Sold before it came in, in one list: at the end nothing is below its floor.
            try await rooms.store.write { transaction in
                _ = try ShelfBook.book.post(
                    [ShelfBook.posting(4, ShelfBook.available, ShelfBook.buyers), ShelfBook.posting(5, ShelfBook.suppliers, ShelfBook.available)],
                    in: transaction)
            }
            #expect(try await ShelfBook.balances(rooms) == ["available": 1, "suppliers": -5, "buyers": 4])
            let before = try await rooms.count("postings")
            await #expect(throws: StorageFailure.self) {
                try await rooms.store.write { transaction in
                    _ = try ShelfBook.book.post(
                        [ShelfBook.posting(1, ShelfBook.available, ShelfBook.reserved), ShelfBook.posting(1, ShelfBook.available, ShelfBook.buyers)],
                        in: transaction)
                }
            }
            #expect(try await rooms.count("postings") == before)
            #expect(try await ShelfBook.balances(rooms) == ["available": 1, "suppliers": -5, "buyers": 4])
        }
    }

    @Test func `undoes a posting once`() async throws {
        try await withRooms { rooms in
            let number = try await rooms.store.write {
                try ShelfBook.book.post([ShelfBook.posting(10, ShelfBook.suppliers, ShelfBook.available)], in: $0)
            }
            let undo = ShelfBook.posting(10, ShelfBook.available, ShelfBook.suppliers, reverses: number)
            try await rooms.store.write { _ = try ShelfBook.book.post([undo], in: $0) }
            #expect(try await ShelfBook.balances(rooms).values.allSatisfy { $0 == 0 })
            // With units to spare, so that only the rule "once" can refuse it.
            try await rooms.store.write { _ = try ShelfBook.book.post([ShelfBook.posting(50, ShelfBook.suppliers, ShelfBook.available)], in: $0) }
            do {
                try await rooms.store.write { _ = try ShelfBook.book.post([undo], in: $0) }
                Issue.record("a posting was undone twice")
            } catch StorageFailure.unique(_) {}
            #expect(try await ShelfBook.balances(rooms)["available"] == 50)
            #expect(try await rooms.violations() == [])
        }
    }

    @Test func `keeps balances that are the sums of the transfers, now and at every past moment`() async throws {
        let seed: UInt64 = 77
        var chance = SplitMix64(seed: seed)
        var model: [Account: Int64] = [:]
        var past: [(at: Instant, balances: [Account: Int64])] = []
        var plan: [Posting] = []
        for step in 0..<200 {
            let at = Rooms.morning + .minutes(Int64(step))
            let from = ShelfBook.account(ShelfBook.kinds[chance.number(in: 0...3)], owner: Int64(chance.number(in: 1...2)))
            let to = ShelfBook.account(ShelfBook.kinds[chance.number(in: 0...3)], owner: Int64(chance.number(in: 1...2)))
            guard from != to else { continue }
            plan.append(
                Posting(
                    at: at, cause: .init("test", 1), actor: "test", verb: "move",
                    transfers: [Transfer(from: from, to: to, amount: Int64(chance.number(in: 1...6)))]))
        }
        let book = ShelfBook.book
        try await withRooms { rooms in
            for posting in plan {
                let transfer = posting.transfers[0]
                let isFloored = [1, 2].contains(transfer.from.kindNumber)
                let isRefused = isFloored && (model[transfer.from] ?? 0) < transfer.amount
                var isDone = false
                do {
                    try await rooms.store.write { _ = try book.post([posting], in: $0) }
                    isDone = true
                } catch StorageFailure.check(_) {}
                #expect(isDone == !isRefused, "seed \(seed)")
                guard isDone else { continue }
                model[transfer.from, default: 0] -= transfer.amount
                model[transfer.to, default: 0] += transfer.amount
                past.append((posting.at, model))
            }
            for (at, expected) in past {
                let stood = try await rooms.store.read { try book.balances(of: ShelfBook.jam, at: at, in: $0) }
                for (account, balance) in stood { #expect(balance == expected[account] ?? 0, "seed \(seed)") }
                #expect(stood.filter { $0.balance != 0 }.count == expected.filter { $0.value != 0 }.count, "seed \(seed)")
            }
            let known = Array(model.keys)
            let now = try await rooms.store.read { try book.balances(of: known, in: $0) }
            #expect(now == model, "seed \(seed)")
            #expect(try await rooms.store.read { try book.balances(of: ShelfBook.jam, at: Rooms.morning - .days(1), in: $0) }.isEmpty)
            #expect(try await rooms.store.read { try book.audit(in: $0) } == [])
        }
    }

    @Test func `answers which cause moved what`() async throws {
        try await withRooms { rooms in
            try await rooms.store.write { transaction in
                _ = try ShelfBook.book.post(
                    [
                        ShelfBook.posting(10, ShelfBook.suppliers, ShelfBook.available, cause: 1, note: "pallet 4"),
                        ShelfBook.posting(3, ShelfBook.available, ShelfBook.buyers, at: Rooms.morning + .hours(1), cause: 2),
                    ], in: transaction)
            }
            let lines = try await rooms.store.read { try ShelfBook.book.history(of: ShelfBook.jam, in: $0) }
            #expect(lines.map(\.transfer.amount) == [10, 3])
            #expect(lines.map(\.cause) == [.init("order", 1), .init("order", 2)])
            #expect(lines[0].note == "pallet 4")
            let second = try await rooms.store.read { try ShelfBook.book.history(of: Posting.Cause("order", 2), in: $0) }
            #expect(second.map(\.transfer.amount) == [3])
            let newest = try await rooms.store.read { try ShelfBook.book.history(of: ShelfBook.jam, limit: 1, in: $0) }
            #expect(newest.map(\.transfer.amount) == [3])
        }
    }

    @Test func `packs unit, owner and kind into an account's number and finds them again`() {
        var chance = SplitMix64(seed: 5)
        for _ in 0..<2_000 {
            let unit = LedgerUnit(variant: ID(Int64(chance.number(in: 1...((1 << 30) - 1)))))
            let owner = Int64(chance.number(in: 0...0xFF_FFFF))
            let account = Account(unit, owner: owner, BalanceKind(UInt8(chance.number(in: 0...255)), "x", mayBeNegative: true))
            #expect(account.unit == unit && account.owner == owner && account.unit.currency == nil)
        }
        for code in ["AED", "GBP", "JPY", "ZWG", "KWD"] {
            guard let currency = Currency(code) else { continue }
            #expect(LedgerUnit(currency: currency).currency == currency)
            #expect(LedgerUnit(currency: currency).variant == nil)
        }
    }
}
