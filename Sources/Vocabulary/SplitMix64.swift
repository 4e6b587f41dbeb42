// SPDX-License-Identifier: Apache-2.0

/// Steele, Lea and Flood's SplitMix64: the one source of chance, so that a seed replays a run exactly.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True with the given chance in a million.
    public mutating func chance(perMillion: Int) -> Bool { Int(next() % 1_000_000) < perMillion }

    /// A whole number of the range.
    public mutating func number(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// A generator of its own for a part of the run, so that more draws in one part do not shift another's.
    public mutating func fork() -> SplitMix64 { SplitMix64(seed: next()) }
}
