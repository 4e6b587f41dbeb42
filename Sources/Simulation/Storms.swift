// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension Scenario {
    /// One shop of each channel, a handful of articles, and some short schedules of faults after one another, each drawn anew: goods come in,
    /// some minutes of buyers, messages, requests and trouble, then calm until everything is done and the books are compared.
    ///
    /// What a schedule needs before it can begin, an open shop with everything listed, costs more than the schedule: so it is done once for all of them.
    public static func storms(seed: UInt64) -> Scenario {
        var chance = SplitMix64(seed: seed &* 0x9E37_79B9 &+ 11)
        let articles = (0..<chance.number(in: 2...4)).map { Article("S-\($0)", units: chance.number(in: 1...9)) }
        var happenings: [Happening] = []
        var moment = start
        for number in 0..<stormsInARow {
            if number > 0 { happenings.append(.init(at: moment, .calm)) }
            let length = Span.minutes(Int64(chance.number(in: 1...8)))
            let storm = storm(articles: articles.count, ordersBefore: number * 3, isFirst: number == 0, &chance)
            happenings += inOrder(
                storm.map { kind in
                    // The weather and the goods come first.
                    switch kind {
                    case .faults, .stock: .init(at: moment, kind)
                    default: .init(at: moment + .milliseconds(Int64(chance.number(in: 0...Int(length.milliseconds)))), kind)
                    }
                })
            moment = moment + length
        }
        return Scenario(
            name: "storms", shops: fewShops(seed), articles: articles, happenings: happenings, faults: Faults(), start: start,
            end: moment)
    }

    /// How many schedules one run has.
    public static let stormsInARow = 18

    private static func storm(articles: Int, ordersBefore: Int, isFirst: Bool, _ chance: inout SplitMix64) -> [Happening.Kind] {
        let faults = Faults.swarm(&chance)
        var all: [Happening.Kind] = [.faults(faults)]
        func shop() -> Int { chance.number(in: 0...2) }
        func article() -> Int { chance.number(in: 0...(articles - 1)) }
        // An order of this storm, or now and then an older one.
        func order() -> Int { chance.number(in: (chance.chance(perMillion: 50_000) ? 0 : ordersBefore)...(ordersBefore + 4)) }
        if !isFirst {
            for article in 0..<articles where chance.chance(perMillion: 500_000) {
                all.append(.stock(article: article, change: chance.number(in: 1...9)))
            }
        }
        for _ in 0..<chance.number(in: 4...10) { all.append(.buy(shop: shop(), article: article(), units: chance.number(in: 1...3))) }
        // Buyers who cancel and an office that acts are seldom there together: what contradicts each other takes hours to find out.
        let hands = chance.number(in: 0...20)
        if hands < 12 { for _ in 0..<chance.number(in: 0...5) { all.append(.cancel(shop: shop(), order: order())) } }
        if hands > 10 { for _ in 0..<chance.number(in: 1...8) { all.append(.act(act(&chance), shop: shop(), order: order())) } }
        if chance.chance(perMillion: 400_000) { all.append(.outage(shop: shop(), .seconds(Int64(chance.number(in: 1...1_800))))) }
        if chance.chance(perMillion: 250_000) {
            for _ in 0..<chance.number(in: 1...2) { all.append(.clock(jump(&chance))) }
        }
        for _ in 0..<chance.number(in: 0...2) {
            all.append(.crash(afterSteps: chance.number(in: 0...200), restart: .seconds(Int64(chance.number(in: 1...300)))))
        }
        return all
    }

    /// A second, an hour or a day, forward or back.
    private static func jump(_ chance: inout SplitMix64) -> Span {
        let size: Span =
            switch chance.number(in: 0...2) {
            case 0: .milliseconds(Int64(chance.number(in: 500...5_000)))
            case 1: .hours(1)
            default: .days(1)
            }
        return chance.chance(perMillion: 500_000) ? size : size * -1
    }
}
