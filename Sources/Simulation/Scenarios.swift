// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension Scenario {
    /// The scenarios by name; each is made from a seed.
    public static let named: [(name: String, make: @Sendable (UInt64) -> Scenario)] = [
        ("black-friday", { blackFriday(seed: $0) }), ("black-friday-60", { blackFriday(seed: $0, articles: 60) }), ("faults", faults),
        ("office", office), ("meddling", meddling), ("storms", storms),
    ]

    /// A day of eight shops that want a third more than there is: 500 articles of 1 to 200 units, few of which are wanted much, in bursts,
    /// with two outages and one message in fifty lost.
    public static func blackFriday(seed: UInt64, articles count: Int = 500) -> Scenario {
        var chance = SplitMix64(seed: seed)
        let shops = ["shopify", "woocommerce", "amazon", "shopify", "woocommerce", "square", "amazon", "woocommerce"]
        let articles = (0..<count).map { number in
            // Small stocks are many: the square of an even chance.
            let share = chance.number(in: 1...1_000)
            return Article("BF-\(1_000 + number)", units: max(1, share * share * 200 / 1_000_000))
        }
        let day = Span.hours(24)
        // How much each shop sells of everything, and how much more or less of each article.
        let weights = [30, 18, 22, 10, 8, 6, 4, 2]
        let demanded = articles.reduce(0) { $0 + $1.units } * 13 / 10
        // Demand is skewed: some articles are wanted three times over, others hardly.
        let pulls = articles.map { article in article.units * chance.number(in: 20...240) }
        let totalPull = pulls.reduce(0, +)
        let bursts = (0..<6).map { _ in (article: chance.number(in: 0...(count - 1)), at: chance.number(in: 3_600_000...80_000_000)) }
        var happenings: [Happening] = []
        var wanted = 0
        while wanted < demanded {
            let article = pick(pulls, of: totalPull, &chance)
            let shop = pick(weights, of: weights.reduce(0, +), &chance)
            let units = chance.chance(perMillion: 850_000) ? 1 : chance.number(in: 2...4)
            var moment = hourOfDay(&chance)
            if let burst = bursts.first(where: { $0.article == article }), chance.chance(perMillion: 700_000) {
                moment = burst.at + chance.number(in: 0...600_000)
            }
            happenings.append(.init(at: start + .milliseconds(Int64(moment)), .buy(shop: shop, article: article, units: units)))
            wanted += units
        }
        happenings.append(.init(at: start + .hours(10), .outage(shop: 1, .minutes(Int64(chance.number(in: 20...90))))))
        happenings.append(.init(at: start + .hours(19), .outage(shop: 2, .minutes(Int64(chance.number(in: 20...90))))))
        var faults = Faults()
        faults.lostMessage = 20_000
        return Scenario(
            name: "black-friday", shops: shops, articles: articles, happenings: inOrder(happenings), faults: faults, start: start, end: start + day)
    }

    /// A few hours of three shops with a handful of articles, in which everything goes wrong that can.
    public static func faults(seed: UInt64) -> Scenario {
        var chance = SplitMix64(seed: seed)
        let shops = fewShops(seed)
        let articles = (0..<chance.number(in: 1...4)).map { Article("F-\($0)", units: chance.number(in: 1...60)) }
        let length = Span.minutes(Int64(chance.number(in: 30...240)))
        func moment(_ chance: inout SplitMix64) -> Instant { start + .milliseconds(Int64(chance.number(in: 0...Int(length.milliseconds)))) }
        var happenings: [Happening] = []
        for _ in 0..<chance.number(in: 120...220) {
            let buy = Happening.Kind.buy(
                shop: chance.number(in: 0...2), article: chance.number(in: 0...(articles.count - 1)), units: chance.number(in: 1...3))
            happenings.append(.init(at: moment(&chance), buy))
        }
        for _ in 0..<chance.number(in: 0...20) {
            happenings.append(.init(at: moment(&chance), .cancel(shop: chance.number(in: 0...2), order: chance.number(in: 0...40))))
        }
        for _ in 0..<chance.number(in: 0...3) {
            let outage = Happening.Kind.outage(shop: chance.number(in: 0...2), .seconds(Int64(chance.number(in: 1...7_200))))
            happenings.append(.init(at: moment(&chance), outage))
        }
        for _ in 0..<chance.number(in: 0...4) {
            let crash = Happening.Kind.crash(afterSteps: chance.number(in: 0...200), restart: .seconds(Int64(chance.number(in: 1...900))))
            happenings.append(.init(at: moment(&chance), crash))
        }
        return Scenario(
            name: "faults", shops: shops, articles: articles, happenings: inOrder(happenings), faults: Faults.swarm(&chance), start: start,
            end: start + length)
    }

    /// The same, while the office ships, cancels and refunds in the hub, and goods come in.
    public static func office(seed: UInt64) -> Scenario {
        faults(seed: seed).with("office", seed: ~seed) { chance, articles in
            var more = (0..<chance.number(in: 0...40)).map { _ in
                Happening.Kind.act(act(&chance), shop: chance.number(in: 0...2), order: chance.number(in: 0...60))
            }
            for _ in 0..<chance.number(in: 0...2) {
                more.append(.stock(article: chance.number(in: articles), change: chance.number(in: 1...20)))
            }
            return more
        }
    }

    /// The same, with people who type counts: in the shops, and in the hub where units are missing.
    public static func meddling(seed: UInt64) -> Scenario {
        office(seed: seed).with("meddling", seed: seed &* 31 &+ 7) { chance, articles in
            var more = (0..<chance.number(in: 1...6)).map { _ in
                Happening.Kind.edit(shop: chance.number(in: 0...2), article: chance.number(in: articles), units: chance.number(in: 0...60))
            }
            for _ in 0..<chance.number(in: 0...2) {
                more.append(.stock(article: chance.number(in: articles), change: -chance.number(in: 1...8)))
            }
            return more
        }
    }

    /// More that happens, at moments of chance.
    private func with(
        _ name: String, seed: UInt64, _ more: (inout SplitMix64, ClosedRange<Int>) -> [Happening.Kind]
    ) -> Scenario {
        var scenario = self
        var chance = SplitMix64(seed: seed)
        scenario.name = name
        let length = Int((end - start).milliseconds)
        for kind in more(&chance, 0...(articles.count - 1)) {
            scenario.happenings.append(.init(at: start + .milliseconds(Int64(chance.number(in: 0...length))), kind))
        }
        scenario.happenings = Self.inOrder(scenario.happenings)
        return scenario
    }

    /// Most orders are shipped; some are not.
    static func act(_ chance: inout SplitMix64) -> Act {
        switch chance.number(in: 1...10) {
        case 1...6: .ship
        case 7, 8: .cancel
        case 9: .refund(restocks: true)
        default: .refund(restocks: false)
        }
    }

    static func inOrder(_ happenings: [Happening]) -> [Happening] {
        happenings.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    /// One that takes quantities with a compare or, with one seed in three, as differences, and two that take them blindly.
    static func fewShops(_ seed: UInt64) -> [String] { [seed.isMultiple(of: 3) ? "square" : "shopify", "woocommerce", "amazon"] }

    private static func pick(_ weights: [Int], of total: Int, _ chance: inout SplitMix64) -> Int {
        var left = chance.number(in: 0...(total - 1))
        for (place, weight) in weights.enumerated() {
            if left < weight { return place }
            left -= weight
        }
        return weights.count - 1
    }

    /// A moment of the day in milliseconds: mornings are quiet, evenings are not.
    private static func hourOfDay(_ chance: inout SplitMix64) -> Int {
        let hours = [2, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 12, 13, 12, 11, 11, 12, 14, 17, 20, 20, 16, 10, 5]
        return pick(hours, of: hours.reduce(0, +), &chance) * 3_600_000 + chance.number(in: 0...3_599_999)
    }
}
