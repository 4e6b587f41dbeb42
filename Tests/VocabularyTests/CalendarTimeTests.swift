// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@Suite struct `The calendar` {
    private func length(of month: Int, in year: Int) -> Int {
        let isLeap = year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    @Test func `goes on day by day through eight hundred years`() {
        var day = CalendarTime.days(year: 1600, month: 1, day: 1)
        #expect(day == -135_140)
        for year in 1600..<2400 {
            for month in 1...12 {
                #expect(CalendarTime.days(year: year, month: month, day: 1) == day)
                let last = CalendarTime(Instant(seconds: Int64(day + length(of: month, in: year) - 1) * 86_400))
                #expect(last.year == year && last.month == month && last.day == length(of: month, in: year))
                day += length(of: month, in: year)
            }
        }
    }

    @Test func `names the parts of a moment`() {
        let time = CalendarTime(Instant(milliseconds: 1_795_307_185_123))
        #expect(
            [time.year, time.month, time.day, time.hour, time.minute, time.second, time.millisecond] == [
                2026, 11, 22, 0, 26, 25, 123,
            ])
        let before = CalendarTime(Instant(milliseconds: -1))
        #expect([before.year, before.month, before.day, before.hour, before.millisecond] == [1969, 12, 31, 23, 999])
    }
}
