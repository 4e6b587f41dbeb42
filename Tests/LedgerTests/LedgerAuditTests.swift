// SPDX-License-Identifier: Apache-2.0

import Ledger
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `The audit of the ledger` {
    /// Thrown at the end of a body, so that what it tampered with is undone.
    private struct Undo: Error { var violations: [Violation] }

    /// Forty postings of one or two transfers, of random sizes.
    private static func fill(_ rooms: Rooms, seed: UInt64) async throws {
        var chance = SplitMix64(seed: seed)
        var postings: [Posting] = []
        for number in 0..<40 {
            var transfers = [
                Transfer(
                    from: ShelfBook.account(ShelfBook.suppliers), to: ShelfBook.account(ShelfBook.available), amount: Int64(chance.number(in: 2...9)))
            ]
            if number % 3 == 0 {
                transfers.append(Transfer(from: ShelfBook.account(ShelfBook.available), to: ShelfBook.account(ShelfBook.buyers), amount: 1))
            }
            postings.append(
                Posting(
                    at: Rooms.morning + .minutes(Int64(number)), cause: .init("order", Int64(number)), actor: "person:\(number % 3)", verb: "receive",
                    note: "pallet \(number)", transfers: transfers))
        }
        let all = postings
        try await rooms.store.write { _ = try ShelfBook.book.post(all, in: $0) }
    }

    /// What the audit finds when the tampering has been done. The tampering is undone again.
    private static func found(_ rooms: Rooms, after tampering: @escaping @Sendable (Transaction) throws -> Void) async throws -> [Violation] {
        do {
            try await rooms.store.write { transaction in
                try tampering(transaction)
                throw Undo(violations: try ShelfBook.book.audit(in: transaction))
            }
            return []
        } catch let undo as Undo { return undo.violations }
    }

    /// Ways to bend history. Each changes the books of any ledger with forty postings; those marked quiet leave the balances right.
    private static let tamperings: [(name: String, bend: @Sendable (Transaction, _ posting: Int64) throws -> Void)] = [
        ("edited amount", { try $0.execute("UPDATE transfers SET amount = amount + 1 WHERE posting = \($1) AND position = 0") }),
        (
            "edited amount with its balances, quiet",
            { transaction, posting in
                try transaction.execute("UPDATE transfers SET amount = amount + 1 WHERE posting = \(posting) AND position = 0")
                try transaction.execute("UPDATE accounts SET balance = balance + 1 WHERE number = \(ShelfBook.account(ShelfBook.available).number)")
                try transaction.execute("UPDATE accounts SET balance = balance - 1 WHERE number = \(ShelfBook.account(ShelfBook.suppliers).number)")
            }
        ),
        ("deleted transfer", { try $0.execute("DELETE FROM transfers WHERE posting = \($1) AND position = 0") }),
        (
            "deleted posting",
            { transaction, posting in
                try transaction.execute("DELETE FROM transfers WHERE posting = \(posting)")
                try transaction.execute("DELETE FROM postings WHERE number = \(posting)")
            }
        ),
        (
            "deleted last posting with its balances, quiet",
            { transaction, _ in
                let last: SQL = "(SELECT MAX(number) FROM postings)"
                for sign in [("to_account", "-"), ("from_account", "+")] {
                    let text = """
                        UPDATE accounts SET balance = balance \(sign.1) (SELECT COALESCE(SUM(amount), 0) FROM transfers
                        WHERE \(sign.0) = accounts.number AND posting = (SELECT MAX(number) FROM postings))
                        """
                    try transaction.execute(SQL(text))
                }
                try transaction.execute("DELETE FROM transfers WHERE posting = \(last)")
                try transaction.execute("DELETE FROM postings WHERE number = \(last)")
            }
        ),
        ("swapped postings, quiet", { try swap($0, $1, $1 % 39 + 1) }),
        (
            "edited balance",
            { try $0.execute("UPDATE accounts SET balance = balance + \($1) WHERE number = \(ShelfBook.account(ShelfBook.available).number)") }
        ),
        ("edited moment, quiet", { try $0.execute("UPDATE postings SET at = at - 1 WHERE number = \($1)") }),
        ("edited actor, quiet", { try $0.execute("UPDATE postings SET actor = 'somebody' WHERE number = \($1)") }),
        ("edited note, quiet", { try $0.execute("UPDATE postings SET note = note || ' ' WHERE number = \($1)") }),
        ("edited cause, quiet", { try $0.execute("UPDATE postings SET cause_number = cause_number + 1 WHERE number = \($1)") }),
        ("edited verb, quiet", { try $0.execute("UPDATE postings SET verb = 'found' WHERE number = \($1)") }),
        ("edited hash, quiet", { try $0.execute("UPDATE postings SET hash = \([UInt8](repeating: 9, count: 32)) WHERE number = \($1)") }),
        ("made a reversal, quiet", { try $0.execute("UPDATE postings SET reverses = \($1 == 1 ? 2 : $1 - 1) WHERE number = \($1)") }),
        ("edited owner", { try $0.execute("UPDATE transfers SET to_account = to_account + 256 WHERE posting = \($1) AND position = 0") }),
        ("edited head, quiet", { transaction, _ in try transaction.execute("UPDATE ledger_head SET hash = \([UInt8](repeating: 1, count: 32))") }),
    ]

    /// The words of two postings change places: every balance stays right.
    private static func swap(_ transaction: Transaction, _ one: Int64, _ other: Int64) throws {
        let words = try [one, other].map { number in
            try transaction.first("SELECT at, cause_number, actor, note FROM postings WHERE number = \(number)") {
                (at: $0.integer(0), cause: $0.integer(1), actor: $0.text(2), note: $0.text(3))
            }
        }
        for (number, row) in zip([other, one], words) {
            guard let row else { continue }
            try transaction.execute(
                "UPDATE postings SET at = \(row.at), cause_number = \(row.cause), actor = \(row.actor), note = \(row.note) WHERE number = \(number)")
        }
    }

    @Test func `finds nothing in books that nobody bent`() async throws {
        try await withRooms { rooms in
            #expect(try await rooms.store.read { try ShelfBook.book.audit(in: $0) } == [])
            try await Self.fill(rooms, seed: 3)
            #expect(try await rooms.store.read { try ShelfBook.book.audit(in: $0) } == [])
        }
    }

    @Test func `finds a thousand of a thousand tamperings`() async throws {
        let seed: UInt64 = 11
        var chance = SplitMix64(seed: seed)
        try await withRooms { rooms in
            try await Self.fill(rooms, seed: seed)
            var found = 0
            for round in 0..<1_000 {
                let tampering = Self.tamperings[round % Self.tamperings.count]
                let posting = Int64(chance.number(in: 1...40))
                let violations = try await Self.found(rooms) { try tampering.bend($0, posting) }
                if !violations.isEmpty { found += 1 }
                #expect(!violations.isEmpty, "\(tampering.name) of posting \(posting), seed \(seed)")
                if tampering.name.hasSuffix("quiet") {
                    #expect(violations.allSatisfy { $0.kind.hasPrefix("chain-") }, "\(tampering.name): \(violations)")
                }
            }
            #expect(found == 1_000)
            #expect(try await rooms.store.read { try ShelfBook.book.audit(in: $0) } == [], "each tampering was undone")
        }
    }

    @Test func `says what it found by its name`() async throws {
        try await withRooms { rooms in
            try await Self.fill(rooms, seed: 4)
            let balance = try await Self.found(rooms) { try $0.execute("UPDATE accounts SET balance = balance + 1 WHERE may_be_negative = 0") }
            #expect(balance.map(\.kind) == ["balance-differs"])
            let gap = try await Self.found(rooms) { transaction in
                try transaction.execute("DELETE FROM transfers WHERE posting = 20")
                try transaction.execute("DELETE FROM postings WHERE number = 20")
            }
            #expect(Set(gap.map(\.kind)).isSuperset(of: ["balance-differs", "chain-gap"]))
            let absurd = try await Self.found(rooms) { try $0.execute("UPDATE transfers SET amount = \(Int64.max)") }
            #expect(Set(absurd.map(\.kind)).isSuperset(of: ["balance-differs", "chain-broken"]), "no number stops the audit")
            let changed = try await Self.found(rooms) { try $0.execute("UPDATE postings SET note = 'x' WHERE number = 20") }
            #expect(changed == [Violation("chain-broken", "posting 20 or the one before it was changed")])
        }
    }

    @Test func `chains each posting to all before it`() async throws {
        func head(_ postings: [Posting], lists: Bool) async throws -> [UInt8] {
            try await withRooms { rooms in
                let steps = lists ? [postings] : postings.map { [$0] }
                for step in steps { try await rooms.store.write { _ = try ShelfBook.book.post(step, in: $0) } }
                return try await rooms.store.read { try $0.first("SELECT hash FROM ledger_head") { $0.blob(0) } } ?? []
            }
        }
        let one = ShelfBook.posting(5, ShelfBook.suppliers, ShelfBook.available, cause: 1)
        let two = ShelfBook.posting(5, ShelfBook.suppliers, ShelfBook.available, cause: 2)
        let usual = try await head([one, two], lists: true)
        #expect(usual.count == 32)
        #expect(try await head([one, two], lists: false) == usual, "a list of two is two postings")
        #expect(try await head([two, one], lists: true) != usual)
        #expect(try await head([one], lists: true) != usual)
    }
}
