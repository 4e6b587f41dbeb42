// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// One transfer with the posting it belongs to: the answer to "why this number?".
public struct LedgerLine: Hashable, Sendable {
    public var posting: Int64
    public var at: Instant
    public var cause: Posting.Cause
    public var actor: String
    public var verb: String
    public var note: String
    public var transfer: Transfer
}

extension LedgerBook {
    /// Every transfer of the unit up to and including the moment, oldest first; the newest `limit` when one is given.
    public func history(of unit: LedgerUnit, until moment: Instant? = nil, limit: Int? = nil, in transaction: Transaction) throws -> [LedgerLine] {
        let range = Account.range(of: unit)
        let until = moment?.milliseconds ?? Int64.max
        let newest = Int64(limit ?? Int(Int32.max))
        let lines = try transaction.all(
            """
            SELECT p.number, p.at, p.cause, p.cause_number, p.actor, p.verb, p.note, t.from_account, t.to_account, t.amount
            FROM transfers t JOIN postings p ON p.number = t.posting
            WHERE t.from_account BETWEEN \(range.lowerBound) AND \(range.upperBound) AND p.at <= \(until)
            ORDER BY p.number DESC, t.position DESC LIMIT \(newest)
            """, Self.line)
        return lines.reversed()
    }

    /// Every transfer that the cause brought about, oldest first.
    public func history(of cause: Posting.Cause, in transaction: Transaction) throws -> [LedgerLine] {
        try transaction.all(
            """
            SELECT p.number, p.at, p.cause, p.cause_number, p.actor, p.verb, p.note, t.from_account, t.to_account, t.amount
            FROM postings p JOIN transfers t ON t.posting = p.number
            WHERE p.cause = \(cause.kind) AND p.cause_number = \(cause.number) ORDER BY p.number, t.position
            """, Self.line)
    }

    private static func line(_ row: any Row) -> LedgerLine {
        LedgerLine(
            posting: row.integer(0), at: Instant(milliseconds: row.integer(1)), cause: Posting.Cause(row.text(2), row.integer(3)), actor: row.text(4),
            verb: row.text(5), note: row.text(6),
            transfer: Transfer(from: Account(number: row.integer(7)), to: Account(number: row.integer(8)), amount: row.integer(9)))
    }
}

extension LedgerBook {
    /// All balances of a kind, whatever the unit and owner: a scan, for audits and reports.
    public func balances(ofKind kind: BalanceKind, in transaction: Transaction) throws -> [(account: Account, balance: Int64)] {
        try transaction.all("SELECT number, balance FROM accounts WHERE number % 256 = \(Int64(kind.number)) ORDER BY number") { row in
            (Account(number: row.integer(0)), row.integer(1))
        }
    }
}
