// SPDX-License-Identifier: Apache-2.0

import RoomSupport
import Storage
import Testing

@Suite(.onEachEngine) struct `What wakes who waits` {
    private struct Broken: Error {}

    @Test func `comes after the commit, so that who is woken sees the change`() async throws {
        try await withRooms { rooms in
            let store = rooms.store
            let woken = Task {
                await store.signals.wait(for: ["bell", "stock"], after: 0)
                return try await store.read { try $0.number("SELECT next FROM sequences WHERE name = 'bells'") }
            }
            let inside = try await store.write { transaction in
                _ = try transaction.takeNumbers("bells", count: 41)
                transaction.signal("bell")
                return store.signals.count(of: ["bell"])
            }
            #expect(inside == 0, "nobody is woken before the commit")
            #expect(try await woken.value == 42)
            #expect(store.signals.count(of: ["bell"]) == 1)
        }
    }

    @Test func `is never given for work that was undone`() async throws {
        try await withRooms { rooms async throws in
            await #expect(throws: Broken.self) {
                try await rooms.store.write { transaction in
                    transaction.signal("bell")
                    throw Broken()
                }
            }
            #expect(rooms.store.signals.count(of: ["bell"]) == 0)
        }
    }

    @Test func `is kept apart when some of those who share a commit fail`() async throws {
        try await withRooms { rooms async throws in
            let store = rooms.store
            await withTaskGroup(of: Void.self) { group in
                for writer in 0..<60 {
                    group.addTask {
                        _ = try? await store.write { transaction in
                            transaction.signal(writer % 2 == 0 ? "good" : "bad")
                            if writer % 2 == 1 { throw Broken() }
                        }
                    }
                }
            }
            #expect(store.signals.count(of: ["good"]) > 0)
            #expect(store.signals.count(of: ["bad"]) == 0)
        }
    }

    @Test func `is not lost to a waiter that came later`() async {
        let signals = Signals()
        signals.signal(["bell"])
        await signals.wait(for: ["bell"], after: 0)
        #expect(signals.count(of: ["bell"]) == 1)
    }

    @Test func `does not wake those who wait for another name`() async {
        let signals = Signals()
        let waiter = Task { await signals.wait(for: ["bell"], after: 0) }
        for _ in 0..<100 { signals.signal(["door"]) }
        #expect(signals.count(of: ["bell"]) == 0)
        signals.signal(["bell"])
        await waiter.value
    }

    @Test func `lets go of a waiter that is cancelled`() async {
        let signals = Signals()
        for _ in 0..<50 {
            let waiter = Task { await signals.wait(for: ["never"], after: 0) }
            waiter.cancel()
            await waiter.value
        }
    }
}
