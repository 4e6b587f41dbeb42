// SPDX-License-Identifier: Apache-2.0

public import JSONText
public import Storage
public import Vocabulary

/// Work for later, committed together with the fact that asked for it.
public struct Job: Sendable {
    public var number: Int64
    public var queue: String
    /// The same for every try: outside, it is the idempotency key.
    public var key: String
    public var payload: JSON
    public var attempts: Int
    /// Only the holder of the newest fence may end the job.
    public var fence: Int64
}

/// The outbox: jobs with leases. The only writer of `jobs`.
public enum Jobs {
    public static let signal = "jobs"

    /// Adds a job unless its key is known. True when it is new.
    @discardableResult
    public static func add(queue: String, key: String, payload: JSONValue, at now: Instant, dueAt: Instant? = nil, in transaction: Transaction) throws
        -> Bool
    {
        let number = try transaction.takeNumbers("jobs")
        let added = try transaction.execute(
            """
            INSERT INTO jobs (number, queue, key, payload, created_at, due_at, attempts, state, leased_until, fence, reason)
            VALUES (\(number), \(queue), \(key), \(payload.text), \(now.milliseconds), \((dueAt ?? now).milliseconds), 0, 0, 0, 0, '')
            ON CONFLICT (key) DO NOTHING
            """)
        if added > 0 { transaction.signal(signal) }
        return added > 0
    }

    /// Leases due jobs of the queue, oldest first, until the moment given.
    public static func lease(queue: String, limit: Int, at now: Instant, until: Instant, in transaction: Transaction) throws -> [Job] {
        let sql: SQL = """
            SELECT number, key, payload, attempts, fence FROM jobs
            WHERE state = 0 AND queue = \(queue) AND due_at <= \(now.milliseconds) AND leased_until <= \(now.milliseconds)
            ORDER BY due_at, number LIMIT \(limit)
            """
        let jobs = try transaction.all(sql) { row in
            Job(
                number: row.integer(0), queue: queue, key: row.text(1), payload: try JSON.parse(row.text(2)), attempts: row.int(3) + 1,
                fence: row.integer(4) + 1)
        }
        try transaction.execute(
            "UPDATE jobs SET leased_until = ?, fence = fence + 1, attempts = attempts + 1 WHERE number = ?",
            each: jobs.map { [.integer(until.milliseconds), .integer($0.number)] })
        return jobs
    }

    /// The process begins, and whoever held jobs is gone; what they were at is due now, though a clock that was wrong put it off.
    public static func takeOver(at now: Instant, in transaction: Transaction) throws {
        try transaction.execute(
            """
            UPDATE jobs SET leased_until = 0, due_at = CASE WHEN due_at > \(now.milliseconds) THEN \(now.milliseconds) ELSE due_at END
            WHERE state = 0 AND (leased_until > \(now.milliseconds) OR due_at > \(now.milliseconds))
            """)
    }

    /// The job is done. False when somebody else holds it by now: then nothing it did here may be committed.
    public static func finish(_ job: Job, in transaction: Transaction) throws -> Bool {
        try transaction.execute("UPDATE jobs SET state = 1, reason = '' WHERE number = \(job.number) AND fence = \(job.fence) AND state = 0") > 0
    }

    /// The job failed for the moment: it is due again later.
    public static func retry(_ job: Job, at due: Instant, reason: String, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE jobs SET due_at = \(due.milliseconds), leased_until = 0, reason = \(reason) WHERE number = \(job.number) AND fence = \(job.fence)"
        )
    }

    /// The job cannot be done as it is: a person has to look.
    public static func park(_ job: Job, reason: String, in transaction: Transaction) throws {
        try transaction.execute("UPDATE jobs SET state = 2, reason = \(reason) WHERE number = \(job.number) AND fence = \(job.fence)")
    }

    /// A parked job is due again.
    public static func replay(_ number: Int64, at now: Instant, in transaction: Transaction) throws -> Bool {
        transaction.signal(signal)
        return try transaction.execute(
            "UPDATE jobs SET state = 0, attempts = 0, leased_until = 0, due_at = \(now.milliseconds) WHERE number = \(number) AND state = 2") > 0
    }

    public static func waiting(in transaction: Transaction) throws -> Int {
        try transaction.count("SELECT COUNT(*) FROM jobs WHERE state = 0")
    }

    /// How many wait in the queue or are being worked on.
    public static func waiting(queue: String, in transaction: Transaction) throws -> Int {
        try transaction.count("SELECT COUNT(*) FROM jobs WHERE queue = \(queue) AND state = 0")
    }

    /// The oldest waiting jobs in words, for whoever wonders what is left.
    public static func waitingInWords(limit: Int, in transaction: Transaction) throws -> [String] {
        try transaction.all("SELECT queue, key, attempts FROM jobs WHERE state = 0 ORDER BY number LIMIT \(limit)") {
            "job \($0.text(0)) \($0.text(1)) tried \($0.int(2)) times"
        }
    }

    /// When the next job of the queue is due; nil when none waits.
    public static func nextDue(queue: String, in transaction: Transaction) throws -> Instant? {
        try transaction.number(
            "SELECT MIN(CASE WHEN due_at > leased_until THEN due_at ELSE leased_until END) FROM jobs WHERE state = 0 AND queue = \(queue)"
        )
        .map { Instant(milliseconds: $0) }
    }
}
