// SPDX-License-Identifier: Apache-2.0

import Availability
import Inventory
import Journal
public import Storage
public import Vocabulary

/// What the hub has not done yet. Empty: every message is read, every job done, every quantity decided, sent and confirmed, and every
/// account was looked at.
public enum Backlog {
    /// In words for whoever waits. With a moment, every connected account's orders have to be known up to it.
    public static func list(ordersUntil moment: Instant?, in transaction: Transaction) throws -> [String] {
        try parts(ordersUntil: moment).flatMap { try $0(transaction) }
    }

    /// Whether nothing is left, for whoever asks again and again.
    public static func isEmpty(ordersUntil moment: Instant?, in transaction: Transaction) throws -> Bool {
        try parts(ordersUntil: moment).allSatisfy { try $0(transaction).isEmpty }
    }

    /// What is mostly waited for longest comes first.
    private static func parts(ordersUntil moment: Instant?) -> [(Transaction) throws -> [String]] {
        [{ try looks(ordersUntil: moment, in: $0) }, messages, { try Jobs.waitingInWords(limit: 5, in: $0) }, quantities]
    }

    private static func looks(ordersUntil moment: Instant?, in transaction: Transaction) throws -> [String] {
        try transaction.all(
            """
            SELECT a.number, n.stream, s.problem FROM channel_accounts a CROSS JOIN (SELECT 'orders' AS stream UNION ALL SELECT 'listings') n
            LEFT JOIN streams s ON s.account = a.number AND s.stream = n.stream
            WHERE a.is_connected = 1
                AND NOT COALESCE(CASE n.stream WHEN 'orders' THEN s.cursor_at > \(moment?.milliseconds ?? .min) ELSE s.ok_at IS NOT NULL END, FALSE)
            ORDER BY a.number, n.stream
            """
        ) { "account \($0.integer(0)) has not looked at its \($0.text(1)): \($0.optionalText(2) ?? "no problem")" }
    }

    private static func messages(in transaction: Transaction) throws -> [String] {
        let messages = try Inbox.waiting(in: transaction)
        return messages > 0 ? ["\(messages) messages wait"] : []
    }

    private static func quantities(in transaction: Transaction) throws -> [String] {
        var left: [String] = []
        let unknown = try PublicationTable.unbounded(in: transaction)
        if unknown > 0 { left.append("what may be sold of \(unknown) listings is not known yet") }
        if try StockChanges.count(in: transaction) > 0 { left.append("quantities are to be decided") }
        for (account, count) in try PublicationTable.dueCounts(in: transaction).sorted(by: { $0.key < $1.key }) {
            let rows = try PublicationTable.due(account: account, limit: 3, isRanked: false, at: Instant(milliseconds: .max), in: transaction)
            left.append("\(count) quantities are owed to account \(account): \(rows)")
        }
        return left
    }
}
