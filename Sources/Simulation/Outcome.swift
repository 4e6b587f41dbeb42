// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// What came of a simulated scenario.
public struct SimulationOutcome: Hashable, Sendable {
    public var seed: UInt64
    public var demanded = 0
    public var clairvoyant = 0
    /// Units that buyers took in the shops.
    public var sold = 0
    /// Units that they took and that were not there.
    public var oversold = 0
    /// Requests that the hub sent, faults and all.
    public var calls = 0
    /// The longest that a changed quantity waited for a shop's confirmation.
    public var worstStalenessSeconds = 0
    public var violations: [SimulationViolation] = []
    /// Equal for two runs in which the same things happened.
    public var trace = ""
    /// The latest that happened before a violation.
    public var latest: [String] = []
    public init(seed: UInt64) { self.seed = seed }
}

/// A promise that was broken, and when.
public struct SimulationViolation: Hashable, Sendable, CustomStringConvertible {
    /// Steps since the beginning; the last for what shows at the end only.
    public var step: Int
    public var at: Instant
    public var kind: String
    public var detail: String
    public var description: String { "step \(step), \(at.iso): \(kind): \(detail)" }
}
