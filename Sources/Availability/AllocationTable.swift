// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// What a merchant allotted of a fixed article to an account, and what was sold of it there since.
public struct Allocation: Hashable, Sendable {
    public var units: Int
    public var sold: Int
    /// What the account may still show.
    public var left: Int { max(0, units - sold) }
}

/// The allocations of fixed articles. The only writer of `allocations`.
public enum AllocationTable {
    /// Allots the article anew. An account that keeps its part keeps what it sold of it; one that is not named has nothing.
    static func set(_ units: [ID<AccountKind>: Int], of variant: ID<VariantKind>, in transaction: Transaction) throws {
        guard units.values.allSatisfy((0...Quantity.unitsMax).contains) else { throw Refusal(.invalid, "policy.allocation") }
        for account in try allocations(of: variant, in: transaction).keys.sorted() where units[account] == nil {
            try transaction.execute("DELETE FROM allocations WHERE variant = \(variant.number) AND account = \(account.number)")
        }
        try transaction.execute(
            "INSERT INTO allocations (variant, account, units, sold) VALUES (?, ?, ?, 0) ON CONFLICT (variant, account) DO UPDATE SET units = excluded.units",
            each: units.sorted { $0.key < $1.key }.map { [.integer(variant.number), .integer($0.key.number), .integer($0.value)] })
    }

    /// Nothing is allotted of the article any more.
    static func clear(_ variant: ID<VariantKind>, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM allocations WHERE variant = \(variant.number)")
    }

    /// The account sold units of the article, or, negative, was given them back.
    static func sold(_ units: Int, of variant: ID<VariantKind>, on account: ID<AccountKind>, in transaction: Transaction) throws {
        try transaction.execute(
            """
            UPDATE allocations SET sold = CASE WHEN sold + \(units) > 0 THEN sold + \(units) ELSE 0 END
            WHERE variant = \(variant.number) AND account = \(account.number)
            """)
    }

    /// Whether anything is allotted at all.
    static func isAny(in transaction: Transaction) throws -> Bool { try transaction.number("SELECT 1 FROM allocations LIMIT 1") != nil }

    public static func allocations(of variant: ID<VariantKind>, in transaction: Transaction) throws -> [ID<AccountKind>: Allocation] {
        var found: [ID<AccountKind>: Allocation] = [:]
        try transaction.forEach("SELECT account, units, sold FROM allocations WHERE variant = \(variant.number)") {
            found[ID($0.integer(0))] = Allocation(units: $0.int(1), sold: $0.int(2))
        }
        return found
    }
}
