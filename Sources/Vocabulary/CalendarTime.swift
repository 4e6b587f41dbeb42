// SPDX-License-Identifier: Apache-2.0

/// A moment written as date and time of day in UTC, by the proleptic Gregorian calendar.
///
/// The day arithmetic is Howard Hinnant's `days_from_civil` and `civil_from_days` ("chrono-Compatible Low-Level Date
/// Algorithms"): exact, without tables, locales or a time-zone database.
public struct CalendarTime: Hashable, Sendable {
    public var year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, millisecond: Int

    public init(_ instant: Instant) {
        let days = Int((instant.milliseconds >= 0 ? instant.milliseconds : instant.milliseconds - 86_399_999) / 86_400_000)
        var rest = Int(instant.milliseconds - Int64(days) * 86_400_000)
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = rest / 3_600_000
        rest %= 3_600_000
        minute = rest / 60_000
        rest %= 60_000
        second = rest / 1000
        millisecond = rest % 1000
    }

    /// Days since 1970-01-01 of a date.
    public static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Instant {
    /// Reads RFC 3339 / ISO 8601: `2026-11-22T00:26:25Z`, `…25.123+01:00`, also with a blank for the `T`.
    ///
    /// A time without zone is read with `zoneless` minutes east of UTC, or refused when that is nil: channels that
    /// leave the zone out each mean something else, and guessing it has cost whole days of orders.
    public init?(iso text: some StringProtocol, zoneless minutesEast: Int? = nil) {
        var bytes = Array(text.utf8)[...]
        func number(_ length: Int) -> Int? {
            guard bytes.count >= length else { return nil }
            var value = 0
            for byte in bytes.prefix(length) {
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            bytes = bytes.dropFirst(length)
            return value
        }
        func take(_ character: UInt8) -> Bool {
            guard bytes.first == character else { return false }
            bytes = bytes.dropFirst()
            return true
        }
        guard let year = number(4), take(0x2D), let month = number(2), take(0x2D), let day = number(2),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = CalendarTime.days(year: year, month: month, day: day)
        let back = CalendarTime(Instant(milliseconds: Int64(days) * 86_400_000))
        guard back.month == month, back.day == day else { return nil }
        var milliseconds = Int64(days) * 86_400_000
        if bytes.isEmpty {
            guard let minutesEast else { return nil }
            self.init(milliseconds: milliseconds - Int64(minutesEast) * 60_000)
            return
        }
        guard take(0x54) || take(0x74) || take(0x20), let hour = number(2), take(0x3A), let minute = number(2), minute < 60,
            hour < 24
        else { return nil }
        var second = 0
        if take(0x3A) {
            guard let value = number(2), value <= 60 else { return nil }
            second = value
        }
        milliseconds += Int64(hour) * 3_600_000 + Int64(minute) * 60_000 + Int64(second) * 1000
        if take(0x2E) || take(0x2C) {
            var weight: Int64 = 100
            var digits = 0
            while let byte = bytes.first, byte >= 0x30, byte <= 0x39 {
                milliseconds += Int64(byte - 0x30) * weight
                weight /= 10
                digits += 1
                bytes = bytes.dropFirst()
            }
            guard digits > 0 else { return nil }
        }
        if take(0x5A) || take(0x7A) {
            guard bytes.isEmpty else { return nil }
        } else if let sign = bytes.first, sign == 0x2B || sign == 0x2D {
            bytes = bytes.dropFirst()
            guard let hours = number(2) else { return nil }
            _ = take(0x3A)
            let minutes = bytes.isEmpty ? 0 : number(2)
            guard let minutes, bytes.isEmpty, hours < 24, minutes < 60 else { return nil }
            milliseconds -= Int64(hours * 60 + minutes) * 60_000 * (sign == 0x2D ? -1 : 1)
        } else {
            guard bytes.isEmpty, let minutesEast else { return nil }
            milliseconds -= Int64(minutesEast) * 60_000
        }
        self.init(milliseconds: milliseconds)
    }

    /// `2026-11-22T00:26:25Z`, with milliseconds only when there are any.
    public var iso: String {
        let time = CalendarTime(self)
        let fraction = time.millisecond == 0 ? "" : "." + padded(time.millisecond, 3)
        return "\(isoLocalSeconds)\(fraction)Z"
    }

    /// `2026-11-22T00:26:25`: UTC without zone and fraction, as WooCommerce's `…_gmt` fields have it.
    public var isoLocalSeconds: String {
        let time = CalendarTime(self)
        return "\(isoDate)T\(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2))"
    }

    /// `2026-11-22` in UTC.
    public var isoDate: String {
        let time = CalendarTime(self)
        return "\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2))"
    }

    private func padded(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return text.utf8.count >= width ? text : String(repeating: "0", count: width - text.utf8.count) + text
    }
}

extension Instant: CustomStringConvertible {
    public var description: String { iso }
}
