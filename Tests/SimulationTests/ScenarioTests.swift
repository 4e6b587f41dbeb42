// SPDX-License-Identifier: Apache-2.0

import Simulation
import Testing
import Vocabulary

@Suite struct `Scenarios` {
    private static func buys(_ units: [Int]) -> Scenario {
        let happenings = units.enumerated().map { number, units in
            Scenario.Happening(at: Scenario.start + .minutes(Int64(number)), .buy(shop: 0, article: 0, units: units))
        }
        return Scenario(
            name: "test", shops: ["shopify"], articles: [.init("MUG", units: 10)], happenings: happenings, faults: Faults(),
            start: Scenario.start, end: Scenario.start + .hours(2))
    }

    @Test(arguments: [("shared", "shared"), ("interval:15m", "interval:15m"), ("interval:90s", "interval:90s"), ("interval:2h", "interval:120m")])
    func `policies are read as they are written`(text: String, shown: String) { #expect(PlayedPolicy(text)?.description == shown) }

    @Test(arguments: ["", "shared ", "interval", "interval:", "interval:m", "interval:0m", "interval:-1m", "interval:5", "interval:5d", "guessed"])
    func `what is no policy is refused`(text: String) { #expect(PlayedPolicy(text) == nil) }

    @Test func `a clairvoyant seller sells what is wanted, at most what is there`() {
        #expect(Self.buys([3, 4]).clairvoyant == 7)
        #expect(Self.buys([3, 4, 9]).clairvoyant == 10)
        #expect(Self.buys([3, 4, 9]).demanded == 16)
    }

    @Test func `who risks nothing sells less, for the last unit stands in one shop`() throws {
        func street(stock: Int, _ buys: [(shop: Int, units: Int)]) -> Scenario {
            var scenario = Self.buys([])
            scenario.shops = ["shopify", "shopify"]
            scenario.articles[0].units = stock
            scenario.happenings = buys.enumerated().map { number, buy in
                .init(at: Scenario.start + .minutes(Int64(number)), .buy(shop: buy.shop, article: 0, units: buy.units))
            }
            return scenario
        }
        #expect(street(stock: 1, [(0, 1), (1, 1)]).riskless == 0.75, "one of two orders finds it, or the other")
        #expect(street(stock: 2, [(0, 1), (1, 1)]).riskless == 1.5, "the first is served, the second by chance")
        #expect(street(stock: 4, [(0, 1), (1, 1)]).riskless == 2)
        // Half the orders are for two: both units in one shop serve one order for two in four, one in each every order for one.
        #expect(street(stock: 2, [(0, 1), (1, 2)]).riskless == 1.1875)
        var meddled = street(stock: 1, [(0, 1)])
        meddled.happenings.append(.init(at: Scenario.start, .edit(shop: 0, article: 0, units: 9)))
        #expect(meddled.riskless == nil)
        let days = (UInt64(1)...8).map { Scenario.blackFriday(seed: $0, articles: 60) }
        let share = try days.reduce(0) { try $0 + #require($1.riskless) } / Double(days.reduce(0) { $0 + $1.clairvoyant })
        #expect((0.98...0.99).contains(share), "which is why 99 in a hundred cannot be counted on: \(share)")
    }

    @Test(arguments: [UInt64(1), 2, 99]) func `a scenario is made by its seed alone`(seed: UInt64) throws {
        for (name, make) in Scenario.named {
            let scenario = make(seed)
            #expect(scenario.happenings == make(seed).happenings)
            #expect(scenario.happenings != make(seed + 1).happenings)
            #expect(scenario.happenings.map(\.at) == scenario.happenings.map(\.at).sorted())
            #expect(scenario.happenings.allSatisfy { $0.at >= scenario.start && $0.at <= scenario.end }, "\(name)")
        }
    }

    @Test func `Black Friday wants a third more than there is, of five hundred articles, in eight shops`() {
        let scenario = Scenario.blackFriday(seed: 5)
        let units = scenario.articles.reduce(0) { $0 + $1.units }
        #expect(scenario.articles.count == 500 && scenario.shops.count == 8)
        #expect(scenario.articles.allSatisfy { (1...200).contains($0.units) })
        #expect(abs(scenario.demanded - units * 13 / 10) <= 4)
    }

    @Test func `a schedule is shrunk to what its failure needs`() {
        let whole = Self.buys([1, 1, 7, 1, 1, 1, 5, 1, 1, 1, 1])
        func fails(_ scenario: Scenario) -> Bool { scenario.demanded >= 12 }
        let small = whole.shrunken(tries: 200, stillFails: fails)
        #expect(small.demanded >= 12)
        for place in small.happenings.indices {
            var less = small
            less.happenings.remove(at: place)
            #expect(!fails(less), "one more could have gone")
        }
    }
}
