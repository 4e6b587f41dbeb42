// SPDX-License-Identifier: Apache-2.0

public import JSONText
public import Storage
public import Vocabulary

/// Something that a person has to decide or mend. It cannot be lost: it stays until it is closed, and says how.
public struct OpenException: Sendable {
    public var number: Int64
    /// Stable: `unknown-sku`, `oversold`, `malformed-message`.
    public var kind: String
    public var account: ID<AccountKind>?
    /// What it is about: `order` 17, `inbox` 9, `job` 3, `listing` 5.
    public var subject: Event.Subject
    public var detail: JSON
    public var openedAt: Instant
}

/// The exceptions queue. The only writer of `exceptions`.
public enum Exceptions {
    public static let signal = "exceptions"

    /// The key as it is kept. What is parked because PostgreSQL keeps no NUL in a text is called by a name that may have one.
    private static func kept(_ key: String) -> String { key.replacing("\u{0}", with: "\u{2400}") }

    /// Opens an exception, or opens it again when it was closed. The key names the trouble, so that the same trouble is one exception however often it shows.
    public static func open(
        kind: String, key: String, account: ID<AccountKind>?, subject: Event.Subject, detail: JSONValue, at now: Instant, in transaction: Transaction
    ) throws {
        let number = try transaction.takeNumbers("exceptions")
        let key = kept(key)
        try transaction.execute(
            """
            INSERT INTO exceptions (number, kind, key, account, subject, subject_number, detail, opened_at, closed_at, resolution)
            VALUES (\(number), \(kind), \(key), \(account?.number), \(subject.kind), \(subject.number), \(detail.text), \(now.milliseconds), NULL, NULL)
            ON CONFLICT (key) DO UPDATE SET closed_at = NULL, resolution = NULL, detail = excluded.detail, subject = excluded.subject,
                subject_number = excluded.subject_number
            """)
        transaction.signal(signal)
    }

    /// Closes the exception of the key, if it is open.
    @discardableResult
    public static func close(key: String, resolution: String, at now: Instant, in transaction: Transaction) throws -> Bool {
        transaction.signal(signal)
        let key = kept(key)
        return try transaction.execute(
            "UPDATE exceptions SET closed_at = \(now.milliseconds), resolution = \(resolution) WHERE key = \(key) AND closed_at IS NULL") > 0
    }

    @discardableResult
    public static func close(number: Int64, resolution: String, at now: Instant, in transaction: Transaction) throws -> Bool {
        transaction.signal(signal)
        return try transaction.execute(
            "UPDATE exceptions SET closed_at = \(now.milliseconds), resolution = \(resolution) WHERE number = \(number) AND closed_at IS NULL") > 0
    }

    /// Whether the exception of the key is open.
    public static func isOpen(key: String, in transaction: Transaction) throws -> Bool {
        try transaction.number("SELECT 1 FROM exceptions WHERE key = \(kept(key)) AND closed_at IS NULL") != nil
    }

    /// Whether any exception is open whose key begins so.
    public static func isAnyOpen(keysBeginning prefix: String, in transaction: Transaction) throws -> Bool {
        try transaction.number(
            "SELECT 1 FROM exceptions WHERE closed_at IS NULL AND substr(key, 1, length(\(prefix))) = \(prefix) LIMIT 1") != nil
    }

    /// Open exceptions, newest first; of one kind or one subject when given.
    public static func list(
        kind: String? = nil, subject: Event.Subject? = nil, limit: Int = 200, offset: Int = 0, in transaction: Transaction
    ) throws -> [OpenException] {
        var sql: SQL = "SELECT number, kind, account, subject, subject_number, detail, opened_at FROM exceptions WHERE closed_at IS NULL"
        if let kind { sql = "\(sql) AND kind = \(kind)" }
        if let subject { sql = "\(sql) AND subject = \(subject.kind) AND subject_number = \(subject.number)" }
        sql = "\(sql) ORDER BY number DESC LIMIT \(limit) OFFSET \(offset)"
        return try transaction.all(sql, read)
    }

    /// The open exception of that number.
    public static func find(_ number: Int64, in transaction: Transaction) throws -> OpenException? {
        try transaction.first(
            "SELECT number, kind, account, subject, subject_number, detail, opened_at FROM exceptions WHERE closed_at IS NULL AND number = \(number)",
            read)
    }

    private static func read(_ row: any Row) throws -> OpenException {
        OpenException(
            number: row.integer(0), kind: row.text(1), account: row.optionalInteger(2).map { ID($0) },
            subject: Event.Subject(row.text(3), row.integer(4)),
            detail: try JSON.parse(row.text(5)), openedAt: Instant(milliseconds: row.integer(6)))
    }

    /// How many are open, by kind.
    public static func counts(in transaction: Transaction) throws -> [(kind: String, count: Int)] {
        try transaction.all("SELECT kind, COUNT(*) FROM exceptions WHERE closed_at IS NULL GROUP BY kind ORDER BY kind") { ($0.text(0), $0.int(1)) }
    }
}
