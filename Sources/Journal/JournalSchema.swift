// SPDX-License-Identifier: Apache-2.0

public import Storage

/// Events, inbox, outbox jobs and exceptions.
public enum JournalSchema {
    public static let migrations = [
        Migration(
            110, "110-journal",
            """
            CREATE TABLE events (
                number INTEGER NOT NULL PRIMARY KEY,
                at INTEGER NOT NULL,
                kind TEXT NOT NULL,
                subject TEXT NOT NULL,
                subject_number INTEGER NOT NULL,
                actor TEXT NOT NULL,
                detail TEXT NOT NULL
            ) STRICT;
            CREATE INDEX events_by_subject ON events (subject, subject_number, number);
            CREATE TABLE inbox (
                number INTEGER NOT NULL PRIMARY KEY,
                account INTEGER NOT NULL,
                key TEXT NOT NULL,
                topic TEXT NOT NULL,
                body BLOB,
                received_at INTEGER NOT NULL,
                state INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
                attempts INTEGER NOT NULL,
                UNIQUE (account, key),
                CHECK (state = 1 OR body IS NOT NULL)
            ) STRICT;
            CREATE INDEX inbox_waiting ON inbox (number) WHERE state = 0;
            CREATE TABLE jobs (
                number INTEGER NOT NULL PRIMARY KEY,
                queue TEXT NOT NULL,
                key TEXT NOT NULL UNIQUE,
                payload TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                due_at INTEGER NOT NULL,
                attempts INTEGER NOT NULL,
                state INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
                leased_until INTEGER NOT NULL,
                fence INTEGER NOT NULL,
                reason TEXT NOT NULL
            ) STRICT;
            CREATE INDEX jobs_waiting ON jobs (queue, due_at, number) WHERE state = 0;
            CREATE TABLE exceptions (
                number INTEGER NOT NULL PRIMARY KEY,
                kind TEXT NOT NULL,
                key TEXT NOT NULL UNIQUE,
                account INTEGER,
                subject TEXT NOT NULL,
                subject_number INTEGER NOT NULL,
                detail TEXT NOT NULL,
                opened_at INTEGER NOT NULL,
                closed_at INTEGER,
                resolution TEXT
            ) STRICT;
            CREATE INDEX exceptions_open ON exceptions (number) WHERE closed_at IS NULL;
            CREATE INDEX exceptions_by_subject ON exceptions (subject, subject_number);
            """)
    ]
}
