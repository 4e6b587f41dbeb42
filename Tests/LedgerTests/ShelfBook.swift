// SPDX-License-Identifier: Apache-2.0

import Ledger
import RoomSupport
import Storage
import Testing
import Vocabulary

/// A ledger of jars on shelves, for tests: four kinds of accounts, and tables of moves that a shopkeeper could read.
enum ShelfBook {
    static let available = BalanceKind(1, "available", mayBeNegative: false)
    static let reserved = BalanceKind(2, "reserved", mayBeNegative: false)
    static let suppliers = BalanceKind(3, "suppliers", mayBeNegative: true)
    static let buyers = BalanceKind(4, "buyers", mayBeNegative: true)
    static let kinds = [available, reserved, suppliers, buyers]
    static let book = LedgerBook(kinds)
    static let jam = LedgerUnit(variant: ID(7))

    static func account(_ kind: BalanceKind, _ unit: LedgerUnit = jam, owner: Int64 = 1) -> Account { Account(unit, owner: owner, kind) }

    static func posting(
        _ amount: Int64, _ from: BalanceKind, _ to: BalanceKind, at: Instant = Rooms.morning, cause: Int64 = 1, note: String = "",
        reverses: Int64? = nil
    ) -> Posting {
        let transfer = Transfer(from: account(from), to: account(to), amount: amount)
        return Posting(at: at, cause: .init("order", cause), actor: "test", verb: "move", note: note, transfers: [transfer], reverses: reverses)
    }

    static func balances(_ rooms: Rooms) async throws -> [String: Int64] {
        try await rooms.store.read { transaction in
            var named: [String: Int64] = [:]
            for (account, balance) in try book.balances(of: jam, in: transaction) { named[book.name(of: account)] = balance }
            return named
        }
    }

    /// Plays a table: each row moves units, and then the balances stand as written. A row that ends with `refused` must
    /// be refused by the database, and the balances stand as written all the same.
    static func play(_ table: String, _ rooms: Rooms) async throws {
        let rows = table.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let names = Array(rows[0].dropFirst(3))
        for row in rows.dropFirst() {
            guard let units = Int64(row[0]), let from = kinds.first(where: { $0.name == row[1] }), let to = kinds.first(where: { $0.name == row[3] })
            else {
                Issue.record("unreadable row: \(row)")
                return
            }
            let isRefused = row.last == "refused"
            do {
                try await rooms.store.write { _ = try book.post([posting(units, from, to)], in: $0) }
                #expect(!isRefused, "\(row.joined(separator: " "))")
            } catch StorageFailure.check(_) {
                #expect(isRefused, "\(row.joined(separator: " "))")
            }
            let balances = try await balances(rooms)
            let stand = names.map { String(balances[$0] ?? 0) }
            #expect(stand == Array(row.dropFirst(4).prefix(names.count)), "\(row.joined(separator: " "))")
        }
    }
}
