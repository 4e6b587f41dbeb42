// SPDX-License-Identifier: Apache-2.0

public import Storage

/// What is shown where: the rules a merchant sets, and for each listing what was wanted, sent and acknowledged.
public enum AvailabilitySchema {
    public static let migrations = [
        Migration(
            150, "150-availability",
            """
            CREATE TABLE publish_rules (
                account INTEGER NOT NULL,
                variant INTEGER NOT NULL,
                buffer INTEGER NOT NULL CHECK (buffer >= 0),
                cap INTEGER CHECK (cap >= 0),
                is_paused INTEGER NOT NULL CHECK (is_paused IN (0, 1)),
                PRIMARY KEY (account, variant)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE publications (
                listing INTEGER NOT NULL PRIMARY KEY,
                account INTEGER NOT NULL,
                variant INTEGER NOT NULL,
                wanted INTEGER NOT NULL CHECK (wanted >= 0),
                wanted_at INTEGER NOT NULL,
                sent INTEGER,
                sent_at INTEGER,
                acknowledged INTEGER,
                acknowledged_at INTEGER,
                believed INTEGER,
                sales INTEGER NOT NULL,
                is_due INTEGER NOT NULL CHECK (is_due IN (0, 1)),
                not_before INTEGER NOT NULL,
                raise_not_before INTEGER NOT NULL,
                failures INTEGER NOT NULL,
                problem TEXT
            ) STRICT;
            CREATE INDEX publications_due ON publications (account, not_before) WHERE is_due = 1;
            CREATE INDEX publications_by_variant ON publications (variant);
            CREATE TABLE publication_log (
                number INTEGER NOT NULL PRIMARY KEY,
                listing INTEGER NOT NULL,
                at INTEGER NOT NULL,
                what TEXT NOT NULL,
                quantity INTEGER,
                reason TEXT NOT NULL
            ) STRICT;
            CREATE INDEX publication_log_by_listing ON publication_log (listing, number);
            """),
        Migration(
            151, "151-exposures",
            """
            CREATE TABLE exposures (
                listing INTEGER NOT NULL PRIMARY KEY,
                account INTEGER NOT NULL,
                units INTEGER,
                sent INTEGER CHECK (sent >= 0),
                expected INTEGER,
                marks TEXT NOT NULL,
                known_until INTEGER,
                compares INTEGER NOT NULL CHECK (compares IN (0, 1)),
                pace INTEGER NOT NULL,
                paced_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX exposures_marked ON exposures (account) WHERE marks <> '';
            CREATE TABLE account_paces (
                account INTEGER NOT NULL PRIMARY KEY,
                pace INTEGER NOT NULL,
                paced_at INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE selling_policies (
                variant INTEGER NOT NULL PRIMARY KEY,
                kind TEXT NOT NULL,
                units_max INTEGER NOT NULL CHECK (units_max >= 0)
            ) STRICT;
            ALTER TABLE publications ADD COLUMN guard INTEGER NOT NULL DEFAULT 0 CHECK (guard IN (0, 1, 2));
            """),
        // What was heard of while a set is under way may have been sold of it: a count that is lower by that much is no edit.
        Migration(152, "152-heard-under-way", "ALTER TABLE exposures ADD COLUMN sent_heard INTEGER NOT NULL DEFAULT 0 CHECK (sent_heard >= 0);"),
        Migration(
            153, "153-allocations",
            """
            CREATE TABLE allocations (
                variant INTEGER NOT NULL,
                account INTEGER NOT NULL,
                units INTEGER NOT NULL CHECK (units >= 0),
                sold INTEGER NOT NULL CHECK (sold >= 0),
                PRIMARY KEY (variant, account)
            ) STRICT, WITHOUT ROWID;
            """),
        Migration(
            154, "154-policies-by-category-and-account",
            """
            CREATE TABLE category_policies (
                category TEXT NOT NULL PRIMARY KEY,
                kind TEXT NOT NULL,
                units_max INTEGER NOT NULL CHECK (units_max >= 0)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE account_policies (
                account INTEGER NOT NULL PRIMARY KEY,
                kind TEXT NOT NULL,
                units_max INTEGER NOT NULL CHECK (units_max >= 0)
            ) STRICT;
            """),
        Migration(
            155, "155-owed-since",
            """
            ALTER TABLE publications ADD COLUMN owed_since INTEGER;
            UPDATE publications SET owed_since = wanted_at WHERE is_due = 1 OR problem IS NOT NULL;
            CREATE INDEX publications_owed ON publications (account, owed_since) WHERE owed_since IS NOT NULL;
            """),
        Migration(
            156, "156-lost-sales",
            """
            CREATE TABLE starving_listings (
                listing INTEGER NOT NULL PRIMARY KEY,
                variant INTEGER NOT NULL,
                since INTEGER NOT NULL,
                pace INTEGER NOT NULL,
                free INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX starving_listings_by_variant ON starving_listings (variant);
            CREATE TABLE lost_sales (
                variant INTEGER NOT NULL,
                listing INTEGER NOT NULL,
                day INTEGER NOT NULL,
                units INTEGER NOT NULL CHECK (units > 0),
                PRIMARY KEY (variant, listing, day)
            ) STRICT, WITHOUT ROWID;
            """),
        // What was sold before a set took effect and heard of after it left was given back by it: an oversell is explained by both moments.
        Migration(157, "157-sent-moments", "ALTER TABLE publication_log ADD COLUMN sent_at INTEGER;"),
        // What was heard to be given back while a count is under way may not be in the count.
        Migration(158, "158-given-back", "ALTER TABLE exposures ADD COLUMN given_back TEXT NOT NULL DEFAULT '';"),
        // News of a count is older or newer than what is known by the channel's clock, whatever the hub's shows.
        Migration(
            159, "159-stood-moments",
            """
            ALTER TABLE publications ADD COLUMN stood_at INTEGER;
            UPDATE publications SET stood_at = acknowledged_at;
            """),
    ]
}
