// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// How far a job is, for the person who looks.
public struct JobReport: Hashable, Sendable {
    public enum State: Int, Hashable, Sendable { case waiting = 0, done, parked }
    public var number: Int64
    public var queue: String
    public var key: String
    public var state: State
    public var attempts: Int
    public var createdAt: Instant
    public var dueAt: Instant
    /// What went wrong last; empty when nothing did.
    public var reason: String
}

extension Jobs {
    private static let reportColumns: SQL = "number, queue, key, state, attempts, created_at, due_at, reason"

    public static func report(key: String, in transaction: Transaction) throws -> JobReport? {
        try transaction.first("SELECT \(reportColumns) FROM jobs WHERE key = \(key)", readReport)
    }

    private static func readReport(_ row: any Row) -> JobReport {
        JobReport(
            number: row.integer(0), queue: row.text(1), key: row.text(2), state: JobReport.State(rawValue: row.int(3)) ?? .waiting,
            attempts: row.int(4),
            createdAt: Instant(milliseconds: row.integer(5)), dueAt: Instant(milliseconds: row.integer(6)), reason: row.text(7))
    }
}
