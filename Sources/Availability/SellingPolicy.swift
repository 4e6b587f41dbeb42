// SPDX-License-Identifier: Apache-2.0

import Catalog
public import Storage
public import Vocabulary

/// How the stock of an article is offered on several channels at once.
public struct SellingPolicy: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Every channel shows all that is free, less its buffer, up to its cap. What may be oversold is stated.
        case shared
        /// Every channel shows a share, so that no more can be oversold than the limit.
        case guarded
        /// Every channel shows what the merchant allotted to it, less what it sold since, and no more can be oversold than the limit.
        case fixed

        /// Whether what may be oversold is kept under the limit.
        public var keepsLimit: Bool { self != .shared }
    }
    public var kind: Kind
    /// Units that may be oversold at most; it matters where a limit is kept.
    public var limit: Int

    public init(_ kind: Kind, limit: Int = 0) {
        self.kind = kind
        self.limit = limit
    }

    /// What a new hub begins with, until its merchant says otherwise: nothing may be oversold.
    public static let ofNewHub = SellingPolicy(.guarded)
}

/// All policies, as a value: an article's own goes before its category's, that before those of the accounts it is sold on, and these before the one
/// of all.
///
/// An article has one policy on all its channels: a share is worth only what the others cannot take. So where its accounts differ the strictest
/// wins: one that is guarded guards it everywhere, and the lowest limit counts. An account that is to show everything does so for the
/// articles that no other of its accounts guards.
public struct SellingPolicies: Hashable, Sendable {
    /// Whose policy it is that an article goes by.
    public enum Source: String, Hashable, Sendable, CaseIterable { case article, category, account, all }

    private let articles: [ID<VariantKind>: SellingPolicy]
    private let categories: [String: SellingPolicy]
    private let accounts: [ID<AccountKind>: SellingPolicy]
    /// Of every article that nothing else is said of.
    public let forAll: SellingPolicy

    init(
        articles: [ID<VariantKind>: SellingPolicy], categories: [String: SellingPolicy], accounts: [ID<AccountKind>: SellingPolicy],
        forAll: SellingPolicy?
    ) {
        self.articles = articles
        self.categories = categories
        self.accounts = accounts
        self.forAll = forAll ?? SellingPolicy(.shared)
    }

    /// Nil: the article has none of its own.
    public func own(of variant: ID<VariantKind>) -> SellingPolicy? { articles[variant] }
    public func own(of category: String) -> SellingPolicy? { categories[Self.folded(category)] }
    public func own(of account: ID<AccountKind>) -> SellingPolicy? { accounts[account] }

    /// The article's policy, and whose it is. Nil: of an article that has none of its own.
    public func rule(
        of variant: ID<VariantKind>?, category: String?, soldOn sellers: some Sequence<ID<AccountKind>>
    ) -> (policy: SellingPolicy, source: Source) {
        if let own = variant.flatMap({ articles[$0] }) { return (own, .article) }
        if let own = category.flatMap({ categories[Self.folded($0)] }) { return (own, .category) }
        let sellers = Set(sellers)
        guard sellers.contains(where: { accounts[$0] != nil }) else { return (forAll, .all) }
        let said = sellers.map { accounts[$0] ?? forAll }
        let limits = said.filter(\.kind.keepsLimit).map(\.limit)
        return (limits.min().map { SellingPolicy(.guarded, limit: $0) } ?? SellingPolicy(.shared), .account)
    }

    /// The article's policy as things stand now.
    public func policy(of variant: ID<VariantKind>, in transaction: Transaction) throws -> SellingPolicy {
        try rule(of: variant, in: transaction).policy
    }

    /// The article's policy as things stand now, and whose it is.
    public func rule(of variant: ID<VariantKind>, in transaction: Transaction) throws -> (policy: SellingPolicy, source: Source) {
        guard articles[variant] == nil, !categories.isEmpty || !accounts.isEmpty else { return rule(of: variant, category: nil, soldOn: []) }
        let category = categories.isEmpty ? nil : try VariantTable.find(variant, in: transaction)?.category
        return rule(of: variant, category: category, soldOn: accounts.isEmpty ? [] : try Self.accounts(selling: variant, in: transaction))
    }

    /// The accounts that offer the article, alone or in a bundle, and whose count is ours to set.
    public static func accounts(selling variant: ID<VariantKind>, in transaction: Transaction) throws -> Set<ID<AccountKind>> {
        var sellers: Set<ID<AccountKind>> = []
        for listed in [variant] + (try VariantTable.bundles(with: [variant], in: transaction)) {
            for listing in try ListingTable.listings(of: listed, in: transaction) where listing.isPublishable { sellers.insert(listing.account) }
        }
        return sellers
    }

    static func folded(_ category: String) -> String { category.trimmed.lowercased() }
}
