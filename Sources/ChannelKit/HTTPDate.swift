// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// The `Date` of an answer, as RFC 9110 (section 5.6.7) has it: `Sun, 06 Nov 1994 08:49:37 GMT`.
public enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    /// The moment, to the second; nil for any other text. The two obsolete forms are not read: no server of today writes them.
    public static func moment(_ text: String) -> Instant? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", parts[0].utf8.count == 4, let month = months.firstIndex(of: String(parts[2])) else { return nil }
        let (day, clock) = (parts[1], parts[4])
        guard clock.utf8.count == 8, parts[3].utf8.count == 4, let year = Int(parts[3]), (1970...9999).contains(year), day.utf8.count == 2 else {
            return nil
        }
        return Instant(iso: "\(parts[3])-\(month < 9 ? "0" : "")\(month + 1)-\(day)T\(clock)Z")
    }

    public static func text(_ moment: Instant) -> String {
        let time = CalendarTime(moment)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        let day = days[CalendarTime.days(year: time.year, month: time.month, day: time.day) % 7]
        return "\(day), \(two(time.day)) \(months[time.month - 1]) \(time.year) \(two(time.hour)):\(two(time.minute)):\(two(time.second)) GMT"
    }
}
