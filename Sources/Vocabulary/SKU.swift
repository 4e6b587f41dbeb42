// SPDX-License-Identifier: Apache-2.0

/// A stock keeping unit: the merchant's own name of a variant.
///
/// Kept as written, without surrounding white space. Two SKUs are the same when they differ only in letter case
/// (ASCII), because WooCommerce treats them so and merchants' files mix them (`85123A`, `85123a`).
public struct SKU: Sendable {
    /// The most characters a SKU may have (Amazon allows 40, Shopify 255).
    public static let lengthMax = 100

    public let text: String
    /// What comparisons, indexes and look-ups use.
    public let folded: String

    /// Nil when the text is blank, longer than `lengthMax` or holds control characters.
    public init?(_ text: some StringProtocol) {
        let trimmed = text.trimmed
        guard !trimmed.isEmpty, trimmed.utf8.count <= Self.lengthMax,
            !trimmed.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else { return nil }
        self.text = trimmed
        self.folded = trimmed.asciiUppercased
    }
}

extension SKU: Hashable, Comparable, CustomStringConvertible {
    public static func == (left: SKU, right: SKU) -> Bool { left.folded == right.folded }
    public func hash(into hasher: inout Hasher) { hasher.combine(folded) }
    public static func < (left: SKU, right: SKU) -> Bool { left.folded < right.folded }
    public var description: String { text }
}

extension StringProtocol {
    /// Without white space (ASCII) at both ends.
    public var trimmed: String {
        func blank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
        let text = String(self)
        guard let first = text.utf8.first, let last = text.utf8.last, blank(first) || blank(last) else { return text }
        guard let from = text.utf8.firstIndex(where: { !blank($0) }), let to = text.utf8.lastIndex(where: { !blank($0) })
        else { return "" }
        return String(text[from...to])
    }

    /// With the letters a to z raised; other scripts are left alone, so that the result never depends on a locale.
    public var asciiUppercased: String {
        guard utf8.contains(where: { $0 >= 0x61 && $0 <= 0x7A }) else { return String(self) }
        return String(decoding: utf8.map { $0 >= 0x61 && $0 <= 0x7A ? $0 - 0x20 : $0 }, as: UTF8.self)
    }
}
