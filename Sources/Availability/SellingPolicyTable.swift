// SPDX-License-Identifier: Apache-2.0

import Inventory
public import Storage
public import Vocabulary

/// The merchant's choice: one for all articles, for single ones, for categories and for accounts. The only writer of `selling_policies`,
/// `category_policies` and `account_policies`.
public enum SellingPolicyTable {
    /// Sets the policy of all articles, or of one.
    public static func set(_ policy: SellingPolicy, variant: ID<VariantKind>? = nil, in transaction: Transaction) throws {
        try check(policy)
        try transaction.execute(
            """
            INSERT INTO selling_policies (variant, kind, units_max) VALUES (\(variant?.number ?? 0), \(policy.kind.rawValue), \(policy.limit))
            ON CONFLICT (variant) DO UPDATE SET kind = excluded.kind, units_max = excluded.units_max
            """)
        try reconsider(variant, in: transaction)
    }

    /// The article has no policy of its own any more.
    public static func clear(variant: ID<VariantKind>, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM selling_policies WHERE variant = \(variant.number)")
        try reconsider(variant, in: transaction)
    }

    /// Sets the policy of a category; nil takes it away.
    static func set(_ policy: SellingPolicy?, category: String, in transaction: Transaction) throws {
        let folded = SellingPolicies.folded(category)
        if let policy {
            try check(policy)
            try transaction.execute(
                """
                INSERT INTO category_policies (category, kind, units_max) VALUES (\(folded), \(policy.kind.rawValue), \(policy.limit))
                ON CONFLICT (category) DO UPDATE SET kind = excluded.kind, units_max = excluded.units_max
                """)
        } else {
            try transaction.execute("DELETE FROM category_policies WHERE category = \(folded)")
        }
        try reconsider(nil, in: transaction)
    }

    /// Sets the policy of an account; nil takes it away.
    static func set(_ policy: SellingPolicy?, account: ID<AccountKind>, in transaction: Transaction) throws {
        if let policy {
            try check(policy)
            try transaction.execute(
                """
                INSERT INTO account_policies (account, kind, units_max) VALUES (\(account.number), \(policy.kind.rawValue), \(policy.limit))
                ON CONFLICT (account) DO UPDATE SET kind = excluded.kind, units_max = excluded.units_max
                """)
        } else {
            try transaction.execute("DELETE FROM account_policies WHERE account = \(account.number)")
        }
        try reconsider(nil, in: transaction)
    }

    public static func policies(in transaction: Transaction) throws -> SellingPolicies {
        var articles: [ID<VariantKind>: SellingPolicy] = [:]
        try transaction.forEach("SELECT kind, units_max, variant FROM selling_policies") { articles[ID($0.integer(2))] = read($0) }
        let forAll = articles.removeValue(forKey: ID(0))
        var categories: [String: SellingPolicy] = [:]
        try transaction.forEach("SELECT kind, units_max, category FROM category_policies") { categories[$0.text(2)] = read($0) }
        var accounts: [ID<AccountKind>: SellingPolicy] = [:]
        try transaction.forEach("SELECT kind, units_max, account FROM account_policies") { accounts[ID($0.integer(2))] = read($0) }
        return SellingPolicies(articles: articles, categories: categories, accounts: accounts, forAll: forAll)
    }

    private static func check(_ policy: SellingPolicy) throws {
        guard (0...Quantity.unitsMax).contains(policy.limit) else { throw Refusal(.invalid, "policy.limit") }
    }

    private static func reconsider(_ variant: ID<VariantKind>?, in transaction: Transaction) throws {
        if let variant { try StockChanges.mark([variant], in: transaction) } else { try StockChanges.markAll(in: transaction) }
    }

    private static func read(_ row: any Row) -> SellingPolicy {
        SellingPolicy(SellingPolicy.Kind(rawValue: row.text(0)) ?? .shared, limit: row.int(1))
    }
}
