// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import Storage
import Vocabulary

/// How many requests would have done: a bound from below for what the hub sent.
///
/// Of looks, acts and subscriptions: those that were answered well. Of quantities: a changed one has to be carried between the moment at which it is
/// owed and the moment at which it was in fact confirmed, and one request carries all that are owed to its account then; so it is the fewest moments that
/// meet all these spans (the earliest end first, which is the best there is). Where a request carries one, and a handful however many (`Abilities.quantityBulkRequests`),
/// the cheapest mixture of both. Asking what stands there is never needed by who knows everything.
struct LeastCalls {
    private struct Key: Hashable {
        var account: Int
        var listing: Int64
    }
    private var owedSince: [Key: Instant] = [:]
    private var spans: [Int: [CarriedSpan]] = [:]
    /// By account, what many quantities at once cost where one request carries one.
    private let bulk: [Int: Int]

    init(bulk: [Int: Int]) { self.bulk = bulk }

    static func begin(in transaction: Transaction) throws {
        try transaction.execute("CREATE TABLE temp.owed_changes (account INTEGER NOT NULL, listing INTEGER NOT NULL, is_owed INTEGER NOT NULL)")
        let owed = { (row: String) in "(\(row).is_due = 1 AND \(row).guard <> 2)" }
        for (event, condition) in [("INSERT", owed("NEW")), ("UPDATE", "\(owed("NEW")) <> \(owed("OLD"))")] {
            let trigger: String =
                """
                CREATE TEMP TRIGGER owed_\(event) AFTER \(event) ON main.publications WHEN \(condition)
                BEGIN INSERT INTO owed_changes SELECT NEW.account, NEW.listing, \(owed("NEW")); END
                """
            try transaction.execute(SQL(trigger))
        }
    }

    /// Takes what became owed or was done since the last step.
    mutating func look(at now: Instant, in transaction: Transaction) throws {
        var last: [(key: Key, isOwed: Bool)] = []
        try transaction.forEach("SELECT account, listing, is_owed FROM owed_changes ORDER BY rowid") {
            last.append((Key(account: $0.int(0), listing: $0.integer(1)), $0.bool(2)))
        }
        guard !last.isEmpty else { return }
        try transaction.execute("DELETE FROM owed_changes")
        for (key, isOwed) in last {
            if isOwed {
                if owedSince[key] == nil { owedSince[key] = now }
            } else if let since = owedSince.removeValue(forKey: key), since < now {
                spans[key.account, default: []].append(CarriedSpan(since: since, until: now))
            }
        }
    }

    /// - Parameter answered: requests that were answered well, by what they were for.
    func total(answered: [CallPurpose: Int]) -> Int {
        spans.reduce(0) { $0 + CarriedSpan.fewestRequests($1.value, bulk: bulk[$1.key]) }
            + answered.reduce(0) { $1.key == .quantities || $1.key == .reading ? $0 : $0 + $1.value }
    }
}
