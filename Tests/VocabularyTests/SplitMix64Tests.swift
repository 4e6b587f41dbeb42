// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@Suite struct `The source of chance` {
    @Test func `gives the published values of its algorithm`() {
        var zero = SplitMix64(seed: 0)
        #expect(
            (0..<4).map { _ in zero.next() } == [
                0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F, 0xF88B_B8A8_724C_81EC,
            ])
        var other = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in other.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }

    @Test func `stays within the range it is given and reaches both ends`() {
        var chance = SplitMix64(seed: 7)
        let draws = (0..<2_000).map { _ in chance.number(in: -3...3) }
        #expect(Set(draws) == Set(-3...3))
        #expect(chance.number(in: 5...5) == 5)
    }

    @Test func `hits as often as the chance says`() {
        var chance = SplitMix64(seed: 8)
        let hits = (0..<100_000).count { _ in chance.chance(perMillion: 250_000) }
        #expect((24_000...26_000).contains(hits))
        #expect((0..<1_000).allSatisfy { _ in chance.chance(perMillion: 1_000_000) })
        #expect((0..<1_000).allSatisfy { _ in !chance.chance(perMillion: 0) })
    }

    @Test func `forks into a part that draws by itself`() {
        var first = SplitMix64(seed: 9)
        var second = SplitMix64(seed: 9)
        var fork = first.fork()
        _ = second.fork()
        for _ in 0..<10 { _ = fork.next() }
        #expect(first.next() == second.next())
    }
}
