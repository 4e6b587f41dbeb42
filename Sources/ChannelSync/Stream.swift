// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// One kind of traffic with an account, and how it is doing.
public struct SyncStream: Hashable, Sendable {
    public enum Name: String, Hashable, Sendable, CaseIterable { case listings, orders, webhooks, quantities, actions }
    public var account: ID<AccountKind>
    public var name: Name
    /// Up to where a poll has read.
    public var cursor: Instant?
    public var okAt: Instant?
    public var triedAt: Instant?
    /// Failures in a row.
    public var failures: Int
    /// What was wrong last, for the person who looks; nil when the last try went well.
    public var problem: String?

    /// Green, yellow or red, as a person reads it.
    public enum Light: String, Hashable, Sendable { case ok, slow, broken, idle }
    public var light: Light {
        if triedAt == nil { return .idle }
        if problem == nil { return .ok }
        return failures < 5 ? .slow : .broken
    }
}

/// The only writer of `streams` and `sync_lags`.
public enum SyncStreamTable {
    public static let signal = "streams"

    public static func succeeded(
        _ account: ID<AccountKind>, _ name: SyncStream.Name, cursor: Instant? = nil, at now: Instant, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO streams (account, stream, cursor_at, ok_at, tried_at, failures) VALUES (\(account.number), \(name.rawValue), \(cursor?.milliseconds),
                \(now.milliseconds), \(now.milliseconds), 0)
            ON CONFLICT (account, stream) DO UPDATE SET cursor_at = COALESCE(excluded.cursor_at, streams.cursor_at), ok_at = excluded.ok_at,
                tried_at = excluded.tried_at, failures = 0, problem = NULL
            """)
        transaction.signal(signal)
    }

    public static func failed(_ account: ID<AccountKind>, _ name: SyncStream.Name, problem: String, at now: Instant, in transaction: Transaction)
        throws
    {
        try transaction.execute(
            """
            INSERT INTO streams (account, stream, tried_at, failures, problem) VALUES (\(account.number), \(name.rawValue), \(now.milliseconds), 1, \(problem))
            ON CONFLICT (account, stream) DO UPDATE SET tried_at = excluded.tried_at, failures = streams.failures + 1, problem = excluded.problem
            """)
        transaction.signal(signal)
    }

    public static func find(_ account: ID<AccountKind>, _ name: SyncStream.Name, in transaction: Transaction) throws -> SyncStream? {
        try all(of: account, in: transaction).first { $0.name == name }
    }

    public static func all(of account: ID<AccountKind>, in transaction: Transaction) throws -> [SyncStream] {
        try transaction.all(
            "SELECT stream, cursor_at, ok_at, tried_at, failures, problem FROM streams WHERE account = \(account.number) ORDER BY stream"
        ) { row in
            SyncStream(
                account: account, name: SyncStream.Name(rawValue: row.text(0)) ?? .orders,
                cursor: row.optionalInteger(1).map(Instant.init(milliseconds:)),
                okAt: row.optionalInteger(2).map(Instant.init(milliseconds:)), triedAt: row.optionalInteger(3).map(Instant.init(milliseconds:)),
                failures: row.int(4), problem: row.optionalText(5))
        }
    }

    /// Notes how long it took from wanting quantities to their acknowledgement; entries older than a day go.
    public static func noteLag(_ account: ID<AccountKind>, milliseconds: Int64, pushes: Int, at now: Instant, in transaction: Transaction) throws {
        try transaction.execute(
            "INSERT INTO sync_lags (account, at, milliseconds, pushes) VALUES (\(account.number), \(now.milliseconds), \(milliseconds), \(pushes))")
        try transaction.execute("DELETE FROM sync_lags WHERE account = \(account.number) AND at < \((now - .days(1)).milliseconds)")
    }

    /// Median and 99th percentile of the account's lags since the moment, in milliseconds; nil when there were none.
    public static func lag(of account: ID<AccountKind>, since: Instant, in transaction: Transaction) throws -> (median: Int64, worst: Int64)? {
        let lags = try transaction.all(
            "SELECT milliseconds FROM sync_lags WHERE account = \(account.number) AND at >= \(since.milliseconds) ORDER BY milliseconds"
        ) { $0.integer(0) }
        guard !lags.isEmpty else { return nil }
        return (lags[lags.count / 2], lags[min(lags.count - 1, lags.count * 99 / 100)])
    }
}
