// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// What an account stands for. The ledger only knows its number, its name and whether it may go below zero; the room
/// that owns the kind knows its meaning. Numbers are stored for ever: never reuse one.
public struct BalanceKind: Hashable, Sendable {
    public let number: UInt8
    /// For explanations and the audit: `available`, `reserved`, `sales`.
    public let name: String
    /// Whether the balance may be negative: true for the outside world (suppliers, buyers), false for what is really there.
    public let mayBeNegative: Bool

    public init(_ number: UInt8, _ name: String, mayBeNegative: Bool) {
        self.number = number
        self.name = name
        self.mayBeNegative = mayBeNegative
    }
}

/// What is counted: units of one variant, or minor units of one currency.
public struct LedgerUnit: Hashable, Sendable {
    /// Variants have their own number; currencies lie above them.
    public let number: Int64
    static let currencies: Int64 = 1 << 30

    public init(variant: ID<VariantKind>) {
        precondition(variant.number > 0 && variant.number < Self.currencies, "variant numbers fit thirty bits")
        number = variant.number
    }

    public init(currency: Currency) {
        number = Self.currencies + currency.code.utf8.reduce(Int64(0)) { $0 * 26 + Int64($1) - 0x41 }
    }

    init(number: Int64) { self.number = number }

    public var variant: ID<VariantKind>? { number < Self.currencies ? ID(number) : nil }

    public var currency: Currency? {
        guard number >= Self.currencies else { return nil }
        var rest = number - Self.currencies
        var letters: [UInt8] = []
        for _ in 0..<3 {
            letters.insert(UInt8(rest % 26) + 0x41, at: 0)
            rest /= 26
        }
        return Currency(String(decoding: letters, as: UTF8.self))
    }
}

/// One balance: a unit, its owner (a location, a channel account) and a kind, packed into the account's number.
///
/// The number needs no look-up, and all accounts of one unit lie side by side, so that one index range holds the whole history of a SKU.
public struct Account: Hashable, Comparable, Sendable {
    public let number: Int64

    /// Owners are below 16 million.
    public init(_ unit: LedgerUnit, owner: Int64, _ kind: BalanceKind) {
        precondition(owner >= 0 && owner < 1 << 24, "owner numbers fit twenty-four bits")
        number = unit.number << 32 | owner << 8 | Int64(kind.number)
    }

    init(number: Int64) { self.number = number }

    public var unit: LedgerUnit { LedgerUnit(number: number >> 32) }
    public var owner: Int64 { (number >> 8) & 0xFF_FFFF }
    public var kindNumber: UInt8 { UInt8(truncatingIfNeeded: number) }

    /// The numbers that accounts of the unit can have.
    static func range(of unit: LedgerUnit) -> ClosedRange<Int64> { (unit.number << 32)...(unit.number << 32 | 0xFFFF_FFFF) }

    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
