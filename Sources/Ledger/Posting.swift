// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// So many of one unit from one account to another. Never zero, never negative: a correction goes the other way.
public struct Transfer: Hashable, Sendable {
    public var from: Account
    public var to: Account
    public var amount: Int64

    public init(from: Account, to: Account, amount: Int64) {
        precondition(amount > 0, "a transfer moves something")
        precondition(from.unit == to.unit && from != to, "a transfer moves one unit between two accounts")
        self.from = from
        self.to = to
        self.amount = amount
    }
}

/// Transfers that happen together, and why.
public struct Posting: Hashable, Sendable {
    /// What brought it about: `order` 17, `adjustment` 3.
    public struct Cause: Hashable, Sendable {
        public var kind: String
        public var number: Int64
        public init(_ kind: String, _ number: Int64) {
            self.kind = kind
            self.number = number
        }
    }

    public var at: Instant
    public var cause: Cause
    /// Who did it: a person, or the channel account whose message it was.
    public var actor: String
    /// The verb: `reserve`, `ship`, `count`. A stable word, not a sentence.
    public var verb: String
    public var note: String
    public var transfers: [Transfer]
    /// The posting that this one undoes. A posting can be undone once.
    public var reverses: Int64?

    public init(at: Instant, cause: Cause, actor: String, verb: String, note: String = "", transfers: [Transfer], reverses: Int64? = nil) {
        self.at = at
        self.cause = cause
        self.actor = actor
        self.verb = verb
        self.note = note
        self.transfers = transfers
        self.reverses = reverses
    }

    /// What each account gains or loses by the postings, in the order of the accounts' numbers: rows are always locked in this order.
    public static func changes(of postings: [Posting]) -> [(account: Account, change: Int64)] {
        var sums: [Account: Int64] = [:]
        for posting in postings {
            for transfer in posting.transfers {
                sums[transfer.from, default: 0] -= transfer.amount
                sums[transfer.to, default: 0] += transfer.amount
            }
        }
        return sums.filter { $0.value != 0 }.map { (account: $0.key, change: $0.value) }.sorted { $0.account < $1.account }
    }
}
