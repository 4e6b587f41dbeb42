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
    /// Recomputes every balance from the transfers and every hash from the first posting on, in one pass that holds a sum for
    /// each account and no transfer.
    public func audit(in transaction: Transaction) throws -> [Violation] {
        var moved: [Int64: Int64] = [:]
        let chain = try chainViolations(moved: &moved, in: transaction)
        return try balanceViolations(&moved, in: transaction) + chain
    }

    /// Takes from the sums what the accounts answer for.
    private func balanceViolations(_ moved: inout [Int64: Int64], in transaction: Transaction) throws -> [Violation] {
        var violations: [Violation] = []
        func differs(_ number: Int64, _ balance: Int64, _ transfers: Int64) {
            let account = Account(number: number)
            violations.append(
                Violation(
                    "balance-differs",
                    "account \(name(of: account)) of unit \(account.unit.number), owner \(account.owner): balance \(balance), transfers \(transfers)")
            )
        }
        try transaction.forEach("SELECT number, balance, may_be_negative FROM accounts ORDER BY number") { row in
            let number = row.integer(0)
            let balance = row.integer(1)
            let transfers = moved.removeValue(forKey: number) ?? 0
            if balance != transfers { differs(number, balance, transfers) }
            if balance < 0, !row.bool(2) {
                violations.append(Violation("negative-balance", "\(name(of: Account(number: number))) \(number): \(balance)"))
            }
        }
        for (number, transfers) in moved.sorted(by: { $0.key < $1.key }) where transfers != 0 { differs(number, 0, transfers) }
        return violations
    }

    private func chainViolations(moved: inout [Int64: Int64], in transaction: Transaction) throws -> [Violation] {
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
            if !row.isNull(9) {
                // Bent rows may hold any number: the audit says so and does not stop over a sum that is too large.
                moved[row.integer(9), default: 0] &-= row.integer(11)
                moved[row.integer(10), default: 0] &+= row.integer(11)
            }
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
