// SPDX-License-Identifier: Apache-2.0

import Availability
import Testing
import Vocabulary

@Suite struct `What a channel's few calls are spent on first` {
    private func push(_ number: Int64, wanted: Int? = 5, standing: Int? = 5, sold: Int = 0, waited: Int64 = 10) -> PushRisk {
        PushRisk(listing: ID(number), wanted: wanted, standing: standing, pace: sold * 1_000, waited: .seconds(waited))
    }

    private func order(_ all: [PushRisk], limit: Int = 9) -> [Int64] { PushRisk.first(limit, of: all).map(\.listing.number) }

    @Test func `is what sells fast, then what is scarce, then what waited`() {
        #expect(order([push(1), push(2, sold: 3), push(3, sold: 1)]) == [2, 3, 1])
        #expect(order([push(1, wanted: 50, standing: 9), push(2, wanted: 1, standing: 0), push(3, wanted: 3, standing: 0)]) == [2, 3, 1])
        #expect(order([push(1, waited: 3), push(2, waited: 30), push(3, waited: 300)]) == [3, 2, 1])
        #expect(order([push(2), push(1)]) == [1, 2], "and the same whoever asks")
        #expect(order([push(1), push(2, sold: 3), push(3, sold: 1)], limit: 1) == [2])
    }

    @Test func `is what shows too much before what shows too little, and what nobody knows counts as too much`() {
        #expect(order([push(1, wanted: 2, standing: 0), push(2, wanted: 2, standing: 5)]) == [2, 1])
        #expect(order([push(1, wanted: 2, standing: 0), push(2, wanted: 2, standing: nil)]) == [2, 1])
        #expect(order([push(1, wanted: 2, standing: 0), push(2, wanted: nil, standing: 0)]) == [2, 1])
    }

    @Test func `is never one thing for ever`() {
        for seed in UInt64(1)...500 {
            var chance = SplitMix64(seed: seed)
            let risk = PushRisk(
                listing: ID(1), wanted: chance.number(in: 0...2_000), standing: chance.number(in: 0...3), pace: chance.number(in: 0...90_000),
                waited: .seconds(1))
            #expect((1...PushRisk.weightMax).contains(risk.weight), "seed \(seed)")
        }
        // Nine fast sellers are owed anew each second; one push a second leaves. What nobody buys waits, and is sent.
        var waiting: [Int64: Int64] = [0: 0]
        for number in Int64(1)...9 { waiting[number] = 0 }
        var turns = 0
        while turns < 10_000 {
            let all = waiting.map { number, since in
                push(number, wanted: number == 0 ? 900 : 0, standing: number == 0 ? 0 : 4, sold: number == 0 ? 0 : 50, waited: Int64(turns) - since)
            }
            guard let next = order(all, limit: 1).first, next != 0 else { break }
            waiting[next] = Int64(turns) + 1
            turns += 1
        }
        #expect((9...1_300).contains(turns), "it was sent after \(turns) turns")
    }
}
