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
        var left: [String] = []
        let messages = try Inbox.waiting(in: transaction)
        if messages > 0 { left.append("\(messages) messages wait") }
        left += try Jobs.waitingInWords(limit: 5, in: transaction)
        let unknown = try PublicationTable.unbounded(in: transaction)
        if unknown > 0 { left.append("what may be sold of \(unknown) listings is not known yet") }
        if try StockChanges.count(in: transaction) > 0 { left.append("quantities are to be decided") }
        for (account, count) in try PublicationTable.dueCounts(in: transaction).sorted(by: { $0.key < $1.key }) {
            let rows = try PublicationTable.due(account: account, limit: 3, at: Instant(milliseconds: .max), in: transaction)
            left.append("\(count) quantities are owed to account \(account): \(rows)")
        }
        for account in try ChannelAccountTable.all(in: transaction) where account.isConnected {
            for name in [SyncStream.Name.orders, .listings] {
                let stream = try SyncStreamTable.find(account.id, name, in: transaction)
                let isPast = name == .orders ? stream?.cursor.map { cursor in moment.map { cursor > $0 } ?? true } ?? false : stream?.okAt != nil
                if !isPast { left.append("account \(account.id) has not looked at its \(name.rawValue): \(stream?.problem ?? "no problem")") }
            }
        }
        return left
    }
}
