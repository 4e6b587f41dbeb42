// SPDX-License-Identifier: Apache-2.0

import Ledger
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Books that somebody bent` {
    private static let goods = ShelfBook.posting(10, ShelfBook.suppliers, ShelfBook.available)

    /// What the audit finds in books of these postings after the tampering.
    private func violations(in postings: [Posting], after tampering: @escaping @Sendable (Transaction) throws -> Void) async throws -> [Violation] {
        try await withRooms { rooms in
            try await rooms.store.write { transaction in
                for posting in postings { _ = try ShelfBook.book.post([posting], in: transaction) }
                try tampering(transaction)
                return try ShelfBook.book.audit(in: transaction)
            }
        }
    }

    @Test func `name a balance below its floor, though it is the sum of its transfers`() async throws {
        let suppliers = ShelfBook.account(ShelfBook.suppliers).number
        let found = try await violations(in: [Self.goods]) { transaction in
            // A tool that takes no notice of the database's rules.
            try transaction.execute(
                transaction.dialect == .sqlite ? "PRAGMA ignore_check_constraints = 1" : "ALTER TABLE accounts DROP CONSTRAINT accounts_check")
            try transaction.execute("UPDATE accounts SET may_be_negative = 0 WHERE number = \(suppliers)")
            if transaction.dialect == .sqlite { try transaction.execute("PRAGMA ignore_check_constraints = 0") }
        }
        #expect(found == [Violation("negative-balance", "suppliers \(suppliers): -10")])
    }

    @Test func `show a balance that nothing was ever moved to`() async throws {
        let elsewhere = ShelfBook.account(ShelfBook.reserved, owner: 9).number
        func found(balance: Int) async throws -> [Violation] {
            try await violations(in: [Self.goods]) { transaction in
                try transaction.execute("INSERT INTO accounts (number, balance, may_be_negative) VALUES (\(elsewhere), \(balance), 0)")
            }
        }
        #expect(try await found(balance: 0) == [])
        #expect(try await found(balance: 5) == [Violation("balance-differs", "account reserved of unit 7, owner 9: balance 5, transfers 0")])
    }

    @Test func `miss an account that is gone, unless it was empty`() async throws {
        let postings = [
            ShelfBook.posting(5, ShelfBook.suppliers, ShelfBook.reserved), ShelfBook.posting(5, ShelfBook.reserved, ShelfBook.available),
        ]
        func found(without kind: BalanceKind) async throws -> [Violation] {
            let account = ShelfBook.account(kind).number
            return try await violations(in: postings) { transaction in
                let gone = try transaction.execute("DELETE FROM accounts WHERE number = \(account)")
                #expect(gone == 1)
            }
        }
        #expect(try await found(without: ShelfBook.reserved) == [])
        #expect(
            try await found(without: ShelfBook.available)
                == [Violation("balance-differs", "account available of unit 7, owner 1: balance 0, transfers 5")])
    }

    @Test func `turn no article into another`() async throws {
        let other = ShelfBook.account(ShelfBook.available, LedgerUnit(variant: ID(8))).number
        let found = try await violations(in: [Self.goods]) { try $0.execute("UPDATE transfers SET to_account = \(other)") }
        #expect(found.contains(Violation("bad-transfer", "posting 1")))
        #expect(found.contains(Violation("balance-differs", "account available of unit 8, owner 1: balance 0, transfers 10")))
        #expect(Set(found.map(\.kind)) == ["bad-transfer", "balance-differs", "chain-broken"])
    }

    @Test func `take nothing more when somebody took the head away`() async throws {
        try await withRooms { rooms in
            try await rooms.store.write { try $0.execute("DELETE FROM ledger_head") }
            await #expect(throws: StorageFailure.self) {
                try await rooms.store.write { _ = try ShelfBook.book.post([Self.goods], in: $0) }
            }
            #expect(try await rooms.count("postings") == 0)
            #expect(try await rooms.count("accounts") == 0)
        }
    }

    @Test func `miss the head when somebody took it away`() async throws {
        let found = try await violations(in: [Self.goods]) { try $0.execute("DELETE FROM ledger_head") }
        #expect(found == [Violation("chain-head", "the head is 0, the last posting 1")])
    }

    @Test func `are told of by a hundred breaks or so, and still added up to the end`() async throws {
        let postings = (Int64(1)...130).map { ShelfBook.posting(1, ShelfBook.suppliers, ShelfBook.available, cause: $0) }
        let available = ShelfBook.account(ShelfBook.available).number
        let found = try await violations(in: postings) { transaction in
            try transaction.execute("UPDATE postings SET note = 'x'")
            try transaction.execute("UPDATE accounts SET balance = balance + 1 WHERE number = \(available)")
        }
        let breaks = found.filter { $0.kind == "chain-broken" }.count
        #expect(breaks >= 100 && breaks < 130, "\(breaks) breaks: nobody reads a million")
        let others = found.filter { $0.kind != "chain-broken" }
        #expect(others == [Violation("balance-differs", "account available of unit 7, owner 1: balance 131, transfers 130")])
    }

    @Test func `are told of in one line`() {
        let violation = Violation("chain-gap", "posting 3 is missing before 4")
        #expect(violation.description == "chain-gap: posting 3 is missing before 4")
    }
}
