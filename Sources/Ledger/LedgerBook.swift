// SPDX-License-Identifier: Apache-2.0

import Crypto
public import Storage
public import Vocabulary

/// Writes and reads the ledger. The only writer of its tables.
public struct LedgerBook: Sendable {
    private let kinds: [UInt8: BalanceKind]

    /// The kinds of all rooms.
    public init(_ kinds: [BalanceKind]) {
        precondition(Set(kinds.map(\.number)).count == kinds.count, "two account kinds share a number")
        self.kinds = Dictionary(uniqueKeysWithValues: kinds.map { ($0.number, $0) })
    }

    public func name(of account: Account) -> String { kinds[account.kindNumber]?.name ?? "kind-\(account.kindNumber)" }

    /// Writes the postings, changes the balances and continues the hash chain, all or nothing.
    ///
    /// Throws `StorageFailure.check` when a balance would go below zero that must not, and `.unique` when a posting has
    /// been reversed before, `.other` when somebody took the chain's head away. Tells the number of the first posting; the others follow it.
    @discardableResult
    public func post(_ postings: [Posting], in transaction: Transaction) throws -> Int64 {
        guard !postings.isEmpty else { return 0 }
        let head = try transaction.first("SELECT posting, hash FROM ledger_head WHERE one = 1") {
            (posting: $0.integer(0), hash: $0.blob(1))
        }
        guard let head else {
            throw StorageFailure.other("The ledger's head is gone: nothing can follow what was written last. Run the audit, and restore a backup.")
        }
        var hash = head.hash
        var number = head.posting
        var rows: [[SQLValue]] = []
        var moves: [[SQLValue]] = []
        for posting in postings {
            precondition(!posting.transfers.isEmpty, "a posting moves something")
            number += 1
            hash = LedgerChain.hash(posting, number: number, after: hash)
            rows.append([
                .integer(number), .integer(posting.at.milliseconds), .text(posting.cause.kind), .integer(posting.cause.number), .text(posting.actor),
                .text(posting.verb), .text(posting.note), .optional(posting.reverses), .blob(hash),
            ])
            for (position, transfer) in posting.transfers.enumerated() {
                moves.append([
                    .integer(number), .integer(position), .integer(transfer.from.number), .integer(transfer.to.number), .integer(transfer.amount),
                ])
            }
        }
        let changes = Posting.changes(of: postings)
        try change(changes, in: transaction)
        try transaction.execute(
            "INSERT INTO postings (number, at, cause, cause_number, actor, verb, note, reverses, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", each: rows
        )
        try transaction.execute("INSERT INTO transfers (posting, position, from_account, to_account, amount) VALUES (?, ?, ?, ?, ?)", each: moves)
        try transaction.execute("UPDATE ledger_head SET posting = \(number), hash = \(hash) WHERE one = 1")
        return head.posting + 1
    }

    /// One statement for each account decides and takes: the CHECK refuses what is not there, whatever was read before.
    private func change(_ changes: [(account: Account, change: Int64)], in transaction: Transaction) throws {
        var updates: [[SQLValue]] = []
        for (account, change) in changes { updates.append([.integer(change), .integer(account.number)]) }
        // Most accounts are there: an update finds them; only what it misses is made.
        let found = try transaction.execute("UPDATE accounts SET balance = balance + ? WHERE number = ?", each: updates)
        guard found < changes.count else { return }
        // One by one: a list of every length would be a statement of its own, prepared and kept for ever.
        let missing = try changes.filter { change in
            try transaction.number("SELECT 1 FROM accounts WHERE number = \(change.account.number)") == nil
        }.map { change -> [SQLValue] in
            guard let kind = kinds[change.account.kindNumber] else { preconditionFailure("account kind \(change.account.kindNumber) is not known") }
            return [.integer(change.account.number), .integer(change.change), .bool(kind.mayBeNegative)]
        }
        try transaction.execute("INSERT INTO accounts (number, balance, may_be_negative) VALUES (?, ?, ?)", each: missing)
    }

    /// The balances of the accounts, zero where there is none yet.
    public func balances(of accounts: [Account], in transaction: Transaction) throws -> [Account: Int64] {
        var balances: [Account: Int64] = [:]
        balances.reserveCapacity(accounts.count)
        for account in accounts.sorted() {
            balances[account] = try transaction.number("SELECT balance FROM accounts WHERE number = \(account.number)") ?? 0
        }
        return balances
    }

    /// All balances of a unit.
    public func balances(of unit: LedgerUnit, in transaction: Transaction) throws -> [(account: Account, balance: Int64)] {
        let range = Account.range(of: unit)
        return try transaction.all(
            "SELECT number, balance FROM accounts WHERE number BETWEEN \(range.lowerBound) AND \(range.upperBound) ORDER BY number"
        ) {
            (Account(number: $0.integer(0)), $0.integer(1))
        }
    }

    /// All balances of a unit as they were at a moment, summed from the transfers.
    public func balances(of unit: LedgerUnit, at moment: Instant, in transaction: Transaction) throws -> [(account: Account, balance: Int64)] {
        var sums: [Account: Int64] = [:]
        for line in try history(of: unit, until: moment, in: transaction) {
            sums[line.transfer.from, default: 0] -= line.transfer.amount
            sums[line.transfer.to, default: 0] += line.transfer.amount
        }
        return sums.map { (account: $0.key, balance: $0.value) }.sorted { $0.account < $1.account }
    }
}
