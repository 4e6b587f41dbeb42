// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// The figures of one run, or of many together.
public struct SimulationFigures: Hashable, Sendable {
    /// Schedules of faults that were played, from calm to calm.
    public var schedules = 0
    /// Moments at which something happened, each looked at afterwards.
    public var steps = 0
    /// Units that buyers wanted, and those of them that a seller who knew all demand could have sold.
    public var demanded = 0
    public var clairvoyant = 0
    /// What a seller who risks nothing could be expected to sell at most (`RisklessCeiling`); 0 where that is not worked out.
    public var riskless = 0
    /// Units that buyers took in the shops.
    public var sold = 0
    /// Units that they took and that were not there.
    public var oversold = 0
    /// Those of them that were sold by shops where a set replaces what was compared, or does nothing.
    public var oversoldWhereGuaranteed = 0
    /// Requests that the hub sent, faults and all.
    public var calls = 0
    /// How many would have done (`LeastCalls`).
    public var leastCalls = 0
    /// The most units that the hub ever said could be oversold of one article.
    public var worstBound = 0
    /// Units oversold beyond what the hub said of their article.
    public var aboveBound = 0
    /// The longest that a changed quantity waited for a shop's confirmation.
    public var worstStalenessSeconds = 0
    /// The longest that it took, once nothing went wrong any more, until everything was done.
    public var worstDrainSeconds = 0
    public init() {}

    public static func += (left: inout Self, right: Self) {
        left.schedules += right.schedules
        left.steps += right.steps
        left.demanded += right.demanded
        left.clairvoyant += right.clairvoyant
        left.riskless += right.riskless
        left.sold += right.sold
        left.oversold += right.oversold
        left.oversoldWhereGuaranteed += right.oversoldWhereGuaranteed
        left.calls += right.calls
        left.leastCalls += right.leastCalls
        left.worstBound = max(left.worstBound, right.worstBound)
        left.aboveBound += right.aboveBound
        left.worstDrainSeconds = max(left.worstDrainSeconds, right.worstDrainSeconds)
        left.worstStalenessSeconds = max(left.worstStalenessSeconds, right.worstStalenessSeconds)
    }
}

/// What came of a simulated scenario.
public struct SimulationOutcome: Hashable, Sendable {
    public var seed: UInt64
    public var figures = SimulationFigures()
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
