// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// When buyers come: a Poisson process whose rate follows the hour and the weekday.
struct GiftShopArrivals: Sendable {
    /// Invoices by hour of the day in the data set's year, rounded; closed hours have none.
    private static let byHour = [
        0, 0, 0, 0, 0, 0, 0, 3, 57, 159, 256, 264, 346, 294, 273, 267, 155, 90, 24, 15, 2, 0, 0, 0,
    ]
    /// Invoices by weekday, Monday first, rounded.
    private static let byWeekday = [342, 397, 414, 469, 363, 0, 221]

    private let hours: GiftShop.Hours
    /// Buyers in an hour of average weight.
    private let rate: Double
    private var now: Instant
    private var chance: SplitMix64

    init(_ shop: GiftShop, chance: SplitMix64) {
        hours = shop.hours
        rate = Double(shop.ordersPerHour)
        now = shop.start
        self.chance = chance
    }

    /// The moment of the next buyer: the waiting time is used up hour by hour, fast in busy ones, not at all in
    /// closed ones.
    mutating func next() -> Instant {
        var waiting = chance.waiting()
        while true {
            let start = now.milliseconds
            let intoHour = (start % 3_600_000 + 3_600_000) % 3_600_000
            let left = 3_600_000 - intoHour
            let perMillisecond = rate * Self.weight(of: now, hours) / 3_600_000
            let within = perMillisecond * Double(left)
            if waiting < within {
                now = Instant(milliseconds: start + Int64(waiting / perMillisecond))
                return now
            }
            waiting -= within
            now = Instant(milliseconds: start + left)
        }
    }

    /// How busy the hour is, 1 on average over all open hours of a week.
    static func weight(of moment: Instant, _ hours: GiftShop.Hours) -> Double {
        guard hours == .shop else { return 1 }
        let hour = (moment.seconds / 3600 % 24 + 24) % 24
        let day = moment.seconds >= 0 ? moment.seconds / 86_400 : (moment.seconds - 86_399) / 86_400
        // 1970-01-01 was a Thursday.
        let weekday = ((day + 3) % 7 + 7) % 7
        return Double(byHour[Int(hour)] * byWeekday[Int(weekday)]) * average
    }

    private static let average: Double = {
        let open = byHour.filter { $0 > 0 }.count * byWeekday.filter { $0 > 0 }.count
        return Double(open) / Double(byHour.reduce(0, +) * byWeekday.reduce(0, +))
    }()
}
