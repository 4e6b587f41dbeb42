// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary

@Suite struct `A currency` {
    /// Units of account and funds, which nobody pays with.
    private static let noMoney: Set<String> = ["BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYW", "XAD"]

    @Test func `knows its code in any letter case, and its digits`() {
        #expect(Currency("gbp") == .gbp)
        #expect(Currency("GBP")?.minorDigits == 2)
        #expect(Currency("JPY")?.minorDigits == 0)
        #expect(Currency("KWD")?.minorDigits == 3)
        #expect(Currency("usd")?.description == "USD")
    }

    @Test(arguments: ["", "GB", "GBPP", "XXX", "XAU", "£", "EUR ", "ＥＵＲ"])
    func `is nothing where there is none of that code`(code: String) {
        #expect(Currency(code) == nil)
    }

    @Test func `has the digits of ISO 4217, for all that are in use`() throws {
        guard let file = OutsideMaterial.dataset("currency-codes/codes-all.csv") else { return }
        let text = try String(contentsOf: file, encoding: .utf8)
        var checked: Set<String> = []
        for row in text.split(whereSeparator: \.isNewline).dropFirst() {
            // Names may hold commas, the last four fields do not.
            let fields = row.split(separator: ",", omittingEmptySubsequences: false).suffix(4).map(String.init)
            guard fields[3].isEmpty, let digits = Int(fields[2]), !Self.noMoney.contains(fields[0]) else { continue }
            #expect(Currency(fields[0])?.minorDigits == digits, "\(fields[0])")
            checked.insert(fields[0])
        }
        #expect(checked.count > 150)
    }
}
