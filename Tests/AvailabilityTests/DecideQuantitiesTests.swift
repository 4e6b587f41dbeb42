// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `What a channel is to show` {
    @Test func `is what is free at all locations, and of a bundle what the scarcest part allows`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(5, of: window.mug, at: window.main, key: "a")
            try await rooms.receive(4, of: window.mug, at: window.depot, key: "b")
            try await rooms.receive(3, of: window.tin, at: window.main, key: "c")
            try await window.decide()
            #expect(try await window.wanted() == [9, 3, 3])
            try await window.promise(4, of: window.mug, order: 1, from: [window.main, window.depot])
            try await window.decide()
            #expect(try await window.wanted() == [5, 3, 2])
        }
    }

    @Test func `counts only the locations that serve the account`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.store.write { try LocationTable.serve(Window.far, from: [window.depot], in: $0) }
            try await rooms.receive(5, of: window.mug, at: window.main, key: "a")
            try await rooms.receive(2, of: window.mug, at: window.depot, key: "b")
            try await window.decide()
            #expect(try await window.wanted(Window.near) == [7, 0, 0])
            #expect(try await window.wanted(Window.far) == [2, 0, 0])
        }
    }

    @Test func `is nothing while more is promised than there is, and never takes from other articles`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(3, of: window.mug, at: window.main, key: "a")
            try await rooms.receive(6, of: window.tin, at: window.main, key: "b")
            try await window.promise(8, of: window.mug, order: 1, from: [window.main])
            try await window.decide()
            #expect(try await window.wanted() == [0, 6, 0])
            // Five are promised and nowhere: of seven that come in elsewhere, two are free.
            try await rooms.receive(7, of: window.mug, at: window.depot, key: "c")
            try await window.decide()
            #expect(try await window.wanted() == [2, 6, 1])
        }
    }

    @Test func `keeps a buffer back and stays below a cap, an article's own rule first`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(20, of: window.mug, at: window.main, key: "a")
            try await rooms.receive(3, of: window.tin, at: window.main, key: "b")
            try await rooms.store.write { transaction in
                try PublishRuleTable.set(PublishRule(buffer: 4), account: Window.near, in: transaction)
                try PublishRuleTable.set(PublishRule(cap: 10), account: Window.near, variant: window.mug, in: transaction)
            }
            try await window.decide()
            #expect(try await window.wanted(Window.near) == [10, 0, 0])
            #expect(try await window.wanted(Window.far) == [20, 3, 3])
            await #expect(throws: Refusal(.invalid, "rule.negative")) {
                try await rooms.store.write { try PublishRuleTable.set(PublishRule(buffer: -1), account: Window.near, in: $0) }
            }
            await #expect(throws: Refusal(.invalid, "rule.negative")) {
                try await rooms.store.write { try PublishRuleTable.set(PublishRule(cap: -1), account: Window.near, in: $0) }
            }
        }
    }

    @Test func `stays as it is while the account is paused`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await rooms.receive(5, of: window.mug, at: window.main, key: "a")
            try await window.decide()
            try await rooms.store.write { try PublishRuleTable.set(PublishRule(isPaused: true), account: Window.near, in: $0) }
            try await rooms.receive(5, of: window.mug, at: window.main, key: "b")
            try await window.decide()
            #expect(try await window.publication()?.wanted == 5)
            #expect(try await window.publication(account: Window.far)?.wanted == 10)
        }
    }

    @Test func `is nothing of ours when the channel ships, keeps no count or no longer offers`() async throws {
        try await withRooms { rooms in
            let window = try await Window(rooms)
            try await window.see(Window.listing("MUG", byChannel: true))
            try await window.see(Window.listing("TIN", keepsCount: false))
            try await window.see(Window.listing("SET", isActive: false))
            try await rooms.receive(5, of: window.mug, at: window.main, key: "a")
            try await rooms.receive(5, of: window.tin, at: window.main, key: "b")
            try await window.decide()
            #expect(try await window.wanted(Window.near) == [nil, nil, nil])
            #expect(try await window.wanted(Window.far) == [5, 5, 2])
        }
    }

    @Test func `never nets one location against another, whatever the figures`() {
        let seed: UInt64 = 9
        var chance = SplitMix64(seed: seed)
        for _ in 0..<2_000 {
            var free: [ID<LocationKind>: Int] = [:]
            for location in 1...4 { free[ID(Int64(location))] = chance.number(in: -5...9) }
            let serving = (1...4).filter { _ in chance.chance(perMillion: 600_000) }.map { ID<LocationKind>(Int64($0)) }
            let short = chance.number(in: 0...6)
            let units = AvailableToPromise.units(free: free, short: short, locations: serving)
            let there = serving.map { max(0, free[$0] ?? 0) }.reduce(0, +)
            #expect(units == max(0, there - short), "seed \(seed)")
            let rule = PublishRule(buffer: chance.number(in: 0...4), cap: chance.number(in: 0...8))
            let shown = rule.quantity(ofAvailable: units).units
            #expect(shown >= 0 && shown <= max(0, units - rule.buffer) && shown <= rule.cap ?? 0, "seed \(seed)")
        }
    }
}
