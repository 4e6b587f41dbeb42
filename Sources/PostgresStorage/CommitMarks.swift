// SPDX-License-Identifier: Apache-2.0

import Storage

/// How a commit whose answer was lost is settled: each transaction that changes something writes its own number into its writer's row, and
/// whether it stands there is asked by whoever has the turn to write next.
///
/// That is exact. The number is in the same transaction, so it is there if and only if everything else is. And the answer cannot change any
/// more: whoever asks holds the turn, which the lost transaction held from its first statement to its end, so it has ended.
enum CommitMarks {
    static let table = """
        CREATE TABLE IF NOT EXISTS commits (
            writer BYTEA NOT NULL PRIMARY KEY,
            number BIGINT NOT NULL,
            seen_at TIMESTAMPTZ NOT NULL DEFAULT now()
        )
        """

    static let isThere: SQL = "SELECT to_regclass('commits') IS NOT NULL"

    /// The turn to write: held by one transaction at a time in the whole database. The number is the word "tributar" in ASCII.
    static let turn: (text: String, arguments: [SQLValue]) = ("SELECT pg_advisory_xact_lock(?)", [.integer(Int64(0x7472_6962_7574_6172))])

    static func write(_ number: Int64, of writer: [UInt8]) -> SQL {
        """
        INSERT INTO commits (writer, number) VALUES (\(writer), \(number))
        ON CONFLICT (writer) DO UPDATE SET number = excluded.number, seen_at = now()
        """
    }

    static func isKept(_ number: Int64, of writer: [UInt8]) -> SQL {
        "SELECT COUNT(*) FROM commits WHERE writer = \(writer) AND number = \(number)"
    }

    /// Rows of processes that ended long ago.
    static let sweep: SQL = "DELETE FROM commits WHERE seen_at < now() - interval '30 days'"
}
