// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Sums over the lines as they stand in the file, added up while reading: what a replay has to arrive at.
public struct RetailTotals: Hashable, Sendable {
    /// Different invoice numbers.
    public var invoices = 0
    /// Lines under the header.
    public var lines = 0
    /// Units on lines with a positive quantity, the bad-debt entries among them.
    public var unitsOut = 0
    /// Units on lines with a negative quantity, as a positive number: given back or written off.
    public var unitsBack = 0
    /// Quantity times price in thousandths of a pound, exact.
    public var thousandths: Int64 = 0
    /// Quantity times price in pence, each line rounded by itself, half away from zero.
    public var pence: Int64 = 0

    /// Of a file without lines.
    public init() {}

    /// Quantity times price over all lines, exact, in pounds with three decimals.
    public var value: Decimal10 { Decimal10(units: thousandths, scale: 3) }
    /// What the merchant took in: every line rounded to the penny by itself.
    public var revenue: Money { Money(minor: pence, .gbp) }
}
