// SPDX-License-Identifier: Apache-2.0

/// An ISO 4217 currency and the number of decimals of its minor unit.
public struct Currency: Hashable, Sendable, CustomStringConvertible {
    /// Three capital letters.
    public let code: String
    /// 2 for most, 0 for JPY, 3 for KWD.
    public let minorDigits: Int

    /// Nil for a code that is not in ISO 4217 or is no money to pay with (metals, funds, units of account). Letter case does not matter.
    public init?(_ code: some StringProtocol) {
        let upper = code.asciiUppercased
        guard let digits = Self.digits[upper] else { return nil }
        self.code = upper
        self.minorDigits = digits
    }

    private init(known code: String, _ digits: Int) {
        self.code = code
        self.minorDigits = digits
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
