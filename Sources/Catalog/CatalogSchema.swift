// SPDX-License-Identifier: Apache-2.0

public import Storage

/// Products, variants, bundles and listings.
public enum CatalogSchema {
    public static let migrations = [
        Migration(
            120, "120-catalog",
            """
            CREATE TABLE products (
                number INTEGER NOT NULL PRIMARY KEY,
                title TEXT NOT NULL,
                created_at INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE variants (
                number INTEGER NOT NULL PRIMARY KEY,
                product INTEGER NOT NULL REFERENCES products (number),
                sku TEXT NOT NULL,
                sku_folded TEXT NOT NULL UNIQUE,
                gtin TEXT,
                title TEXT NOT NULL,
                options TEXT NOT NULL,
                price_minor INTEGER,
                currency TEXT,
                is_bundle INTEGER NOT NULL CHECK (is_bundle IN (0, 1)),
                created_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX variants_by_product ON variants (product);
            CREATE TABLE bundle_components (
                bundle INTEGER NOT NULL REFERENCES variants (number),
                component INTEGER NOT NULL REFERENCES variants (number),
                units INTEGER NOT NULL CHECK (units > 0),
                PRIMARY KEY (bundle, component),
                CHECK (bundle <> component)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX bundles_by_component ON bundle_components (component);
            CREATE TABLE listings (
                number INTEGER NOT NULL PRIMARY KEY,
                account INTEGER NOT NULL,
                product_key TEXT NOT NULL,
                variant_key TEXT NOT NULL,
                stock_key TEXT NOT NULL,
                sku TEXT,
                title TEXT NOT NULL,
                gtin TEXT,
                price_minor INTEGER,
                currency TEXT,
                variant INTEGER REFERENCES variants (number),
                mapping TEXT NOT NULL CHECK (mapping IN ('none', 'sku', 'hand')),
                is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
                by_channel INTEGER NOT NULL CHECK (by_channel IN (0, 1)),
                keeps_count INTEGER NOT NULL CHECK (keeps_count IN (0, 1)),
                changed_at INTEGER NOT NULL,
                UNIQUE (account, variant_key),
                CHECK ((variant IS NULL) = (mapping = 'none'))
            ) STRICT;
            CREATE INDEX listings_by_variant ON listings (variant);
            CREATE INDEX listings_by_stock ON listings (account, stock_key);
            """),
        Migration(121, "121-categories", "ALTER TABLE variants ADD COLUMN category TEXT;"),
        Migration(122, "122-variants-by-category", "CREATE INDEX variants_by_category ON variants (category) WHERE category IS NOT NULL;"),
    ]
}
