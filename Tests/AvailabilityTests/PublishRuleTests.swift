// SPDX-License-Identifier: Apache-2.0

import Availability
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `A merchant's rule for a channel` {
    @Test func `keeps units back, shows no more than its cap, and never less than nothing or more than anybody can count`() {
        func shown(_ rule: PublishRule, of units: Int = 7) -> Int { rule.quantity(ofAvailable: units).units }
        #expect(shown(PublishRule()) == 7)
        #expect(shown(PublishRule(buffer: 3)) == 4)
        #expect(shown(PublishRule(buffer: 9)) == 0)
        #expect(shown(PublishRule(cap: 2)) == 2)
        #expect(shown(PublishRule(cap: 0)) == 0)
        #expect(shown(PublishRule(buffer: 3, cap: 5)) == 4, "the cap is of what is left")
        #expect(shown(PublishRule(), of: 2 * Quantity.unitsMax) == Quantity.unitsMax)
    }

    @Test func `is the article's own before the account's, and the last one that was set`() async throws {
        try await withRooms { rooms in
            let (near, far, mug, tin) = (Window.near, Window.far, ID<VariantKind>(1), ID<VariantKind>(2))
            try await rooms.store.write { transaction in
                try PublishRuleTable.set(PublishRule(buffer: 1), account: near, in: transaction)
                try PublishRuleTable.set(PublishRule(cap: 5), account: near, variant: mug, in: transaction)
            }
            let first = try await rooms.store.read { try PublishRuleTable.rules(in: $0) }
            #expect(first.rule(for: near, mug) == PublishRule(cap: 5), "and nothing of the account's")
            #expect(first.rule(for: near, tin) == PublishRule(buffer: 1))
            #expect(first.rule(for: far, mug) == PublishRule())
            try await rooms.store.write { transaction in
                try PublishRuleTable.set(PublishRule(buffer: 2, isPaused: true), account: near, variant: mug, in: transaction)
                try PublishRuleTable.set(PublishRule(cap: 0), account: near, in: transaction)
            }
            let second = try await rooms.store.read { try PublishRuleTable.rules(in: $0) }
            #expect(second.rule(for: near, mug) == PublishRule(buffer: 2, isPaused: true))
            #expect(second.rule(for: near, tin) == PublishRule(cap: 0))
        }
    }

    @Test func `takes from what is free at the locations that are known, and a location that nobody counted has nothing`() {
        let (main, depot) = (ID<LocationKind>(1), ID<LocationKind>(2))
        #expect(AvailableToPromise.units(free: [main: 3], short: 0, locations: [main, depot]) == 3)
        #expect(AvailableToPromise.units(free: [main: 3], short: 1, locations: [depot]) == 0)
    }
}
