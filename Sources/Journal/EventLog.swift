// SPDX-License-Identifier: Apache-2.0

public import JSONText
public import Storage
public import Vocabulary

/// Something that happened, in the past tense, with what a reader needs to tell it.
public struct Event: Hashable, Sendable {
    /// What it happened to: `order` 17, `variant` 4.
    public struct Subject: Hashable, Sendable {
        public var kind: String
        public var number: Int64
        public init(_ kind: String, _ number: Int64) {
            self.kind = kind
            self.number = number
        }
    }
    public var at: Instant
    /// Stable and dotted: `order.imported`.
    public var kind: String
    public var subject: Subject
    /// A person, or where the fact came from: `channel:2 webhook orders/create`.
    public var actor: String
    public var detail: JSONValue

    public init(at: Instant, kind: String, subject: Subject, actor: String, detail: JSONValue = .object([])) {
        self.at = at
        self.kind = kind
        self.subject = subject
        self.actor = actor
        self.detail = detail
    }
}

/// The event log: append-only, in the order of commits. The only writer of `events`.
public enum EventLog {
    public static let signal = "events"

    public static func append(_ events: [Event], in transaction: Transaction) throws {
        guard !events.isEmpty else { return }
        let first = try transaction.takeNumbers("events", count: events.count)
        try transaction.execute(
            "INSERT INTO events (number, at, kind, subject, subject_number, actor, detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
            each: events.enumerated().map { offset, event in
                [
                    .integer(first + Int64(offset)), .integer(event.at.milliseconds), .text(event.kind), .text(event.subject.kind),
                    .integer(event.subject.number), .text(event.actor), .text(event.detail.text),
                ]
            })
        transaction.signal(signal)
    }

    /// What happened to the subject, oldest first.
    public static func history(of subject: Event.Subject, in transaction: Transaction) throws -> [(number: Int64, event: Event)] {
        try transaction.all(
            """
            SELECT number, at, kind, subject, subject_number, actor, detail FROM events
            WHERE subject = \(subject.kind) AND subject_number = \(subject.number) ORDER BY number
            """, read)
    }

    /// Events after a number, oldest first: how a relay or a live page follows the log.
    public static func after(_ number: Int64, limit: Int, in transaction: Transaction) throws -> [(number: Int64, event: Event)] {
        try transaction.all(
            "SELECT number, at, kind, subject, subject_number, actor, detail FROM events WHERE number > \(number) ORDER BY number LIMIT \(limit)",
            read)
    }

    private static func read(_ row: any Row) throws -> (number: Int64, event: Event) {
        let detail = (try? JSON.parse(row.text(6)))?.value ?? .object([])
        let event = Event(
            at: Instant(milliseconds: row.integer(1)), kind: row.text(2), subject: Event.Subject(row.text(3), row.integer(4)), actor: row.text(5),
            detail: detail)
        return (row.integer(0), event)
    }
}
