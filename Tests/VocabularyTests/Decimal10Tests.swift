// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@Suite struct `An exact decimal number` {
    @Test(arguments: [
        ("0", 0, 0), ("-12.3400", -123_400, 4), (".5", 5, 1), ("+7", 7, 0), ("1.2e3", 1_200, 0), ("1.25E1", 125, 1),
        ("5e-3", 5, 3),
        ("12e+2", 1_200, 0), ("9223372036854775807", .max, 0),
    ]) func `keeps the digits of its text`(text: String, units: Int64, scale: Int) {
        #expect(Decimal10(text) == Decimal10(units: units, scale: scale))
    }

    @Test(arguments: [
        "", "+", "-", ".", "e5", "1e", "1e1.5", "--1", "1-", "1 ", " 1", "1,0", "٣", "1e31", "1e-31",
        "9223372036854775808", "1e19",
        "1e-9223372036854775808", "1e9223372036854775807", "1e99999999999999999999999",
    ]) func `is nothing where the text is no such number`(text: String) {
        #expect(Decimal10(text) == nil)
    }

    @Test func `cuts a fraction that is too long, and only there`() {
        #expect(Decimal10("0.3000000000000000000000")?.scaled(to: 2) == 30)
        #expect(Decimal10("1.33333333333333333333333333")?.scaled(to: 4) == 13_333)
        // After the 8 that no longer fits, the 1 would: it must not move up into its place.
        #expect(Decimal10("0.92233720368547758081") == Decimal10("0.9223372036854775808"))
        #expect(Decimal10("0.92233720368547758091")?.description == "0.922337203685477580")
    }

    @Test func `is rounded half away from zero to any number of digits`() {
        #expect(Decimal10("2.345")?.scaled(to: 2) == 235)
        #expect(Decimal10("-2.345")?.scaled(to: 2) == -235)
        #expect(Decimal10("2.3449")?.scaled(to: 2) == 234)
        #expect(Decimal10("2.3")?.scaled(to: 4) == 23_000)
        #expect(Decimal10("5e-30")?.scaled(to: 2) == 0)
        #expect(Decimal10("9223372036854775807")?.scaled(to: 1) == nil)
    }

    @Test func `rounds as exact division would, over random numbers`() {
        var chance = SplitMix64(seed: 10)
        for _ in 0..<5_000 {
            let units = Int64(chance.number(in: -1_000_000_000...1_000_000_000))
            let scale = chance.number(in: 0...9)
            let digits = chance.number(in: 0...scale)
            let divisor = (digits..<scale).reduce(Int64(1)) { power, _ in power * 10 }
            let rounded = Decimal10(units: units, scale: scale).scaled(to: digits)
            let error = (rounded ?? .max / 4).multipliedReportingOverflow(by: divisor).partialValue - units
            #expect(error.magnitude * 2 <= divisor.magnitude)
            if error.magnitude * 2 == divisor.magnitude { #expect((error > 0) == (units > 0)) }
        }
    }

    @Test func `reads back from its own text`() {
        var chance = SplitMix64(seed: 11)
        for _ in 0..<5_000 {
            let number = Decimal10(
                units: Int64(bitPattern: chance.next()) >> Int64(chance.number(in: 1...62)),
                scale: chance.number(in: 0...18))
            #expect(Decimal10(number.description) == number)
        }
        #expect(Decimal10(units: -5, scale: 2).description == "-0.05")
    }

    @Test func `times a count is exact or nothing`() {
        #expect(Decimal10(units: 1, scale: 3).multiplied(by: 7) == Decimal10(units: 7, scale: 3))
        #expect(Decimal10(units: .max, scale: 0).multiplied(by: 2) == nil)
    }
}
