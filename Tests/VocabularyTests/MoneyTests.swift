// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@Suite struct `An amount of money` {
    private let kwd = Currency("KWD") ?? .gbp

    @Test func `is read from decimal text in its currency's own digits`() {
        #expect(Money("12.5", .gbp) == Money(minor: 1250, .gbp))
        #expect(Money("-0.05", .gbp) == Money(minor: -5, .gbp))
        #expect(Money("1200", .jpy) == Money(minor: 1200, .jpy))
        #expect(Money("1.234", kwd) == Money(minor: 1234, kwd))
        #expect(Money("1e2", .usd) == Money(minor: 10_000, .usd))
    }

    @Test func `finer than the minor unit is rounded half away from zero`() {
        #expect(Money("0.005", .gbp)?.minor == 1)
        #expect(Money("-0.005", .gbp)?.minor == -1)
        #expect(Money("0.0049999", .gbp)?.minor == 0)
        #expect(Money("99.5", .jpy)?.minor == 100)
    }

    @Test(arguments: [
        "", "-", ".", "1,5", "£5", "1 000", "12.5.1", "0x10", "NaN", "inf", "99999999999999999999", "1e19", "1e",
    ])
    func `is nothing where the text is no number or does not fit`(text: String) {
        #expect(Money(text, .gbp) == nil)
    }

    @Test func `reads back from its own text, for random amounts of every kind of currency`() {
        var chance = SplitMix64(seed: 1)
        for currency in [Currency.gbp, .jpy, kwd] {
            for _ in 0..<2_000 {
                let money = Money(minor: Int64(bitPattern: chance.next()) >> Int64(chance.number(in: 1...63)), currency)
                #expect(Money(money.decimalText, currency) == money)
            }
        }
    }

    @Test func `adds and subtracts without loss`() {
        var sum = Money.zero(.eur)
        sum += Money(minor: 333, .eur)
        #expect(sum + Money(minor: 1, .eur) - Money(minor: 334, .eur) == .zero(.eur))
        #expect(-sum == Money(minor: -333, .eur))
        #expect(sum.description == "3.33 EUR")
    }

    @Test func `splits into parts that add up to it, each within a minor unit of its share`() {
        var chance = SplitMix64(seed: 2)
        for _ in 0..<3_000 {
            let minor = Int64(chance.number(in: -1_000_000...1_000_000))
            let weights = (0..<chance.number(in: 1...12)).map { _ in Int64(chance.number(in: 0...5_000)) }
            let parts = Money(minor: minor, .gbp).split(by: weights)
            #expect(parts.count == weights.count)
            #expect(parts.reduce(.zero(.gbp), +) == Money(minor: minor, .gbp))
            let sum = weights.reduce(0, +)
            guard sum > 0 else { continue }
            for (part, weight) in zip(parts, weights) {
                #expect((part.minor * sum - minor * weight).magnitude < UInt64(sum), "\(minor) by \(weights)")
                #expect(weight > 0 || part.minor == 0)
            }
        }
    }

    @Test func `splits what rounding leaves over to those that lost most, the first of equals`() {
        #expect(Money(minor: 100, .gbp).split(by: [1, 1, 1]).map(\.minor) == [34, 33, 33])
        #expect(Money(minor: -100, .gbp).split(by: [1, 1, 1]).map(\.minor) == [-34, -33, -33])
        #expect(Money(minor: 10, .gbp).split(by: [1, 5]).map(\.minor) == [2, 8])
        #expect(Money(minor: 7, .gbp).split(by: [0, 0]).map(\.minor) == [7, 0])
        #expect(Money(minor: 7, .gbp).split(by: []).isEmpty)
    }

    @Test func `splits the largest amounts without overflow`() {
        let parts = Money(minor: .max, .gbp).split(by: [.max / 3, .max / 3, .max / 3])
        #expect(parts.map(\.minor).reduce(0, +) == .max)
    }
}
