// SPDX-License-Identifier: Apache-2.0

/// An amount of one currency in whole minor units (pence, cents, yen). Never a floating-point number.
public struct Money: Hashable, Sendable {
    public var minor: Int64
    public var currency: Currency

    public init(minor: Int64, _ currency: Currency) {
        self.minor = minor
        self.currency = currency
    }

    /// Reads decimal text such as `12.5`; finer than the minor unit is rounded half away from zero. Nil when unreadable.
    public init?(_ text: some StringProtocol, _ currency: Currency) {
        guard let minor = Decimal10(text)?.scaled(to: currency.minorDigits) else { return nil }
        self.init(minor: minor, currency)
    }

    public static func zero(_ currency: Currency) -> Money { Money(minor: 0, currency) }

    public static func + (left: Money, right: Money) -> Money {
        precondition(left.currency == right.currency, "cannot add \(left.currency) and \(right.currency)")
        return Money(minor: left.minor + right.minor, left.currency)
    }

    public static func - (left: Money, right: Money) -> Money { left + Money(minor: -right.minor, right.currency) }

    public static func += (left: inout Money, right: Money) { left = left + right }

    public static prefix func - (money: Money) -> Money { Money(minor: -money.minor, money.currency) }

    /// Splits the amount by the weights so that the parts add up to it exactly; what rounding leaves over goes, a minor
    /// unit each, to the parts that lost most (largest remainder). All weights zero: everything falls to the first part.
    public func split(by weights: [Int64]) -> [Money] {
        precondition(weights.allSatisfy { $0 >= 0 }, "weights are never negative")
        guard !weights.isEmpty else { return [] }
        let sum = weights.reduce(Int64(0), +)
        guard sum > 0 else { return [self] + weights.dropFirst().map { _ in .zero(currency) } }
        var parts: [Int64] = []
        var remainders: [(index: Int, rest: Int64)] = []
        for (index, weight) in weights.enumerated() {
            let product = minor.magnitude.multipliedFullWidth(by: UInt64(weight))
            let (quotient, rest) = UInt64(sum).dividingFullWidth(product)
            parts.append(Int64(quotient))
            remainders.append((index, Int64(rest)))
        }
        var left = Int64(minor.magnitude) - parts.reduce(0, +)
        for (index, _) in remainders.sorted(by: { ($1.rest, $0.index) < ($0.rest, $1.index) }) where left > 0 {
            parts[index] += 1
            left -= 1
        }
        return parts.map { Money(minor: minor < 0 ? -$0 : $0, currency) }
    }

    /// Plain decimal text in the currency's own digits, as most channels want it: `12.50`.
    public var decimalText: String { Decimal10.text(minor, digits: currency.minorDigits) }
}

extension Money: CustomStringConvertible {
    public var description: String { "\(decimalText) \(currency.code)" }
}
