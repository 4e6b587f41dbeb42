// SPDX-License-Identifier: Apache-2.0

public import Storage
import Vocabulary

/// Something that must never be so. The audit lists these; none is ever expected.
public struct Violation: Hashable, Sendable, CustomStringConvertible {
    /// Stable, lower case: `balance-differs`.
    public var kind: String
    public var detail: String
    public init(_ kind: String, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }
    public var description: String { "\(kind): \(detail)" }
}

extension LedgerBook {
    /// Recomputes every balance from the transfers and every hash from the first posting on.
    public func audit(in transaction: Transaction) throws -> [Violation] {
        var violations = try balanceViolations(in: transaction)
        violations += try chainViolations(in: transaction)
        return violations
    }

    private func balanceViolations(in transaction: Transaction) throws -> [Violation] {
        var violations: [Violation] = []
        try transaction.forEach(
            """
            SELECT number, SUM(balance), SUM(moved) FROM (
                SELECT number, balance, 0 AS moved FROM accounts
                UNION ALL SELECT to_account, 0, amount FROM transfers
                UNION ALL SELECT from_account, 0, -amount FROM transfers
            ) AS both GROUP BY number HAVING SUM(balance) <> SUM(moved)
            """
        ) { row in
            let account = Account(number: row.integer(0))
            violations.append(
                Violation(
                    "balance-differs",
                    "account \(name(of: account)) of unit \(account.unit.number), owner \(account.owner): balance \(row.integer(1)), transfers \(row.integer(2))"
                ))
        }
        try transaction.forEach("SELECT number, balance FROM accounts WHERE balance < 0 AND may_be_negative = 0") { row in
            violations.append(Violation("negative-balance", "\(name(of: Account(number: row.integer(0)))) \(row.integer(0)): \(row.integer(1))"))
        }
        return violations
    }

    private func chainViolations(in transaction: Transaction) throws -> [Violation] {
        var hash: [UInt8] = []
        var number: Int64 = 0
        var current: (number: Int64, posting: Posting, hash: [UInt8])?
        var violations: [Violation] = []
        func check() {
            guard let found = current else { return }
            if found.number != number + 1 { violations.append(Violation("chain-gap", "posting \(number + 1) is missing before \(found.number)")) }
            number = found.number
            hash = LedgerChain.hash(found.posting, number: found.number, after: hash)
            if hash != found.hash {
                violations.append(Violation("chain-broken", "posting \(found.number) or the one before it was changed"))
                hash = found.hash
            }
        }
        try transaction.forEach(
            """
            SELECT p.number, p.at, p.cause, p.cause_number, p.actor, p.verb, p.note, p.reverses, p.hash, t.from_account, t.to_account, t.amount
            FROM postings p LEFT JOIN transfers t ON t.posting = p.number ORDER BY p.number, t.position
            """
        ) { row in
            guard violations.count < 100 else { return }
            if current?.number != row.integer(0) {
                check()
                let posting = Posting(
                    at: .init(milliseconds: row.integer(1)), cause: .init(row.text(2), row.integer(3)), actor: row.text(4), verb: row.text(5),
                    note: row.text(6),
                    transfers: [], reverses: row.optionalInteger(7))
                current = (row.integer(0), posting, row.blob(8))
            }
            guard !row.isNull(9) else { return }
            let from = Account(number: row.integer(9))
            let to = Account(number: row.integer(10))
            guard from != to, from.unit == to.unit, row.integer(11) > 0 else {
                violations.append(Violation("bad-transfer", "posting \(row.integer(0))"))
                return
            }
            current?.posting.transfers.append(Transfer(from: from, to: to, amount: row.integer(11)))
        }
        check()
        let head = try transaction.first("SELECT posting, hash FROM ledger_head WHERE one = 1") { (posting: $0.integer(0), hash: $0.blob(1)) }
        if head?.posting != number || head?.hash != hash, violations.isEmpty {
            violations.append(Violation("chain-head", "the head is \(head?.posting ?? 0), the last posting \(number)"))
        }
        return violations
    }
}
