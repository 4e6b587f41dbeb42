// SPDX-License-Identifier: Apache-2.0

import Foundation
package import Vocabulary

/// Writes numbers, money and moments as the language's catalog says (`format.*`), in one time zone.
package struct Formatting: Sendable {
    private let messages: Messages
    private let zone: TimeZone
    private let group: String
    private let decimal: String
    private let digits: [Character]

    init(messages: Messages, timeZone: String) {
        self.messages = messages
        zone = TimeZone(identifier: timeZone) ?? .gmt
        group = messages.text("format.group")
        decimal = messages.text("format.decimal")
        let digits = Array(messages.text("format.digits"))
        self.digits = digits.count == 10 ? digits : Array("0123456789")
    }

    package func number(_ value: some BinaryInteger) -> String {
        let plain = Array(String(value.magnitude))
        var out = ""
        for (index, digit) in plain.enumerated() {
            if index > 0, (plain.count - index) % 3 == 0 { out += group }
            out.append(local(digit))
        }
        return value < 0 ? "−" + out : out
    }

    /// Thousandths of a unit, to one decimal place and rounded down: `1.4`.
    package func thousandths(_ value: Int) -> String { number(value / 1_000) + decimal + number(value % 1_000 / 100) }

    /// With its sign, also when it is a gain.
    func change(_ value: Int) -> String { value > 0 ? "+" + number(value) : number(value) }

    package func money(_ money: Money) -> String {
        let places = money.currency.minorDigits
        let scale = (0..<places).reduce(UInt64(1)) { scale, _ in scale * 10 }
        var amount = number(money.minor.magnitude / scale)
        if places > 0 {
            let cents = String(money.minor.magnitude % scale)
            amount += decimal + String((String(repeating: "0", count: places - cents.count) + cents).map(local))
        }
        let key = "currency.\(money.currency.code)"
        let pattern = messages.has(key) ? "format.money" : "format.money-code"
        let symbol = messages.has(key) ? messages.text(key) : money.currency.code
        return (money.minor < 0 ? "−" : "") + messages.text(pattern, ["symbol": symbol, "amount": amount])
    }

    /// Without the minor units: for axes and cards where pence are noise.
    package func roundMoney(_ money: Money) -> String {
        let scale = (0..<money.currency.minorDigits).reduce(Int64(1)) { scale, _ in scale * 10 }
        let key = "currency.\(money.currency.code)"
        let symbol = messages.has(key) ? messages.text(key) : money.currency.code + " "
        return (money.minor < 0 ? "−" : "")
            + messages.text("format.money", ["symbol": symbol, "amount": number((money.minor.magnitude + UInt64(scale) / 2) / UInt64(scale))])
    }

    /// The part of a whole in percent, with its sign.
    package func percentChange(from old: Int64, to new: Int64) -> String? {
        guard old > 0 else { return nil }
        let tenths = Int((Double(new - old) / Double(old) * 1000).rounded())
        let whole = tenths.magnitude / 10
        let text = whole >= 100 ? number(whole) : number(whole) + decimal + number(tenths.magnitude % 10)
        return messages.text("format.percent", ["number": (tenths < 0 ? "−" : "+") + text])
    }

    /// `22 Nov 2026, 14:05`
    package func moment(_ instant: Instant) -> String { messages.text("format.moment", ["date": date(instant), "time": clock(instant)]) }

    func date(_ instant: Instant) -> String {
        let time = local(instant)
        return messages.text(
            "format.date",
            ["day": number(time.day), "month": messages.text("format.month.\(time.month)"), "year": String(String(time.year).map(local))])
    }

    func shortDate(_ instant: Instant) -> String {
        let time = local(instant)
        return messages.text("format.short-date", ["day": number(time.day), "month": messages.text("format.month.\(time.month)")])
    }

    func clock(_ instant: Instant) -> String {
        let time = local(instant)
        return "\(two(time.hour)):\(two(time.minute))"
    }

    func clockSeconds(_ instant: Instant) -> String { "\(clock(instant)):\(two(local(instant).second))" }

    /// `3 minutes ago`; the date when it is long ago.
    func ago(_ instant: Instant, now: Instant) -> String {
        let seconds = Int(max(0, (now - instant).milliseconds) / 1000)
        func say(_ unit: String, _ count: Int) -> String {
            messages.text("format.ago.\(unit).\(count == 1 ? "one" : "other")", ["count": number(count)])
        }
        switch seconds {
        case ..<5: return messages.text("format.ago.now")
        case ..<60: return say("second", seconds)
        case ..<3600: return say("minute", seconds / 60)
        case ..<86_400: return say("hour", seconds / 3600)
        case ..<(86_400 * 14): return say("day", seconds / 86_400)
        default: return date(instant)
        }
    }

    /// `840 ms`, `1.2 s`, `3 min`
    package func span(_ milliseconds: Int64) -> String {
        switch milliseconds {
        case ..<1000: return messages.text("format.span.milliseconds", ["count": number(milliseconds)])
        case ..<60_000:
            return messages.text("format.span.seconds", ["count": number(milliseconds / 1000) + decimal + number(milliseconds % 1000 / 100)])
        case ..<7_200_000: return messages.text("format.span.minutes", ["count": number(milliseconds / 60_000)])
        default: return messages.text("format.span.hours", ["count": number(milliseconds / 3_600_000)])
        }
    }

    /// `2026-11-22T14:05`: what a form field for date and time holds and gives back.
    package func field(_ instant: Instant) -> String {
        String(Instant(milliseconds: instant.milliseconds + offset(instant)).isoLocalSeconds.prefix(16))
    }

    package func instant(field text: String) -> Instant? {
        guard let plain = Instant(iso: text, zoneless: 0) else { return nil }
        let near = Instant(milliseconds: plain.milliseconds - offset(plain))
        return Instant(milliseconds: plain.milliseconds - offset(near))
    }

    /// The beginning of the local hour or day that the moment is in.
    package func floor(_ instant: Instant, to width: Span) -> Instant {
        let shifted = instant.milliseconds + offset(instant)
        return Instant(milliseconds: shifted - ((shifted % width.milliseconds) + width.milliseconds) % width.milliseconds - offset(instant))
    }

    /// The zone's distance from UTC at the moment, in milliseconds.
    private func offset(_ instant: Instant) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000))) * 1000
    }

    private func local(_ instant: Instant) -> CalendarTime { CalendarTime(Instant(milliseconds: instant.milliseconds + offset(instant))) }
    private func local(_ digit: Character) -> Character { digit.wholeNumberValue.map { digits[$0] } ?? digit }
    private func two(_ value: Int) -> String { (value < 10 ? String(local("0")) : "") + number(value) }
}
