// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import ChannelSync
import House
import JSONText
import Simulation
import Synchronization
import Vocabulary

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Play days of business, with everything that can go wrong, in virtual time.",
        discussion: """
            The rooms, connectors and twins are those of the running program, in one thread, on a database in memory. The same seed gives the same run.

            Scenarios: faults (a few hours with lost, doubled and late messages, failing requests, outages and crashes), office (the same, while the \
            office ships, cancels and refunds), meddling (the same, with people who type counts into shops), storms (eighteen short schedules of faults after one \
            another, also with a clock that is set), black-friday (a day of eight shops \
            that want a third more than there is of 500 articles; some minutes for each seed), black-friday-60 (the same with 60 articles).

            Policies say how stock is shared: guarded (every shop shows a share, so that nothing can be oversold; guarded:2 accepts two units of each \
            article), shared (every shop shows what is free, pushed at once), interval:15m (the same, pushed every quarter of an hour). Give several, \
            separated by commas, to compare them.

            A run that breaks a promise prints its seed, the first bad step and the shortest schedule that still breaks it, and the exit code is 1.

            Examples:
              tributary simulate --scenario faults --seeds 1..200
              tributary simulate --scenario black-friday --policy guarded,shared,interval:15m --seeds 1..3
            """)

    @Option(help: "What is played.") var scenario = "faults"
    @Option(help: "How stock is shared among the shops; several are compared.") var policy = "shared"
    @Option(help: "The seeds, one or a range: '7' or '1..100'.") var seeds = "1"
    @Option(help: "Runs side by side.") var jobs = 2
    @Option(help: "How many shorter schedules are tried of a run that broke a promise; 0: none.") var shrink = 100
    @Flag(help: "Print one JSON object on the last line (one for each policy).") var json = false

    func run() async throws {
        try Self.makeHashingRepeatable()
        guard let make = Scenario.named.first(where: { $0.name == scenario })?.make else {
            let known = Scenario.named.map(\.name).joined(separator: ", ")
            throw ValidationError("There is no scenario '\(scenario)'. There are: \(known).")
        }
        let policies = try policy.split(separator: ",").map { text in
            guard let policy = PlayedPolicy(String(text)) else {
                throw ValidationError("'\(text)' is no policy: give guarded, guarded:2, shared or interval:15m (s, m or h).")
            }
            return policy
        }
        let range = try Self.range(seeds)
        guard (1...64).contains(jobs) else { throw ValidationError("'\(jobs)' is no number of runs side by side: give 1 to 64.") }
        guard (0...10_000).contains(shrink) else { throw ValidationError("'\(shrink)' is no number of tries: give 0 to 10000.") }
        var tallies: [SimulationTally] = []
        for policy in policies {
            var tally = SimulationTally(policy)
            for outcome in try await Self.play(Array(range), policy, make, side: jobs) { tally.add(outcome) }
            tallies.append(tally)
            if let first = tally.failed.first { try explain(first, make(first.seed), policy) }
        }
        if json { for tally in tallies { print(tally.json(scenario: scenario).text) } } else { print(SimulationTally.table(tallies)) }
        if tallies.contains(where: { !$0.failed.isEmpty }) { throw ExitCode(1) }
    }

    /// Swift's dictionaries have another order in each process unless they are told not to: the program starts itself anew, told.
    private static func makeHashingRepeatable() throws {
        let name = "SWIFT_DETERMINISTIC_HASHING"
        guard ProcessInfo.processInfo.environment[name] == nil else { return }
        setenv(name, "1", 1)
        execv("/proc/self/exe", CommandLine.unsafeArgv)
        throw CleanExit.message("The program could not be started again with \(name)=1: set it and try again.")
    }

    private static func range(_ text: String) throws -> ClosedRange<UInt64> {
        let ends = text.split(separator: ".", omittingEmptySubsequences: true).map { UInt64($0) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last, last - first < 1_000_000 else {
            throw ValidationError("'\(text)' are no seeds: give one, or a range such as 1..100.")
        }
        return first...last
    }

    /// The outcomes in the order of the seeds. Each run has a thread of its own.
    private static func play(
        _ seeds: [UInt64], _ policy: PlayedPolicy, _ make: @escaping @Sendable (UInt64) -> Scenario, side: Int
    ) async throws -> [SimulationOutcome] {
        let shared = SeedQueue()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<min(side, seeds.count) {
                group.addTask {
                    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                        let thread = Thread {
                            do {
                                while let place = shared.take(below: seeds.count) {
                                    let outcome = try Simulation(make(seeds[place]), policy: policy, seed: seeds[place], premises: .house).run()
                                    shared.put(outcome, at: place)
                                }
                                done.resume()
                            } catch { done.resume(throwing: error) }
                        }
                        thread.stackSize = 16 << 20
                        thread.start()
                    }
                }
            }
            try await group.waitForAll()
        }
        return shared.all
    }

    private func explain(_ outcome: SimulationOutcome, _ scenario: Scenario, _ policy: PlayedPolicy) throws {
        let kinds = Set(outcome.violations.map(\.kind))
        let small = try scenario.shrunken(tries: shrink) { candidate in
            let again = try Simulation(candidate, policy: policy, seed: outcome.seed, premises: .house, keepsTrace: 0).run()
            return !kinds.isDisjoint(with: again.violations.map(\.kind))
        }
        let shown = try Simulation(small, policy: policy, seed: outcome.seed, premises: .house, keepsTrace: shrink == 0 ? 20_000 : 100).run()
        var lines = ["seed \(outcome.seed), \(policy): \(outcome.violations.count) promises broken"]
        lines += outcome.violations.prefix(5).map { "  " + $0.description }
        lines.append("\(small.happenings.count) of \(scenario.happenings.count) happenings are enough, with \(small.faults):")
        lines += small.happenings.prefix(40).map { "  \($0.at.iso) \($0.kind)" }
        lines.append("what then happened, to its end:")
        lines += shown.latest.suffix(shrink == 0 ? 20_000 : 60).map { "  " + $0 } + shown.violations.prefix(3).map { "  " + $0.description }
        FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    }
}

/// Hands out places and keeps what came of each.
private final class SeedQueue: Sendable {
    private let state = Mutex<(next: Int, outcomes: [Int: SimulationOutcome])>((0, [:]))
    func take(below count: Int) -> Int? {
        state.withLock { state in
            guard state.next < count else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }
    func put(_ outcome: SimulationOutcome, at place: Int) { state.withLock { $0.outcomes[place] = outcome } }
    var all: [SimulationOutcome] { state.withLock { $0.outcomes.sorted { $0.key < $1.key }.map(\.value) } }
}

extension Premises {
    /// The house as it is.
    static let house = Premises(
        connectors: ChannelRegistry.connectors, twins: ChannelRegistry.twins, open: { try await Hub.open($0, clock: $1) },
        audit: { try await Audit.run($0) })
}
