// SPDX-License-Identifier: Apache-2.0

extension SharePlan.Seller {
    /// Who sold a hundred thousand units of late sells no faster: products of paces and worths stay whole numbers.
    private static let paceMax = 100_000_000

    var weight: Int { min(max(1, pace), Self.paceMax) }

    /// What it is worth that it has so many units of the article instead of as many as it may sell now.
    func gain(upTo units: Int) -> Int { gain(from: max(0, exposure ?? 0), upTo: units) }
    func gain(from: Int, upTo units: Int) -> Int { weight * (UnitWorth.of(units / each) - UnitWorth.of(from / each)) }
}

extension SharePlan {
    /// What each should have: a unit goes where it is worth most (`UnitWorth`), times how much of the article is sold there. Never more than the merchant's
    /// rule allows.
    static func targets(_ units: Int, _ sellers: [Seller], keepsPool: Bool = true) -> [Int] {
        // Half stays in the pool while there is enough of it for everybody to have a few.
        let given = keepsPool ? max(units / 2, min(units, sharedFrom * sellers.count)) : units
        let weights = sellers.map { Int(Double($0.weight * 100).squareRoot()) }
        guard given > 0, let top = weights.max(), let least = weights.min() else { return sellers.map { _ in 0 } }
        func share(_ place: Int, at level: Int) -> Int {
            let (product, isTooLarge) = level.multipliedReportingOverflow(by: weights[place])
            return min(sellers[place].most / sellers[place].each, UnitWorth.units(atThousandths: isTooLarge ? .max : product / top))
        }
        func taken(at level: Int) -> Int { sellers.indices.reduce(0) { $0 + share($1, at: level) * sellers[$1].each } }
        // The highest level of worth that can be served for all; the few units left over go one by one.
        var (level, tooHigh) = (0, (given + UnitWorth.ordersMax) * 1_000 * top / least + 1_000 * top)
        while level + 1 < tooHigh {
            let middle = (level + tooHigh) / 2
            if taken(at: middle) <= given { level = middle } else { tooHigh = middle }
        }
        var turns = sellers.indices.map { share($0, at: level) }
        var left = given - taken(at: level)
        while true {
            let open = sellers.indices.filter { (turns[$0] + 1) * sellers[$0].each <= sellers[$0].most && sellers[$0].each <= left }
            func worth(_ place: Int) -> Int { weights[place] * UnitWorth.root(ofUnit: turns[place] + 1) }
            // Of units worth the same, who has fewer.
            guard let best = open.min(by: { (-worth($0), turns[$0]) < (-worth($1), turns[$1]) }) else { break }
            turns[best] += 1
            left -= sellers[best].each
        }
        return zip(turns, sellers).map { $0 * $1.each }
    }

    /// Units for each listing up to which all of them are shared out.
    static let sharedFrom = 4
}
