// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// A message of a channel, stored before it was looked into.
public struct InboxMessage: Hashable, Sendable {
    public var number: Int64
    public var account: ID<AccountKind>
    public var key: String
    public var topic: String
    public var body: [UInt8]
    public var receivedAt: Instant
    public var attempts: Int
}

/// Messages from outside, each once for ever by its key. The only writer of `inbox`.
///
/// A message is waiting, done or parked. Done, its body is dropped and its key stays: a repetition is known by it however late it comes.
public enum Inbox {
    public static let signal = "inbox"
    private enum State {
        static let waiting = 0, done = 1, parked = 2
    }

    /// Stores a message unless its key is known. True when it is new.
    @discardableResult
    public static func store(
        account: ID<AccountKind>, key: String, topic: String, body: [UInt8], at: Instant, in transaction: Transaction
    ) throws -> Bool {
        let number = try transaction.takeNumbers("inbox")
        let stored = try transaction.execute(
            SQL(
                """
                INSERT INTO inbox (number, account, key, topic, body, received_at, state, attempts) VALUES (?, ?, ?, ?, ?, ?, 0, 0)
                ON CONFLICT (account, key) DO NOTHING
                """,
                [.integer(number), .integer(account.number), .text(key), .text(topic), .blob(body), .integer(at.milliseconds)]))
        if stored > 0 { transaction.signal(signal) }
        return stored > 0
    }

    /// The oldest waiting messages, marked as begun: a message whose handling kills the process is found by its attempts.
    public static func begin(limit: Int, in transaction: Transaction) throws -> [InboxMessage] {
        let messages = try transaction.all(
            // The state is no argument: SQLite would work out anew each time whether the index of what waits serves it.
            "SELECT number, account, key, topic, body, received_at, attempts FROM inbox WHERE state = 0 ORDER BY number LIMIT \(limit)"
        ) { row in
            InboxMessage(
                number: row.integer(0), account: ID(row.integer(1)), key: row.text(2), topic: row.text(3), body: row.blob(4),
                receivedAt: Instant(milliseconds: row.integer(5)), attempts: row.int(6))
        }
        try transaction.execute("UPDATE inbox SET attempts = attempts + 1 WHERE number = ?", each: messages.map { [.integer($0.number)] })
        return messages
    }

    /// The messages are dealt with; their bodies are dropped.
    public static func finish(_ numbers: [Int64], in transaction: Transaction) throws {
        try transaction.execute("UPDATE inbox SET state = 1, body = NULL WHERE number = ?", each: numbers.map { [.integer($0)] })
    }

    /// Sets the message aside with its body, until a person replays it.
    public static func park(_ number: Int64, in transaction: Transaction) throws {
        try transaction.execute("UPDATE inbox SET state = \(State.parked) WHERE number = \(number)")
    }

    /// A parked message waits again, with a clean count of attempts. False when it was not parked.
    public static func replay(_ number: Int64, in transaction: Transaction) throws -> Bool {
        transaction.signal(signal)
        return try transaction.execute("UPDATE inbox SET state = \(State.waiting), attempts = 0 WHERE number = \(number) AND state = \(State.parked)")
            > 0
    }

    public static func waiting(in transaction: Transaction) throws -> Int {
        try transaction.count("SELECT COUNT(*) FROM inbox WHERE state = 0")
    }

    /// The body of a message that is not done; nil otherwise.
    public static func body(of number: Int64, in transaction: Transaction) throws -> [UInt8]? {
        try transaction.first("SELECT body FROM inbox WHERE number = \(number)") { $0.optionalBlob(0) } ?? nil
    }
}
