// SPDX-License-Identifier: Apache-2.0

public import Storage

/// People and their sessions.
public enum AccessSchema {
    public static let migrations = [
        Migration(
            105, "105-access",
            """
            CREATE TABLE people (
                number INTEGER NOT NULL PRIMARY KEY,
                email TEXT NOT NULL UNIQUE,
                name TEXT NOT NULL,
                role TEXT NOT NULL CHECK (role IN ('owner')),
                password_salt BLOB NOT NULL,
                password_hash BLOB NOT NULL,
                created_at INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE sessions (
                token_hash BLOB NOT NULL PRIMARY KEY,
                person INTEGER NOT NULL REFERENCES people (number),
                form_key TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX sessions_by_person ON sessions (person);
            """)
    ]
}
