// SPDX-License-Identifier: Apache-2.0

import Catalog
import Inventory
public import Storage
public import Vocabulary

/// How the stock of an article is offered on several channels at once.
public struct SellingPolicy: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Every channel shows all that is free, less its buffer, up to its cap. What may be oversold is stated.
        case shared
        /// Every channel shows a share, so that no more can be oversold than the limit.
        case guarded
    }
    public var kind: Kind
    /// Units that may be oversold at most; it matters to `guarded` alone.
    public var limit: Int

    public init(_ kind: Kind, limit: Int = 0) {
        self.kind = kind
        self.limit = limit
    }
}

/// The merchant's choice: one for all articles, and for single ones. The only writer of `selling_policies`.
public enum SellingPolicyTable {
    /// Sets the policy of all articles, or of one.
    public static func set(_ policy: SellingPolicy, variant: ID<VariantKind>? = nil, in transaction: Transaction) throws {
        guard (0...Quantity.unitsMax).contains(policy.limit) else { throw Refusal(.invalid, "policy.limit") }
        try transaction.execute(
            """
            INSERT INTO selling_policies (variant, kind, units_max) VALUES (\(variant?.number ?? 0), \(policy.kind.rawValue), \(policy.limit))
            ON CONFLICT (variant) DO UPDATE SET kind = excluded.kind, units_max = excluded.units_max
            """)
        try reconsider(variant, in: transaction)
    }

    /// The article has no policy of its own any more: it is offered as all are.
    public static func clear(variant: ID<VariantKind>, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM selling_policies WHERE variant = \(variant.number)")
        try reconsider(variant, in: transaction)
    }

    private static func reconsider(_ variant: ID<VariantKind>?, in transaction: Transaction) throws {
        if let variant { try StockChanges.mark([variant], in: transaction) } else { try StockChanges.markAll(in: transaction) }
    }

    public static func policies(in transaction: Transaction) throws -> SellingPolicies {
        var policies: [Int64: SellingPolicy] = [:]
        try transaction.forEach("SELECT variant, kind, units_max FROM selling_policies") { row in
            policies[row.integer(0)] = SellingPolicy(SellingPolicy.Kind(rawValue: row.text(1)) ?? .shared, limit: row.int(2))
        }
        return SellingPolicies(policies)
    }
}

/// All policies, as a value: an article's own goes before the one of all.
public struct SellingPolicies: Hashable, Sendable {
    private let policies: [Int64: SellingPolicy]
    init(_ policies: [Int64: SellingPolicy]) { self.policies = policies }

    public func policy(of variant: ID<VariantKind>) -> SellingPolicy { own(of: variant) ?? forAll }

    /// Of every article that has none of its own.
    public var forAll: SellingPolicy { policies[0] ?? SellingPolicy(.shared) }

    /// Nil: the article is offered as all are.
    public func own(of variant: ID<VariantKind>) -> SellingPolicy? { policies[variant.number] }

    /// A bundle is guarded with any of its components.
    func isGuarded(_ variant: ID<VariantKind>, _ bundles: BundleContents) -> Bool {
        bundles.shelfUnits(of: variant, units: 1).contains { policy(of: $0.component).kind == .guarded }
    }
}
