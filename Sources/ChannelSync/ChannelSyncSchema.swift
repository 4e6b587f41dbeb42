// SPDX-License-Identifier: Apache-2.0

public import Storage

/// Connected accounts and where each of their streams stands.
public enum ChannelSyncSchema {
    public static let migrations = [
        Migration(
            160, "160-channel-sync",
            """
            CREATE TABLE channel_accounts (
                number INTEGER NOT NULL PRIMARY KEY,
                channel TEXT NOT NULL,
                name TEXT NOT NULL UNIQUE,
                settings TEXT NOT NULL,
                creates_products INTEGER NOT NULL CHECK (creates_products IN (0, 1)),
                is_connected INTEGER NOT NULL CHECK (is_connected IN (0, 1)),
                created_at INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE streams (
                account INTEGER NOT NULL REFERENCES channel_accounts (number),
                stream TEXT NOT NULL,
                cursor_at INTEGER,
                ok_at INTEGER,
                tried_at INTEGER,
                failures INTEGER NOT NULL,
                problem TEXT,
                PRIMARY KEY (account, stream)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE sync_lags (
                account INTEGER NOT NULL,
                at INTEGER NOT NULL,
                milliseconds INTEGER NOT NULL,
                pushes INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX sync_lags_by_account ON sync_lags (account, at);
            """),
        Migration(
            161, "161-absences",
            """
            CREATE TABLE absences (
                began_at INTEGER NOT NULL PRIMARY KEY,
                ended_at INTEGER NOT NULL CHECK (ended_at > began_at)
            ) STRICT;
            """),
    ]
}
