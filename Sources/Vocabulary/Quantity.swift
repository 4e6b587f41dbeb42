// SPDX-License-Identifier: Apache-2.0

/// A whole number of units, never negative and never beyond a thousand million.
///
/// The limit stops a mistyped or hostile figure at the door, where it can be named, instead of deep in a sum.
public struct Quantity: Hashable, Comparable, Sendable, CustomStringConvertible {
    public static let unitsMax = 1_000_000_000
    public static let zero = Quantity(clamping: 0)

    public let units: Int

    /// Nil when negative or beyond the limit.
    public init?(_ units: Int) {
        guard units >= 0, units <= Self.unitsMax else { return nil }
        self.units = units
    }

    /// The nearest quantity: what is offered is never less than nothing.
    public init(clamping units: Int) { self.units = min(max(units, 0), Self.unitsMax) }

    public static func < (left: Quantity, right: Quantity) -> Bool { left.units < right.units }
    public var description: String { String(units) }
}
