// SPDX-License-Identifier: Apache-2.0

public import Storage

/// The order book.
public enum OrdersSchema {
    public static let migrations = [
        Migration(
            140, "140-orders",
            """
            CREATE TABLE orders (
                number INTEGER NOT NULL PRIMARY KEY,
                account INTEGER NOT NULL,
                external_id TEXT NOT NULL,
                reference TEXT NOT NULL,
                placed_at INTEGER NOT NULL,
                changed_at INTEGER NOT NULL,
                revision INTEGER NOT NULL,
                received_at INTEGER NOT NULL,
                payment TEXT NOT NULL,
                cancelled_at INTEGER,
                hub_cancelled_at INTEGER,
                is_on_hold INTEGER NOT NULL CHECK (is_on_hold IN (0, 1)),
                claims_stock INTEGER NOT NULL CHECK (claims_stock IN (0, 1)),
                by_channel INTEGER NOT NULL CHECK (by_channel IN (0, 1)),
                is_deleted INTEGER NOT NULL CHECK (is_deleted IN (0, 1)),
                status TEXT NOT NULL,
                currency TEXT NOT NULL,
                goods INTEGER NOT NULL,
                tax INTEGER NOT NULL,
                shipping INTEGER NOT NULL,
                fees INTEGER NOT NULL,
                total INTEGER NOT NULL,
                refunded INTEGER NOT NULL,
                posted_goods INTEGER NOT NULL,
                posted_tax INTEGER NOT NULL,
                posted_shipping INTEGER NOT NULL,
                posted_fees INTEGER NOT NULL,
                posted_difference INTEGER NOT NULL,
                country TEXT,
                UNIQUE (account, external_id)
            ) STRICT;
            CREATE INDEX orders_by_time ON orders (placed_at, number);
            CREATE TABLE order_buyers (
                order_number INTEGER NOT NULL PRIMARY KEY REFERENCES orders (number),
                buyer_id TEXT,
                name TEXT,
                email TEXT,
                phone TEXT,
                address TEXT NOT NULL
            ) STRICT;
            CREATE TABLE order_lines (
                order_number INTEGER NOT NULL REFERENCES orders (number),
                position INTEGER NOT NULL,
                external_id TEXT NOT NULL,
                variant_key TEXT,
                sku TEXT,
                title TEXT NOT NULL,
                variant INTEGER REFERENCES variants (number),
                ordered INTEGER NOT NULL CHECK (ordered >= 0),
                unit_price TEXT NOT NULL,
                net INTEGER NOT NULL,
                tax INTEGER NOT NULL,
                shipped INTEGER NOT NULL CHECK (shipped >= 0),
                removed INTEGER NOT NULL CHECK (removed >= 0),
                returned INTEGER NOT NULL CHECK (returned >= 0),
                written_off INTEGER NOT NULL CHECK (written_off >= 0),
                restocked INTEGER,
                PRIMARY KEY (order_number, position),
                CHECK (shipped + removed + written_off <= ordered),
                CHECK (returned <= shipped)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX order_lines_unmapped ON order_lines (variant_key) WHERE variant IS NULL;
            CREATE TABLE order_refunds (
                number INTEGER NOT NULL PRIMARY KEY,
                order_number INTEGER NOT NULL REFERENCES orders (number),
                external_id TEXT,
                key TEXT,
                at INTEGER NOT NULL,
                lines TEXT NOT NULL,
                shipping INTEGER NOT NULL,
                shipping_tax INTEGER NOT NULL,
                total INTEGER NOT NULL CHECK (total >= 0),
                source TEXT NOT NULL,
                UNIQUE (order_number, external_id),
                UNIQUE (order_number, key)
            ) STRICT;
            CREATE TABLE order_shipments (
                number INTEGER NOT NULL PRIMARY KEY,
                order_number INTEGER NOT NULL REFERENCES orders (number),
                external_id TEXT,
                key TEXT,
                at INTEGER NOT NULL,
                lines TEXT NOT NULL,
                tracking TEXT NOT NULL,
                is_cancelled INTEGER NOT NULL CHECK (is_cancelled IN (0, 1)),
                source TEXT NOT NULL,
                UNIQUE (order_number, external_id),
                UNIQUE (order_number, key)
            ) STRICT;
            CREATE TABLE early_news (
                number INTEGER NOT NULL PRIMARY KEY,
                account INTEGER NOT NULL,
                external_id TEXT NOT NULL,
                news TEXT NOT NULL,
                received_at INTEGER NOT NULL,
                UNIQUE (account, external_id, news)
            ) STRICT;
            CREATE TABLE credits (
                number INTEGER NOT NULL PRIMARY KEY,
                key TEXT NOT NULL UNIQUE,
                at INTEGER NOT NULL,
                account INTEGER NOT NULL,
                currency TEXT NOT NULL,
                amount INTEGER NOT NULL,
                note TEXT NOT NULL
            ) STRICT;
            """),
        // What lists and searches of a large order book stand on.
        Migration(
            141, "141-order-lists",
            """
            CREATE INDEX orders_by_account ON orders (account, placed_at, number);
            CREATE INDEX orders_to_do ON orders (placed_at, number) WHERE status IN ('open', 'partial', 'held');
            CREATE INDEX orders_by_reference ON orders (reference);
            CREATE INDEX order_buyers_by_name ON order_buyers (lower(name));
            CREATE INDEX order_buyers_by_email ON order_buyers (lower(email));
            CREATE INDEX order_lines_by_variant ON order_lines (variant, order_number);
            CREATE INDEX order_refunds_by_time ON order_refunds (at);
            """),
    ]
}
