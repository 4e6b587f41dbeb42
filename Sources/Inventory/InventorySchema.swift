// SPDX-License-Identifier: Apache-2.0

public import Storage

/// Locations, reservations and shortages. Stock itself is accounts of the ledger.
public enum InventorySchema {
    public static let migrations = [
        Migration(
            130, "130-inventory",
            """
            CREATE TABLE locations (
                number INTEGER NOT NULL PRIMARY KEY,
                name TEXT NOT NULL UNIQUE,
                priority INTEGER NOT NULL,
                sells_online INTEGER NOT NULL CHECK (sells_online IN (0, 1))
            ) STRICT;
            CREATE TABLE account_locations (
                account INTEGER NOT NULL,
                location INTEGER NOT NULL REFERENCES locations (number),
                PRIMARY KEY (account, location)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE reservations (
                holder INTEGER NOT NULL,
                line INTEGER NOT NULL,
                variant INTEGER NOT NULL,
                location INTEGER NOT NULL REFERENCES locations (number),
                units INTEGER NOT NULL CHECK (units > 0),
                PRIMARY KEY (holder, line, variant, location)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX reservations_by_variant ON reservations (variant, location);
            CREATE TABLE shortages (
                holder INTEGER NOT NULL,
                line INTEGER NOT NULL,
                variant INTEGER NOT NULL,
                units INTEGER NOT NULL CHECK (units > 0),
                promised_at INTEGER NOT NULL,
                PRIMARY KEY (holder, line, variant)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX shortages_by_variant ON shortages (variant, promised_at, holder);
            CREATE TABLE stock_changes (
                variant INTEGER NOT NULL PRIMARY KEY
            ) STRICT;
            CREATE TABLE stock_entries (
                number INTEGER NOT NULL PRIMARY KEY,
                key TEXT NOT NULL UNIQUE,
                at INTEGER NOT NULL,
                actor TEXT NOT NULL,
                reason TEXT NOT NULL,
                note TEXT NOT NULL
            ) STRICT;
            """),
        // Whose promise a shortage is decides which locations may fill it; nobody's is filled from all that sell online.
        Migration(131, "131-shortage-accounts", "ALTER TABLE shortages ADD COLUMN account INTEGER;"),
        Migration(
            132, "132-channel-claims",
            """
            CREATE TABLE channel_claims (
                number INTEGER NOT NULL PRIMARY KEY,
                account INTEGER NOT NULL,
                variant_key TEXT NOT NULL,
                units INTEGER NOT NULL CHECK (units <> 0),
                placed_at INTEGER
            ) STRICT;
            """),
        Migration(
            133, "133-coming-back",
            """
            CREATE TABLE coming_back (
                act TEXT NOT NULL,
                account INTEGER NOT NULL,
                variant_key TEXT NOT NULL,
                units INTEGER NOT NULL CHECK (units > 0),
                arrived_at INTEGER,
                PRIMARY KEY (act, account, variant_key)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX coming_back_by_article ON coming_back (account, variant_key);
            """),
    ]
}
