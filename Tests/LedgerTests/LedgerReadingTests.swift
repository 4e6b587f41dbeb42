// SPDX-License-Identifier: Apache-2.0

import Ledger
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `What the ledger answers` {
    @Test func `knows the article or the currency of a unit, never both`() {
        let article = ID<VariantKind>(7)
        let jam = LedgerUnit(variant: article)
        #expect(jam.variant == article)
        #expect(jam.currency == nil)
        let pounds = LedgerUnit(currency: .gbp)
        #expect(pounds.variant == nil)
        #expect(pounds.currency == .gbp)
    }

    @Test func `names an account by its kind, and by the number of a kind that no room knows`() {
        let strange = BalanceKind(99, "strange", mayBeNegative: true)
        #expect(ShelfBook.book.name(of: ShelfBook.account(ShelfBook.reserved)) == "reserved")
        #expect(ShelfBook.book.name(of: ShelfBook.account(strange)) == "kind-99")
    }

    @Test func `takes no number for a list of no postings`() async throws {
        try await withRooms { rooms in
            let nothing = try await rooms.store.write { try ShelfBook.book.post([], in: $0) }
            #expect(nothing == 0)
            #expect(try await rooms.count("postings") == 0)
            let postings = [Int64(1), 2].map { ShelfBook.posting($0, ShelfBook.suppliers, ShelfBook.available) }
            let first = try await rooms.store.write { try ShelfBook.book.post(postings, in: $0) }
            let next = try await rooms.store.write { try ShelfBook.book.post([postings[0]], in: $0) }
            #expect(first == 1 && next == 3)
        }
    }

    @Test func `tells the newest lines up to a moment, oldest first`() async throws {
        try await withRooms { rooms in
            let postings = (Int64(1)...4).map { hour in
                ShelfBook.posting(hour, ShelfBook.suppliers, ShelfBook.available, at: Rooms.morning + .hours(hour), cause: hour)
            }
            try await rooms.store.write { _ = try ShelfBook.book.post(postings, in: $0) }
            func amounts(until hour: Int64, limit: Int) async throws -> [Int64] {
                let moment = Rooms.morning + .hours(hour)
                return try await rooms.store.read { transaction in
                    try ShelfBook.book.history(of: ShelfBook.jam, until: moment, limit: limit, in: transaction).map { $0.transfer.amount }
                }
            }
            #expect(try await amounts(until: 3, limit: 2) == [2, 3])
            #expect(try await amounts(until: 3, limit: 9) == [1, 2, 3])
            #expect(try await amounts(until: 0, limit: 9) == [])
            let nobody = try await rooms.store.read { try ShelfBook.book.history(of: Posting.Cause("order", 9), in: $0) }
            #expect(nobody == [])
        }
    }

    @Test func `lists the balances of one kind over all units and owners`() async throws {
        try await withRooms { rooms in
            let tea = LedgerUnit(variant: ID(8))
            let places: [(unit: LedgerUnit, owner: Int64)] = [(ShelfBook.jam, 1), (ShelfBook.jam, 2), (tea, 1)]
            let transfers = places.enumerated().map { position, place in
                Transfer(
                    from: ShelfBook.account(ShelfBook.suppliers, place.unit, owner: place.owner),
                    to: ShelfBook.account(ShelfBook.available, place.unit, owner: place.owner), amount: Int64(position + 1))
            }
            let posting = Posting(at: Rooms.morning, cause: .init("test", 1), actor: "test", verb: "receive", transfers: transfers)
            try await rooms.store.write { _ = try ShelfBook.book.post([posting], in: $0) }
            let found = try await rooms.store.read { transaction in
                try ShelfBook.book.balances(ofKind: ShelfBook.available, in: transaction).map { line in
                    "\(line.account.unit.number) \(line.account.owner) \(line.balance)"
                }
            }
            #expect(found == ["7 1 1", "7 2 2", "8 1 3"])
        }
    }
}
