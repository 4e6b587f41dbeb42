// SPDX-License-Identifier: Apache-2.0

import JSONText
import Journal
import Storage
public import Vocabulary

/// What a person did to an order here has to be told to its channel: one job, in the same transaction as the act.
public enum OrderAction: String, Hashable, Sendable, CaseIterable {
    case ship, cancel, refund

    /// The queue of a channel account's actions.
    public static func queue(of account: ID<AccountKind>) -> String { "channel-action:\(account.number)" }

    /// The key of the job that tells the channel.
    func job(_ order: ID<OrderKind>, key: String) -> String { "\(rawValue):\(order.number):\(key)" }

    func tell(_ order: Order, key: String, at now: Instant, in transaction: Transaction) throws {
        let payload: JSONValue = ["action": .string(rawValue), "order": .integer(order.id.number), "key": .string(key)]
        try Jobs.add(
            queue: Self.queue(of: order.account), key: job(order.id, key: key), payload: payload, at: now, in: transaction)
    }

    static func record(_ id: ID<OrderKind>, in transaction: Transaction) throws -> OrderRecord {
        guard let record = try OrderReader.record(id, in: transaction) else { throw Refusal(.notFound, "order.unknown", ["order": id.description]) }
        return record
    }
}

/// Whether a verb did something now or found it done.
public enum Done: Hashable, Sendable { case now, before }
