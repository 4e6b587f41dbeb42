// SPDX-License-Identifier: Apache-2.0

import Simulation
import Testing
import Vocabulary

@Suite struct `The fewest requests` {
    private static func spans(_ all: [(Int, Int)]) -> [CarriedSpan] {
        all.map { CarriedSpan(since: Scenario.start + .seconds(Int64($0.0)), until: Scenario.start + .seconds(Int64($0.1))) }
    }

    @Test func `one carries everything that is owed at its moment`() {
        #expect(CarriedSpan.fewestRequests([], bulk: nil) == 0)
        #expect(CarriedSpan.fewestRequests(Self.spans([(0, 2), (1, 3), (2, 9)]), bulk: nil) == 1)
        #expect(CarriedSpan.fewestRequests(Self.spans([(0, 2), (1, 9), (3, 4)]), bulk: nil) == 2)
    }

    @Test func `where one carries one, many together may be cheaper`() {
        let crowd = (0..<10).map { (0, 10 + $0) }
        #expect(CarriedSpan.fewestRequests([], bulk: 6) == 0)
        #expect(CarriedSpan.fewestRequests(Self.spans(Array(crowd.prefix(5))), bulk: 6) == 5)
        #expect(CarriedSpan.fewestRequests(Self.spans(crowd), bulk: 6) == 6)
        #expect(CarriedSpan.fewestRequests(Self.spans(crowd + [(30, 31), (40, 41)]), bulk: 6) == 8)
    }

    /// Every choice of moments is tried.
    @Test func `no other choice of moments is cheaper`() {
        var chance = SplitMix64(seed: 11)
        for _ in 0..<400 {
            let spans = Self.spans(
                (0..<chance.number(in: 1...9)).map { _ in
                    let start = chance.number(in: 0...12)
                    return (start, start + chance.number(in: 1...6))
                })
            let bulk = chance.number(in: 1...4)
            let ends = spans.map(\.until)
            var cheapest = Int.max
            var fewest = Int.max
            for choice in 0..<(1 << ends.count) {
                let moments = ends.indices.filter { choice >> $0 & 1 == 1 }.map { ends[$0] }
                let left = spans.filter { span in !moments.contains { span.since <= $0 && $0 <= span.until } }
                cheapest = min(cheapest, moments.count * bulk + left.count)
                if left.isEmpty { fewest = min(fewest, moments.count) }
            }
            #expect(CarriedSpan.fewestRequests(spans, bulk: bulk) == cheapest)
            #expect(CarriedSpan.fewestRequests(spans, bulk: nil) == fewest)
        }
    }
}
