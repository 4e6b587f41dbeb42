// SPDX-License-Identifier: Apache-2.0

/// What a seller who risks nothing could be expected to sell at most: a bound from above for every rule of sharing whose stated bound is 0.
///
/// Each unit stands in one shop. Nothing takes time: after each order all that is left may be shared out anew. The seller knows how orders fall on the
/// shops, of how many units they are and how many of each article are still to come, but not the next one's shop and size before it comes. With v(m, s) for
/// s units left and m orders to come, the best shares are those with the largest expected k + v(m-1, s-k) - v(m-1, s) over orders for k that find k units,
/// an exact knapsack over the shops.
struct RisklessCeiling {
    /// How likely an order comes to each shop, and that it is for so many units (the first place is for none).
    private let shops: [Double]
    private let sizes: [Double]
    /// By orders to come and units left.
    private var values: [[Double]]
    private let unitsMax: Int

    private var sizeMax: Int { sizes.count - 1 }
    /// From here on every shop has what any order asks for.
    private var enough: Int { sizeMax * shops.count }

    /// Nil where units come back or in, or where people change counts: what can be sold of the rest is another question.
    init?(_ scenario: Scenario) {
        var byShop = [Int](repeating: 0, count: scenario.shops.count)
        var bySize: [Int] = [0]
        var byArticle = [Int](repeating: 0, count: scenario.articles.count)
        for happening in scenario.happenings {
            switch happening.kind {
            case .buy(let shop, let article, let units):
                byShop[shop] += 1
                byArticle[article] += 1
                while bySize.count <= units { bySize.append(0) }
                bySize[units] += 1
            case .outage, .crash, .clock, .faults: break
            case .cancel, .act, .stock, .edit, .calm: return nil
            }
        }
        let orders = byShop.reduce(0, +)
        guard orders > 0, bySize.count <= Self.sizesMax, let most = byArticle.max() else { return nil }
        shops = byShop.map { Double($0) / Double(orders) }
        sizes = bySize.map { Double($0) / Double(orders) }
        unitsMax = scenario.articles.reduce(0) { max($0, $1.units) }
        values = [[Double](repeating: 0, count: unitsMax + 1)]
        for _ in 0..<most { values.append(next(values[values.count - 1])) }
        expected = zip(scenario.articles, byArticle).reduce(0.0) { $0 + values[$1.1][max(0, $1.0.units)] }
    }

    /// Units, over all articles.
    private(set) var expected = 0.0

    /// Orders of more units than that are not worked out.
    private static let sizesMax = 9

    private func next(_ old: [Double]) -> [Double] {
        (0...unitsMax).map { units in
            func gain(_ size: Int) -> Double { size <= units ? Double(size) + old[units - size] - old[units] : 0 }
            // What a share of so many units of one shop is worth to an order there.
            var worth = [0.0]
            for size in 1...sizeMax { worth.append(worth[size - 1] + sizes[size] * gain(size)) }
            return old[units] + (units >= enough ? worth[sizeMax] : best(worth, units))
        }
    }

    /// The best shares of so many units among the shops.
    private func best(_ worth: [Double], _ units: Int) -> Double {
        var best = [Double](repeating: 0, count: units + 1)
        for shop in shops {
            for left in stride(from: units, through: 0, by: -1) {
                for share in 1...sizeMax where share <= left { best[left] = max(best[left], best[left - share] + shop * worth[share]) }
            }
        }
        return best[units]
    }
}

extension Scenario {
    /// Units that a seller who risks nothing could be expected to sell at most (`RisklessCeiling`); nil where that is not worked out.
    public var riskless: Double? { RisklessCeiling(self)?.expected }
}
