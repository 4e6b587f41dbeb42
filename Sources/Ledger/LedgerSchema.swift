// SPDX-License-Identifier: Apache-2.0

public import Storage

/// The ledger's tables. Balances are guarded by CHECK; history is never updated or deleted.
public enum LedgerSchema {
    public static let migrations = [
        Migration(
            100, "100-ledger",
            """
            CREATE TABLE accounts (
                number INTEGER NOT NULL PRIMARY KEY,
                balance INTEGER NOT NULL,
                may_be_negative INTEGER NOT NULL CHECK (may_be_negative IN (0, 1)),
                CHECK (balance >= 0 OR may_be_negative = 1)
            ) STRICT;
            CREATE TABLE postings (
                number INTEGER NOT NULL PRIMARY KEY,
                at INTEGER NOT NULL,
                cause TEXT NOT NULL,
                cause_number INTEGER NOT NULL,
                actor TEXT NOT NULL,
                verb TEXT NOT NULL,
                note TEXT NOT NULL,
                reverses INTEGER UNIQUE REFERENCES postings (number),
                hash BLOB NOT NULL
            ) STRICT;
            CREATE INDEX postings_by_cause ON postings (cause, cause_number);
            CREATE TABLE transfers (
                posting INTEGER NOT NULL REFERENCES postings (number),
                position INTEGER NOT NULL,
                from_account INTEGER NOT NULL,
                to_account INTEGER NOT NULL,
                amount INTEGER NOT NULL CHECK (amount > 0),
                PRIMARY KEY (posting, position),
                CHECK (from_account <> to_account)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX transfers_by_unit ON transfers (from_account, posting);
            CREATE TABLE ledger_head (
                one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
                posting INTEGER NOT NULL,
                hash BLOB NOT NULL
            ) STRICT;
            INSERT INTO ledger_head (one, posting, hash) VALUES (1, 0, x'');
            """)
    ]
}
