// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// What happens to webhooks on their way: lost, sent several times, late and in another order. Seeded.
public struct DeliveryFaults: Sendable {
    /// Each is sent so many times, by chance.
    public var copies: ClosedRange<Int>
    /// Each copy is late by up to this, by chance.
    public var shuffle: Span
    /// How many of a million never arrive at all.
    public var lostPerMillion: Int

    public init(copies: ClosedRange<Int> = 1...1, shuffle: Span = .milliseconds(0), lostPerMillion: Int = 0) {
        self.copies = copies
        self.shuffle = shuffle
        self.lostPerMillion = lostPerMillion
    }

    /// How late each copy that arrives is; empty when the message is lost.
    func delays(_ random: inout SplitMix64) -> [Span] {
        if lostPerMillion > 0, random.chance(perMillion: lostPerMillion) { return [] }
        let count = random.number(in: copies)
        return (0..<count).map { _ in shuffle.milliseconds == 0 ? shuffle : .milliseconds(Int64(random.number(in: 0...Int(shuffle.milliseconds)))) }
    }
}
