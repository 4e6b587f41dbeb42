// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Draws from distributions by additions and multiplications alone, so that a seed gives the same on every machine.
extension SplitMix64 {
    /// From 0 to below 1.
    mutating func fraction() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    mutating func element<Value>(of values: [Value]) -> Value { values[number(in: 0...(values.count - 1))] }

    /// One of the values, each as likely as its weight.
    mutating func element<Value>(weighted values: [(Value, weight: Int)]) -> Value {
        var left = number(in: 1...values.reduce(0) { $0 + $1.weight })
        for (value, weight) in values {
            left -= weight
            if left <= 0 { return value }
        }
        return values[values.count - 1].0
    }

    /// Exponentially distributed with mean 1, by von Neumann's comparison of runs: no logarithm is needed.
    mutating func waiting() -> Double {
        var whole = 0.0
        while true {
            let first = fraction()
            var last = first
            var length = 1
            while true {
                let following = fraction()
                guard following < last else { break }
                last = following
                length += 1
            }
            if !length.isMultiple(of: 2) { return whole + first }
            whole += 1
        }
    }

    /// A whole number from 1 up with the given mean and a long tail: lognormal with a sigma of 0.9.
    mutating func longTailed(mean: Int) -> Int {
        // The sum of twelve fractions is as good as normal.
        let normal = (0..<12).reduce(-6.0) { sum, _ in sum + fraction() }
        let size = Double(mean) * Self.exponential(0.9 * normal - 0.405)
        return max(1, Int(size.rounded()))
    }

    /// e to the power of a small number.
    static func exponential(_ power: Double) -> Double {
        let part = power / 256
        var value = 1 + part + part * part / 2 + part * part * part / 6
        for _ in 0..<8 { value *= value }
        return value
    }
}
