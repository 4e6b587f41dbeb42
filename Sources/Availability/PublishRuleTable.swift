// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// The merchant's rules: one for each account, and for single variants of it. The only writer of `publish_rules`.
public enum PublishRuleTable {
    /// Sets the rule of an account, or of one variant there.
    public static func set(_ rule: PublishRule, account: ID<AccountKind>, variant: ID<VariantKind>? = nil, in transaction: Transaction) throws {
        guard rule.buffer >= 0, rule.cap ?? 0 >= 0 else { throw Refusal(.invalid, "rule.negative") }
        try transaction.execute(
            """
            INSERT INTO publish_rules (account, variant, buffer, cap, is_paused)
            VALUES (\(account.number), \(variant?.number ?? 0), \(rule.buffer), \(rule.cap.map(Int64.init)), \(rule.isPaused))
            ON CONFLICT (account, variant) DO UPDATE SET buffer = excluded.buffer, cap = excluded.cap, is_paused = excluded.is_paused
            """)
    }

    public static func rules(in transaction: Transaction) throws -> PublishRules {
        var rules: [PublishRules.Key: PublishRule] = [:]
        try transaction.forEach("SELECT account, variant, buffer, cap, is_paused FROM publish_rules") { row in
            rules[.init(account: row.integer(0), variant: row.integer(1))] = PublishRule(
                buffer: row.int(2), cap: row.optionalInt(3), isPaused: row.bool(4))
        }
        return PublishRules(rules)
    }
}

/// All rules, as a value: a variant's own rule goes before its account's.
public struct PublishRules: Hashable, Sendable {
    struct Key: Hashable {
        var account: Int64
        /// 0 stands for the account as a whole.
        var variant: Int64
    }
    private let rules: [Key: PublishRule]

    init(_ rules: [Key: PublishRule]) { self.rules = rules }

    public func rule(for account: ID<AccountKind>, _ variant: ID<VariantKind>) -> PublishRule {
        rules[Key(account: account.number, variant: variant.number)] ?? rules[Key(account: account.number, variant: 0)] ?? PublishRule()
    }
}
