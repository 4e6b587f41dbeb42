// SPDX-License-Identifier: Apache-2.0

import JSONText
import Journal
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `A look at the inbox` {
    private static let shop = ID<AccountKind>(3)

    /// Stores messages whose topics are their keys.
    private func store(_ keys: [String], account: ID<AccountKind> = shop, _ rooms: Rooms) async throws {
        try await rooms.store.write { transaction in
            for key in keys { try Inbox.store(account: account, key: key, topic: key, body: [0x7B, 0x7D], at: Rooms.morning, in: transaction) }
        }
    }

    @Test func `shows the newest messages of one account, whatever became of them`() async throws {
        try await withRooms { rooms in
            try await store(["a", "b", "c"], rooms)
            try await store(["other"], account: ID(4), rooms)
            let begun = try await rooms.store.write { try Inbox.begin(limit: 2, in: $0) }.map { $0.number }
            try await rooms.store.write { transaction in
                try Inbox.finish([begun[0]], in: transaction)
                try Inbox.park(begun[1], in: transaction)
            }
            let all = try await rooms.store.read { try Inbox.newest(of: Self.shop, limit: 9, in: $0) }
            #expect(all.map { $0.topic } == ["c", "b", "a"])
            #expect(all.map { $0.state } == [.waiting, .parked, .done])
            #expect(all.map { $0.attempts } == [0, 1, 1])
            #expect(all.allSatisfy { $0.account == Self.shop && $0.receivedAt == Rooms.morning })
            let newest = try await rooms.store.read { try Inbox.newest(of: Self.shop, limit: 2, in: $0) }
            #expect(newest == Array(all.prefix(2)))
        }
    }

    @Test func `finds nothing under a number that no message has`() async throws {
        try await withRooms { rooms in
            try await store(["a"], rooms)
            #expect(try await rooms.store.read { try Inbox.report(99, in: $0) } == nil)
            #expect(try await rooms.store.read { try Inbox.body(of: 99, in: $0) } == nil)
            #expect(try await !rooms.store.write { try Inbox.replay(99, in: $0) })
            try await rooms.store.write { try Inbox.finish([], in: $0) }
            #expect(try await rooms.store.read { try Inbox.waiting(in: $0) } == 1, "no number ends nothing")
        }
    }
}

@Suite(.onEachEngine) struct `A look at the jobs` {
    private static let queue = "channel-action:1"
    private static let other = "channel-action:2"
    private static let morning = Rooms.morning

    private func add(_ key: String, dueAt: Instant? = nil, queue: String = queue, _ rooms: Rooms) async throws {
        try await rooms.store.write { transaction in
            _ = try Jobs.add(queue: queue, key: key, payload: [:], at: Self.morning, dueAt: dueAt, in: transaction)
        }
    }

    private func lease(at now: Instant = morning, limit: Int = 10, _ rooms: Rooms) async throws -> [Job] {
        try await rooms.store.write { try Jobs.lease(queue: Self.queue, limit: limit, at: now, until: now + .minutes(5), in: $0) }
    }

    @Test func `counts what waits or is worked on, of one queue and of all`() async throws {
        try await withRooms { rooms in
            for key in ["done", "parked", "held", "later"] { try await add(key, rooms) }
            try await add("elsewhere", queue: Self.other, rooms)
            let jobs = try await lease(limit: 3, rooms)
            try await rooms.store.write { transaction in
                #expect(try Jobs.finish(jobs[0], in: transaction))
                try Jobs.park(jobs[1], reason: "no such order", in: transaction)
            }
            func waiting(_ queue: String) async throws -> Int { try await rooms.store.read { try Jobs.waiting(queue: queue, in: $0) } }
            #expect(try await waiting(Self.queue) == 2)
            #expect(try await waiting(Self.other) == 1)
            #expect(try await waiting("channel-action:3") == 0)
            #expect(try await rooms.store.read { try Jobs.waiting(in: $0) } == 3)
            let words = try await rooms.store.read { try Jobs.waitingInWords(limit: 2, in: $0) }
            #expect(words == ["job channel-action:1 held tried 1 times", "job channel-action:1 later tried 0 times"])
        }
    }

    @Test func `knows when the next one of a queue may begin`() async throws {
        try await withRooms { rooms in
            func next() async throws -> Instant? { try await rooms.store.read { try Jobs.nextDue(queue: Self.queue, in: $0) } }
            try await add("elsewhere", queue: Self.other, rooms)
            #expect(try await next() == nil)
            try await add("now", rooms)
            try await add("later", dueAt: Self.morning + .hours(1), rooms)
            #expect(try await next() == Self.morning)
            let held = try await lease(rooms)
            #expect(held.map { $0.key } == ["now"])
            #expect(try await next() == Self.morning + .minutes(5), "when its lease ends")
            #expect(try await rooms.store.write { try Jobs.finish(held[0], in: $0) })
            #expect(try await next() == Self.morning + .hours(1))
        }
    }

    @Test func `takes over what a process before it held or a wrong clock put off`() async throws {
        try await withRooms { rooms in
            for key in ["parked", "done", "held"] { try await add(key, rooms) }
            try await add("next year", dueAt: Self.morning + .days(365), rooms)
            let before = try await lease(rooms)
            try await rooms.store.write { transaction in
                try Jobs.park(before[0], reason: "no such order", in: transaction)
                #expect(try Jobs.finish(before[1], in: transaction))
            }
            let now = Self.morning + .seconds(1)
            #expect(try await lease(at: now, rooms).isEmpty)
            try await rooms.store.write { try Jobs.takeOver(at: now, in: $0) }
            #expect(try await lease(at: now, rooms).map { $0.key } == ["held", "next year"], "the oldest first")
            #expect(try await !rooms.store.write { try Jobs.finish(before[2], in: $0) }, "who held it is gone")
            #expect(try await rooms.store.read { try Jobs.report(key: "parked", in: $0) }?.state == .parked)
        }
    }

    @Test func `wakes the workers for a new job and for one that is replayed`() async throws {
        try await withRooms { rooms in
            try await add("a", rooms)
            #expect(rooms.store.signals.count(of: [Jobs.signal]) == 1)
            try await add("a", rooms)
            #expect(rooms.store.signals.count(of: [Jobs.signal]) == 1, "it was known")
            let job = try #require(try await lease(rooms).first)
            try await rooms.store.write { try Jobs.park(job, reason: "no such order", in: $0) }
            #expect(try await rooms.store.write { try Jobs.replay(job.number, at: Self.morning, in: $0) })
            #expect(rooms.store.signals.count(of: [Jobs.signal]) == 2)
        }
    }
}
