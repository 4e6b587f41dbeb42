// SPDX-License-Identifier: Apache-2.0

public import Catalog
public import Storage
public import Vocabulary

/// The merchant says how stock is offered: of one article, of a category, of what is sold on an account, or of everything else.
public struct SetSellingPolicy: Sendable {
    public enum Scope: Hashable, Sendable {
        case article(ID<VariantKind>)
        case category(String)
        case account(ID<AccountKind>)
        case all
    }
    public var scope: Scope
    /// Nil: nothing is said, and the next wider one counts.
    public var policy: SellingPolicy?
    /// What each account may show of a fixed article; an account that is not named shows nothing.
    public var allocations: [ID<AccountKind>: Int]

    public init(_ scope: Scope, _ policy: SellingPolicy?, allocations: [ID<AccountKind>: Int] = [:]) {
        self.scope = scope
        self.policy = policy
        self.allocations = allocations
    }

    public func run(in transaction: Transaction) throws {
        switch scope {
        case .article(let variant):
            guard try VariantTable.find(variant, in: transaction)?.isBundle == false else { throw Refusal(.invalid, "policy.bundle") }
            if policy?.kind == .fixed {
                try AllocationTable.set(allocations, of: variant, in: transaction)
            } else {
                try AllocationTable.clear(variant, in: transaction)
            }
            if let policy {
                try SellingPolicyTable.set(policy, variant: variant, in: transaction)
            } else {
                try SellingPolicyTable.clear(variant: variant, in: transaction)
            }
        case .category(let category):
            try refuseFixed()
            guard !SellingPolicies.folded(category).isEmpty else { throw Refusal(.invalid, "policy.no-category") }
            try SellingPolicyTable.set(policy, category: category, in: transaction)
        case .account(let account):
            try refuseFixed()
            try SellingPolicyTable.set(policy, account: account, in: transaction)
        case .all:
            try refuseFixed()
            guard let policy else { throw Refusal(.invalid, "policy.which") }
            try SellingPolicyTable.set(policy, in: transaction)
        }
    }

    /// Units are allotted article by article.
    private func refuseFixed() throws {
        if policy?.kind == .fixed { throw Refusal(.invalid, "policy.fixed-article") }
    }
}
