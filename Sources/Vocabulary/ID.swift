// SPDX-License-Identifier: Apache-2.0

/// The hub's own number of a thing; the phantom `Kind` keeps an order's number from being taken for a product's.
public struct ID<Kind>: Hashable, Comparable, Sendable {
    public var number: Int64

    public init(_ number: Int64) { self.number = number }

    /// Reads a number that a person or a URL gave; nil when it is not a positive integer.
    public init?(text: some StringProtocol) {
        guard let number = Int64(text), number > 0 else { return nil }
        self.number = number
    }

    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

extension ID: CustomStringConvertible {
    public var description: String { String(number) }
}

/// Phantom kinds of the things that more than one room speaks of.
public enum ProductKind {}
/// A sellable article: what a SKU names.
public enum VariantKind {}
/// One offer of a variant on one channel account.
public enum ListingKind {}
/// One shop, seller account or till that is connected.
public enum AccountKind {}
public enum LocationKind {}
public enum OrderKind {}
public enum PersonKind {}
public enum CustomerKind {}
