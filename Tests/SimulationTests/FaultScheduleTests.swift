// SPDX-License-Identifier: Apache-2.0

import House
import Simulation
import Testing

@Suite struct `The whole house under faults` {
    private static let house = Premises(
        connectors: ChannelRegistry.connectors, twins: ChannelRegistry.twins, open: { try await .open($0, clock: $1) },
        audit: { try await Audit.run($0) })

    @Test(arguments: UInt64(1)...12) func `ends right, whatever is lost, doubled, late, refused or killed`(seed: UInt64) throws {
        let outcome = try Simulation(.faults(seed: seed), policy: .shared, seed: seed, premises: Self.house).run()
        #expect(outcome.violations == [], "seed \(seed)")
        #expect(outcome.figures.sold > 0)
    }

    @Test(arguments: UInt64(1)...8) func `never sells more than there is when everything is guarded`(seed: UInt64) throws {
        let outcome = try Simulation(.faults(seed: seed), policy: .guarded(limit: 0), seed: seed, premises: Self.house).run()
        #expect(outcome.violations == [], "seed \(seed)")
        #expect(outcome.figures.sold > 0 && outcome.figures.oversold == 0 && outcome.figures.worstBound == 0)
    }
}
