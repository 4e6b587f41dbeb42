// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// A time in which the hub was not running.
public struct Absence: Hashable, Sendable {
    public var beganAt: Instant
    public var endedAt: Instant
}

/// When the hub was not running: known when it starts again, from the last thing it did. The only writer of `absences`.
public enum AbsenceTable {
    /// The hub is at work again. Whoever asked no channel for so long was not running, or had none to ask.
    static func begins(at now: Instant, in transaction: Transaction) throws {
        let last = try transaction.number(
            """
            SELECT MAX(s.tried_at) FROM streams s JOIN channel_accounts a ON a.number = s.account
            WHERE a.is_connected = 1 AND s.tried_at <= \(now.milliseconds)
            """)
        guard let last, now.milliseconds - last > noticed.milliseconds else { return }
        try transaction.execute(
            """
            INSERT INTO absences (began_at, ended_at) VALUES (\(last), \(now.milliseconds))
            ON CONFLICT (began_at) DO UPDATE SET ended_at = excluded.ended_at
            """)
        try transaction.execute("DELETE FROM absences WHERE ended_at < \((now - .days(400)).milliseconds)")
    }

    /// Those that touch the time between two moments, oldest first.
    public static func list(from start: Instant, to end: Instant, in transaction: Transaction) throws -> [Absence] {
        try transaction.all(
            """
            SELECT began_at, ended_at FROM absences WHERE ended_at > \(start.milliseconds) AND began_at <= \(end.milliseconds)
            ORDER BY began_at LIMIT 100
            """
        ) { Absence(beganAt: Instant(milliseconds: $0.integer(0)), endedAt: Instant(milliseconds: $0.integer(1))) }
    }

    /// Every channel is polled more often than this; a restart that takes less is nothing to tell of.
    private static let noticed = Span.minutes(10)
}
