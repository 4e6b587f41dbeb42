// SPDX-License-Identifier: Apache-2.0

public import JSONText
import Vocabulary

/// What came of a scenario under one policy, over all its seeds.
public struct SimulationTally: Sendable {
    public var policy: PlayedPolicy
    public var runs = 0
    public var figures = SimulationFigures()
    public var failed: [SimulationOutcome] = []
    /// Each seed's trace, in the order of the seeds.
    public var traces: [(seed: UInt64, trace: String)] = []

    public init(_ policy: PlayedPolicy) { self.policy = policy }

    public mutating func add(_ outcome: SimulationOutcome) {
        runs += 1
        figures += outcome.figures
        if !outcome.violations.isEmpty { failed.append(outcome) }
        traces.append((outcome.seed, outcome.trace))
    }

    public func json(scenario: String) -> JSONValue {
        let violations = failed.flatMap { outcome in
            outcome.violations.map { violation -> JSONValue in
                [
                    "seed": .string(String(outcome.seed)), "step": .integer(violation.step), "at": .string(violation.at.iso),
                    "kind": .string(violation.kind), "detail": .string(violation.detail),
                ]
            }
        }
        return [
            "scenario": .string(scenario), "policy": .string(policy.description), "runs": .integer(runs),
            "schedules": .integer(figures.schedules), "steps": .integer(figures.steps), "demanded": .integer(figures.demanded),
            "clairvoyant": .integer(figures.clairvoyant),
            "riskless": .integer(figures.riskless), "sold": .integer(figures.sold), "oversold": .integer(figures.oversold),
            "oversoldWhereGuaranteed": .integer(figures.oversoldWhereGuaranteed),
            "aboveBound": .integer(figures.aboveBound), "worstBound": .integer(figures.worstBound), "calls": .integer(figures.calls),
            "leastCalls": .integer(figures.leastCalls),
            "worstStalenessSeconds": .integer(figures.worstStalenessSeconds), "worstDrainSeconds": .integer(figures.worstDrainSeconds),
            "violations": .array(violations),
            "traces": .object(traces.map { JSONValue.Member(String($0.seed), .string($0.trace)) }),
        ]
    }

    /// One line of the table that a merchant reads; the first is its head.
    public static let head = [
        "policy", "wanted", "could be sold", "without risk", "sold", "of that", "oversold", "above bound", "worst bound", "calls", "least calls", "worst delay",
        "violations",
    ]
    public var cells: [String] {
        // What was sold beyond the stock is no sale.
        let served = figures.sold - figures.oversold
        let share = figures.clairvoyant == 0 ? 0 : served * 10_000 / figures.clairvoyant
        return [
            policy.description, String(figures.demanded), String(figures.clairvoyant),
            figures.riskless > 0 ? String(figures.riskless) : "-", String(served),
            "\(share / 100).\(share % 100 < 10 ? "0" : "")\(share % 100) %",
            String(figures.oversold), String(figures.aboveBound), String(figures.worstBound), String(figures.calls), String(figures.leastCalls),
            "\(figures.worstStalenessSeconds) s",
            String(failed.reduce(0) { $0 + $1.violations.count }),
        ]
    }

    public static func table(_ tallies: [SimulationTally]) -> String {
        let rows = [head] + tallies.map(\.cells)
        let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let gap = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + gap : gap + cell
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
