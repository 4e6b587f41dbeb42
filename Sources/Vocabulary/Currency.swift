// SPDX-License-Identifier: Apache-2.0

/// An ISO 4217 currency and the number of decimals of its minor unit.
public struct Currency: Hashable, Sendable, CustomStringConvertible {
    /// The letters' bytes and the decimals in one word: books hold millions of amounts.
    private let packed: UInt32

    /// Three capital letters.
    public var code: String { String(decoding: [UInt8(packed >> 24), UInt8(packed >> 16 & 0xFF), UInt8(packed >> 8 & 0xFF)], as: UTF8.self) }
    /// 2 for most, 0 for JPY, 3 for KWD.
    public var minorDigits: Int { Int(packed & 0xFF) }

    /// Nil for a code that is not in ISO 4217 or is no money to pay with (metals, funds, units of account). Letter case does not matter.
    public init?(_ code: some StringProtocol) {
        let upper = code.asciiUppercased
        guard let digits = Self.digits[upper] else { return nil }
        self.init(known: upper, digits)
    }

    private init(known code: String, _ digits: Int) {
        packed = code.utf8.reduce(0) { $0 << 8 | UInt32($1) } << 8 | UInt32(digits)
    }

    public static let gbp = Currency(known: "GBP", 2)
    public static let usd = Currency(known: "USD", 2)
    public static let eur = Currency(known: "EUR", 2)
    public static let jpy = Currency(known: "JPY", 0)

    public var description: String { code }

    private static let digits: [String: Int] = {
        let two = """
            AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC \
            CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD \
            KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO \
            NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL \
            THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
            """
        var all: [String: Int] = [:]
        for code in two.split(separator: " ") { all[String(code)] = 2 }
        for code in ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"] {
            all[code] = 0
        }
        for code in ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"] { all[code] = 3 }
        return all
    }()
}
