// SPDX-License-Identifier: Apache-2.0

/// A GS1 trade item number (GTIN-8, 12, 13 or 14) with a right check digit.
///
/// The check digit is modulo 10 with weights 3 and 1 from the right (GS1 General Specifications, section 7.9).
/// Numbers are compared padded to fourteen digits.
public struct GTIN: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Fourteen digits.
    public let padded: String
    /// As written, without blanks and hyphens.
    public let text: String

    /// Nil when the length is not 8, 12, 13 or 14 digits, the check digit is wrong, or all digits are zero (no number at all).
    public init?(_ text: some StringProtocol) {
        let digits = text.utf8.filter { $0 != 0x20 && $0 != 0x2D }
        guard [8, 12, 13, 14].contains(digits.count), digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            digits.contains(where: { $0 != 0x30 })
        else { return nil }
        guard Self.checkDigit(of: digits.dropLast().map { Int($0) - 0x30 }) == Int(digits.last!) - 0x30 else { return nil }
        self.text = String(decoding: digits, as: UTF8.self)
        self.padded = String(repeating: "0", count: 14 - digits.count) + self.text
    }

    /// The digit that completes the given ones.
    public static func checkDigit(of digits: [Int]) -> Int {
        let sum = digits.reversed().enumerated().reduce(0) { $0 + $1.element * ($1.offset.isMultiple(of: 2) ? 3 : 1) }
        return (10 - sum % 10) % 10
    }

    /// Numbers with prefixes 02, 04 and 2 are a shop's own (variable measure or internal) and must not be sent to a marketplace.
    public var isInStoreOnly: Bool {
        let thirteen = padded.dropFirst()
        return thirteen.hasPrefix("2") || thirteen.hasPrefix("02") || thirteen.hasPrefix("04")
    }

    public static func == (left: GTIN, right: GTIN) -> Bool { left.padded == right.padded }
    public func hash(into hasher: inout Hasher) { hasher.combine(padded) }
    public static func < (left: GTIN, right: GTIN) -> Bool { left.padded < right.padded }
    public var description: String { text }
}
