// SPDX-License-Identifier: Apache-2.0

import JSONText
public import Storage
public import Vocabulary

/// The only writer of `products`, `variants` and `bundle_components`.
public enum VariantTable {
    private static let columns: SQL = "number, product, sku, gtin, title, options, price_minor, currency, is_bundle, category"

    /// Makes a product with its variants. Throws a `Refusal` when a SKU is taken or a component is not known.
    public static func create(title: String, variants: [NewVariant], at now: Instant, in transaction: Transaction) throws -> [ID<VariantKind>] {
        for variant in variants where try find(sku: variant.sku, in: transaction) != nil {
            throw Refusal(.conflict, "catalog.sku-taken", ["sku": variant.sku.text])
        }
        let product = try transaction.takeNumbers("products")
        let first = try transaction.takeNumbers("variants", count: variants.count)
        try transaction.execute("INSERT INTO products (number, title, created_at) VALUES (\(product), \(title), \(now.milliseconds))")
        var ids: [ID<VariantKind>] = []
        for (offset, variant) in variants.enumerated() {
            let number = first + Int64(offset)
            ids.append(ID(number))
            let options = JSONValue.array(variant.options.map { ["name": .string($0.name), "value": .string($0.value)] })
            try transaction.execute(
                """
                INSERT INTO variants (number, product, sku, sku_folded, gtin, title, options, price_minor, currency, is_bundle, category, created_at)
                VALUES (\(number), \(product), \(variant.sku.text), \(variant.sku.folded), \(variant.gtin?.text), \(variant.title), \(options.text),
                    \(variant.price?.minor), \(variant.price?.currency.code), \(!variant.components.isEmpty), \(Self.kept(variant.category)), \(now.milliseconds))
                """)
            for (sku, units) in variant.components.sorted(by: { $0.key < $1.key }) {
                guard let component = try find(sku: sku, in: transaction), !component.isBundle, units > 0 else {
                    throw Refusal(.invalid, "catalog.bad-component", ["sku": sku.text])
                }
                try transaction.execute(
                    "INSERT INTO bundle_components (bundle, component, units) VALUES (\(number), \(component.id.number), \(units))")
            }
        }
        return ids
    }

    /// Nil or blank: it is in none.
    public static func set(category: String?, of variant: ID<VariantKind>, in transaction: Transaction) throws {
        if let category, category.utf8.count > categoryBytesMax { throw Refusal(.invalid, "catalog.category") }
        try transaction.execute("UPDATE variants SET category = \(kept(category)) WHERE number = \(variant.number)")
    }

    /// What a channel says of it, when nobody has said anything: a later word, and a person's, are left alone.
    static func learn(category: String, of variant: ID<VariantKind>, in transaction: Transaction) throws {
        try transaction.execute("UPDATE variants SET category = \(kept(category)) WHERE number = \(variant.number) AND category IS NULL")
    }

    /// The categories that there are, as they are written. Goes from one to the next by the index: there are few of them, and many variants.
    public static func categories(limit: Int, in transaction: Transaction) throws -> [String] {
        try transaction.all(
            """
            WITH RECURSIVE named (category) AS (
                SELECT MIN(category) FROM variants WHERE category IS NOT NULL
                UNION ALL SELECT (SELECT MIN(v.category) FROM variants v WHERE v.category > named.category) FROM named WHERE named.category IS NOT NULL
            )
            SELECT category FROM named WHERE category IS NOT NULL LIMIT \(limit)
            """
        ) { $0.text(0) }
    }

    private static let categoryBytesMax = 200

    /// As it is kept: without outer blanks, nothing instead of an empty one, and no longer than anybody reads.
    private static func kept(_ category: String?) -> String? {
        guard let text = category?.trimmed, !text.isEmpty else { return nil }
        var kept = text.prefix(categoryBytesMax)
        while kept.utf8.count > categoryBytesMax { kept.removeLast() }
        return kept.isEmpty ? nil : String(kept)
    }

    public static func find(sku: SKU, in transaction: Transaction) throws -> Variant? {
        try transaction.first("SELECT \(columns) FROM variants WHERE sku_folded = \(sku.folded)", read)
    }

    public static func find(_ id: ID<VariantKind>, in transaction: Transaction) throws -> Variant? {
        try transaction.first("SELECT \(columns) FROM variants WHERE number = \(id.number)", read)
    }

    public static func variants(of product: ID<ProductKind>, in transaction: Transaction) throws -> [Variant] {
        try transaction.all("SELECT \(columns) FROM variants WHERE product = \(product.number) ORDER BY number", read)
    }

    /// The highest number given so far; 0 when there is none.
    public static func highestNumber(in transaction: Transaction) throws -> Int64 {
        try transaction.number("SELECT MAX(number) FROM variants") ?? 0
    }

    /// What every bundle is made of.
    public static func bundles(in transaction: Transaction) throws -> BundleContents {
        var parts: [ID<VariantKind>: [BundleContents.Part]] = [:]
        try transaction.forEach("SELECT bundle, component, units FROM bundle_components") { row in
            parts[ID(row.integer(0)), default: []].append(.init(component: ID(row.integer(1)), units: row.int(2)))
        }
        return BundleContents(parts)
    }

    /// The bundles that take one of these components.
    public static func bundles(with components: [ID<VariantKind>], in transaction: Transaction) throws -> [ID<VariantKind>] {
        var found: Set<ID<VariantKind>> = []
        for component in components {
            try transaction.forEach("SELECT bundle FROM bundle_components WHERE component = \(component.number)") { found.insert(ID($0.integer(0))) }
        }
        return found.sorted()
    }

    static func read(_ row: any Row) throws -> Variant {
        guard let sku = SKU(row.text(2)) else { throw StorageFailure.other("variant \(row.integer(0)) has no SKU") }
        let options = try JSON.parse(row.text(5)).elements.map { Variant.Option(name: $0["name"]?.string ?? "", value: $0["value"]?.string ?? "") }
        let currency = row.optionalText(7).flatMap { Currency($0) }
        return Variant(
            id: ID(row.integer(0)), product: ID(row.integer(1)), sku: sku, gtin: row.optionalText(3).flatMap { GTIN($0) }, title: row.text(4),
            options: options,
            price: currency.flatMap { currency in row.optionalInteger(6).map { Money(minor: $0, currency) } }, category: row.optionalText(9),
            isBundle: row.bool(8))
    }
}
