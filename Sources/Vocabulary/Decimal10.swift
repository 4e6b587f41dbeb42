// SPDX-License-Identifier: Apache-2.0

/// An exact decimal number as text on the wire gives it: `units` times ten to the power of minus `scale`.
///
/// Prices travel as decimal text (WooCommerce, Shopify) or JSON numbers (Amazon); no figure ever passes through
/// binary floating point.
public struct Decimal10: Hashable, Sendable {
    public var units: Int64
    public var scale: Int

    public init(units: Int64, scale: Int) {
        self.units = units
        self.scale = scale
    }

    /// Reads `-12.3400`, `.5`, `12` and exponents (`1.2e3`, up to thirty); nil for anything else and for whole numbers that
    /// do not fit. A fraction is cut off where the digits no longer fit, never before the eighteenth.
    public init?(_ text: some StringProtocol) {
        var units: Int64 = 0
        var scale = 0
        var digits = 0
        var negative = false
        var fraction = false
        var isCut = false
        var exponent = 0
        var bytes = text.utf8.makeIterator()
        var next = bytes.next()
        if next == 0x2D || next == 0x2B {
            negative = next == 0x2D
            next = bytes.next()
        }
        scan: while let byte = next {
            switch byte {
            case 0x30...0x39:
                // A long "0.3000000000000000000" or a third written out must not overflow. What follows the cut is all left
                // out: a smaller digit that would fit again belongs to a lower place.
                let (product, high) = units.multipliedReportingOverflow(by: 10)
                let (sum, over) = product.addingReportingOverflow(Int64(byte - 0x30))
                if high || over || isCut {
                    guard fraction else { return nil }
                    isCut = true
                    digits += 1
                    next = bytes.next()
                    continue scan
                }
                units = sum
                digits += 1
                if fraction { scale += 1 }
            case 0x2E where !fraction:
                fraction = true
            case 0x65 where digits > 0, 0x45 where digits > 0:
                var rest: [UInt8] = []
                while let byte = bytes.next() { rest.append(byte) }
                guard let value = Int(String(decoding: rest, as: UTF8.self)), (-30...30).contains(value) else { return nil }
                exponent = value
                break scan
            default:
                return nil
            }
            next = bytes.next()
        }
        guard digits > 0 else { return nil }
        scale -= exponent
        while scale < 0 {
            let (product, over) = units.multipliedReportingOverflow(by: 10)
            guard !over else { return nil }
            units = product
            scale += 1
        }
        self.init(units: negative ? -units : units, scale: scale)
    }

    /// The number in steps of ten to the minus `digits`, rounded half away from zero; nil when it does not fit.
    public func scaled(to digits: Int) -> Int64? {
        if scale <= digits {
            var value = units
            for _ in scale..<digits {
                let (product, over) = value.multipliedReportingOverflow(by: 10)
                guard !over else { return nil }
                value = product
            }
            return value
        }
        guard scale - digits <= 18 else { return 0 }
        let divisor = Self.power(scale - digits)
        let (quotient, remainder) = units.quotientAndRemainder(dividingBy: divisor)
        return remainder.magnitude * 2 >= divisor.magnitude ? quotient + (units < 0 ? -1 : 1) : quotient
    }

    /// Times a whole number; nil when it does not fit.
    public func multiplied(by count: Int64) -> Decimal10? {
        let (product, over) = units.multipliedReportingOverflow(by: count)
        return over ? nil : Decimal10(units: product, scale: scale)
    }

    static func power(_ exponent: Int) -> Int64 { (0..<exponent).reduce(Int64(1)) { value, _ in value * 10 } }
}

extension Decimal10: CustomStringConvertible {
    public var description: String { Self.text(units, digits: scale) }

    /// `12345` with two digits reads `123.45`.
    static func text(_ units: Int64, digits: Int) -> String {
        guard digits > 0 else { return String(units) }
        var figures = String(units.magnitude)
        if figures.utf8.count <= digits { figures = String(repeating: "0", count: digits + 1 - figures.utf8.count) + figures }
        let point = figures.index(figures.endIndex, offsetBy: -digits)
        return (units < 0 ? "-" : "") + figures[..<point] + "." + figures[point...]
    }
}
