// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@Suite struct `A moment as text` {
    /// From the year 0 to the year 9999.
    private static let range = -62_167_219_200_000...253_402_300_799_999

    private func random(_ chance: inout SplitMix64) -> Instant {
        Instant(milliseconds: Int64(chance.number(in: Self.range)))
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-22T00:26:25Z", 1_795_307_185_000),
        ("2026-11-22T01:26:25+01:00", 1_795_307_185_000),
        ("2026-11-22 00:26:25.123Z", 1_795_307_185_123), ("2026-11-21T19:56:25-0430", 1_795_307_185_000),
        ("2026-11-22t00:26:25.1239999z", 1_795_307_185_123), ("2026-11-22T00:26:25,5Z", 1_795_307_185_500),
        ("2026-11-22T05:26:25+05", 1_795_307_185_000), ("1969-12-31T23:59:59.999Z", -1),
        ("2024-02-29T12:00Z", 1_709_208_000_000),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000),
    ]) func `is read with its zone`(text: String, milliseconds: Int64) {
        #expect(Instant(iso: text)?.milliseconds == milliseconds)
    }

    @Test func `without a zone is refused, unless it is said which one is meant`() {
        #expect(Instant(iso: "2026-11-22T00:26:25") == nil)
        #expect(Instant(iso: "2026-11-22") == nil)
        #expect(Instant(iso: "2026-11-22T00:26:25", zoneless: 0)?.iso == "2026-11-22T00:26:25Z")
        #expect(Instant(iso: "2026-11-22T00:26:25", zoneless: 90)?.iso == "2026-11-21T22:56:25Z")
        #expect(Instant(iso: "2026-11-22", zoneless: -60)?.iso == "2026-11-22T01:00:00Z")
        #expect(Instant(iso: "2026-11-22T00:26:25+02:00", zoneless: 0)?.iso == "2026-11-21T22:26:25Z")
    }

    @Test(arguments: [
        "", "2026", "2026-11", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T24:59:00Z", "2026-11-22T00:60:00Z",
        "2026-11-22T00:00:61Z",
        "2026-11-22T00:00:00.Z", "2026-11-22T00:00:00Zx", "2026-11-22T00:00:00+1", "2026-11-22T00:00:00+99:99",
        "2026-11-22T00Z",
        "2026-11-22T00:00:00+01:60", "2026-11-22T00:00:00 Z", "22/11/2026 00:00", "2026-11-22T0a:00:00Z",
        "２026-11-22T00:00:00Z",
        "2026-11-22T00:00:00+24:00", "+2026-11-22T00:00:00Z",
    ]) func `is nothing where there is no such moment`(text: String) {
        #expect(Instant(iso: text, zoneless: 0) == nil)
    }

    @Test func `reads back from its own text, over ten thousand years`() {
        var chance = SplitMix64(seed: 3339)
        for _ in 0..<10_000 {
            let moment = random(&chance)
            #expect(Instant(iso: moment.iso) == moment)
            let whole = Instant(seconds: moment.seconds)
            #expect(Instant(iso: whole.isoLocalSeconds, zoneless: 0) == whole)
            #expect(moment.isoDate == moment.iso.prefix(10))
        }
    }

    @Test func `means the same with every offset`() {
        var chance = SplitMix64(seed: 8601)
        for _ in 0..<5_000 {
            let moment = Instant(seconds: Int64(chance.number(in: -2_000_000_000...4_000_000_000)))
            let minutes = chance.number(in: -1_439...1_439)
            let local = (moment + .minutes(Int64(minutes))).isoLocalSeconds
            let two = { (value: Int) in value < 10 ? "0\(value)" : String(value) }
            let offset = "\(minutes < 0 ? "-" : "+")\(two(abs(minutes) / 60)):\(two(abs(minutes) % 60))"
            #expect(Instant(iso: local + offset) == moment, "\(local)\(offset)")
            #expect(Instant(iso: local, zoneless: minutes) == moment)
        }
    }

    @Test func `never brings the reader down, whatever the text`() {
        var chance = SplitMix64(seed: 4)
        let right = Array("2026-11-22T00:26:25.123+01:00".utf8)
        for _ in 0..<5_000 {
            var bytes = right
            for _ in 0..<chance.number(in: 1...3) {
                bytes[chance.number(in: 0...(bytes.count - 1))] = UInt8(chance.number(in: 0...255))
            }
            let text = String(decoding: bytes.prefix(chance.number(in: 0...bytes.count)), as: UTF8.self)
            if let moment = Instant(iso: text, zoneless: 0) { #expect(Instant(iso: moment.iso) == moment) }
        }
    }

    @Test func `counts whole seconds downwards on both sides of 1970`() {
        #expect(Instant(milliseconds: 1_999).seconds == 1)
        #expect(Instant(milliseconds: -1).seconds == -1)
        #expect(Instant(milliseconds: -1_000).seconds == -1)
        #expect(Instant(seconds: 5) - Instant(seconds: 3) == .seconds(2))
        #expect(Span.days(2) == .hours(48) && Span.hours(1) == .minutes(60) && .minutes(1) * 2 == Span.seconds(120))
    }
}
