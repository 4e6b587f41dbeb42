// SPDX-License-Identifier: Apache-2.0

import Catalog
public import Ledger
public import Storage
public import Vocabulary

/// The last look before sets leave, in the transaction that notes them as sent: none may raise what could be oversold of a guarded article
/// above its limit. What was planned may not hold any more, because stock was sold elsewhere meanwhile.
public struct GuardSets: Sendable {
    public var at: Instant
    public init(at: Instant) { self.at = at }

    /// Counts the sets as sent and returns those that may leave; the others wait and are planned anew.
    public func run(_ sets: [(push: OwedPush, expected: Int?)], ledger: LedgerBook, in transaction: Transaction) throws -> [OwedPush] {
        guard sets.contains(where: \.push.publication.isGuarded) else {
            for (push, expected) in sets { try Self.count(push, expected, in: transaction) }
            return sets.map(\.push)
        }
        let policies = try SellingPolicyTable.policies(in: transaction)
        let rules = try PublishRuleTable.rules(in: transaction)
        let bundles = try VariantTable.bundles(in: transaction)
        var leave: [OwedPush] = []
        for (push, expected) in sets {
            let publication = push.publication
            // More stands there than may be sold, and no order explains it yet: lowered it may be, below what may be sold.
            if publication.isGuarded, let expected, let known = try ExposureTable.exposure(of: publication.listing, in: transaction).units,
                expected > known, publication.wanted > known
            {
                try PublicationTable.postponed(publication.listing, until: at + Self.pause, in: transaction)
                continue
            }
            try Self.count(push, expected, in: transaction)
            let isRaise = publication.wanted > (expected ?? 0)
            if publication.isGuarded, isRaise {
                let breaks = try bundles.shelfUnits(of: publication.variant, units: 1).contains { part in
                    let policy = try policies.policy(of: part.component, in: transaction)
                    guard policy.kind.keepsLimit else { return false }
                    let bound = try OversellBound(part.component, rules: rules, ledger: ledger, in: transaction).unitsThatCanBeKept
                    return bound.map { $0 > policy.limit } ?? true
                }
                if breaks {
                    try ExposureTable.refused(publication.listing, in: transaction)
                    try PublicationTable.postponed(publication.listing, until: at + Self.pause, in: transaction)
                    continue
                }
            }
            if publication.isGuarded, publication.wanted > 0 { try LostSalesTable.ends(publication.listing, at: at, in: transaction) }
            leave.append(push)
        }
        return leave
    }

    private static func count(_ push: OwedPush, _ expected: Int?, in transaction: Transaction) throws {
        let publication = push.publication
        try ExposureTable.sending(
            publication.listing, account: publication.account, quantity: publication.wanted, expected: expected, in: transaction)
    }

    private static let pause = Span.seconds(5)
}
