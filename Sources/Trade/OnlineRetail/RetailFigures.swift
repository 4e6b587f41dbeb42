// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// How the figures of the file are read, straight from their bytes.
extension RetailReader {
    /// A whole number within `Quantity`'s limit, with or without a minus.
    static func quantity(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32? {
        guard let value = fixed(bytes, digits: 0), value.magnitude <= UInt64(Quantity.unitsMax) else { return nil }
        return Int32(value)
    }

    /// A price with at most three decimals, in thousandths of a pound.
    static func thousandths(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32? {
        fixed(bytes, digits: 3).flatMap { Int32(exactly: $0) }
    }

    /// `17850.0` is customer 17850: the file has passed through a program that took the ids for measurements.
    static func withoutFraction(_ id: String) -> String { String(id.hasSuffix(".0") ? id.dropLast(2) : id[...]) }

    private static func fixed(_ bytes: UnsafeBufferPointer<UInt8>, digits: Int) -> Int64? {
        let isNegative = bytes.first == 0x2D
        var at = isNegative ? 1 : 0
        guard at < bytes.count, bytes.count <= 16 else { return nil }
        var value: Int64 = 0
        var decimals = -1
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == 0x2E, decimals < 0 {
                decimals = 0
                continue
            }
            guard byte >= 0x30, byte <= 0x39, decimals < digits else { return nil }
            value = value * 10 + Int64(byte - 0x30)
            if decimals >= 0 { decimals += 1 }
        }
        for _ in max(decimals, 0)..<digits { value *= 10 }
        return isNegative ? -value : value
    }
}

extension RetailBook {
    /// Thousandths of a pound in pence, rounded half away from zero.
    static func pence(_ thousandths: Int64) -> Int64 {
        let (quotient, remainder) = thousandths.quotientAndRemainder(dividingBy: 10)
        return remainder.magnitude >= 5 ? quotient + remainder.signum() : quotient
    }
}
