// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// A stored message without its body, for the person who looks.
public struct InboxReport: Hashable, Sendable {
    public enum State: Int, Hashable, Sendable { case waiting = 0, done, parked }
    public var number: Int64
    public var account: ID<AccountKind>
    public var topic: String
    public var receivedAt: Instant
    public var state: State
    public var attempts: Int
}

extension Inbox {
    private static let reportColumns: SQL = "number, account, topic, received_at, state, attempts"

    /// The newest messages of the account.
    public static func newest(of account: ID<AccountKind>, limit: Int, in transaction: Transaction) throws -> [InboxReport] {
        try transaction.all("SELECT \(reportColumns) FROM inbox WHERE account = \(account.number) ORDER BY number DESC LIMIT \(limit)", readReport)
    }

    public static func report(_ number: Int64, in transaction: Transaction) throws -> InboxReport? {
        try transaction.first("SELECT \(reportColumns) FROM inbox WHERE number = \(number)", readReport)
    }

    private static func readReport(_ row: any Row) -> InboxReport {
        InboxReport(
            number: row.integer(0), account: ID(row.integer(1)), topic: row.text(2), receivedAt: Instant(milliseconds: row.integer(3)),
            state: InboxReport.State(rawValue: row.int(4)) ?? .waiting, attempts: row.int(5))
    }
}
