// SPDX-License-Identifier: Apache-2.0

import JSONText
import Journal
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `Jobs for later` {
    private static let queue = "channel-action:1"
    private static let morning = Rooms.morning

    private func add(_ key: String, dueAt: Instant? = nil, queue: String = queue, _ rooms: Rooms) async throws -> Bool {
        try await rooms.store.write { transaction in
            try Jobs.add(queue: queue, key: key, payload: ["key": .string(key)], at: Self.morning, dueAt: dueAt, in: transaction)
        }
    }

    private func lease(at now: Instant, for span: Span = .minutes(5), limit: Int = 10, _ rooms: Rooms) async throws -> [Job] {
        try await rooms.store.write { try Jobs.lease(queue: Self.queue, limit: limit, at: now, until: now + span, in: $0) }
    }

    private func finish(_ job: Job, _ rooms: Rooms) async throws -> Bool { try await rooms.store.write { try Jobs.finish(job, in: $0) } }

    @Test func `are added once by their key, done or not`() async throws {
        try await withRooms { rooms in
            #expect(try await add("ship:1", rooms))
            #expect(try await !add("ship:1", rooms))
            let job = try await lease(at: Self.morning, rooms)[0]
            #expect(job.payload["key"]?.string == "ship:1")
            #expect(try await finish(job, rooms))
            #expect(try await !add("ship:1", rooms))
            #expect(try await rooms.store.read { try Jobs.waiting(in: $0) } == 0)
        }
    }

    @Test func `are leased oldest first, of their queue, when they are due, to one holder`() async throws {
        try await withRooms { rooms in
            _ = try await add("later", dueAt: Self.morning + .hours(1), rooms)
            _ = try await add("second", dueAt: Self.morning + .seconds(2), rooms)
            _ = try await add("first", dueAt: Self.morning + .seconds(1), rooms)
            _ = try await add("elsewhere", queue: "channel-action:2", rooms)
            #expect(try await lease(at: Self.morning, rooms).isEmpty)
            #expect(try await lease(at: Self.morning + .minutes(1), limit: 1, rooms).map(\.key) == ["first"])
            #expect(try await lease(at: Self.morning + .minutes(1), rooms).map(\.key) == ["second"])
            #expect(try await lease(at: Self.morning + .minutes(1), rooms).isEmpty)
        }
    }

    @Test func `cannot be ended by the holder of a lease that another has taken over`() async throws {
        try await withRooms { rooms in
            _ = try await add("ship:1", rooms)
            let slow = try await lease(at: Self.morning, rooms)[0]
            #expect(try await lease(at: Self.morning + .minutes(4), rooms).isEmpty, "the lease holds")
            let quick = try await lease(at: Self.morning + .minutes(5), rooms)[0]
            #expect(quick.fence == slow.fence + 1)
            #expect(quick.attempts == 2)
            #expect(try await !finish(slow, rooms))
            try await rooms.store.write { transaction in
                try Jobs.retry(slow, at: Self.morning + .days(1), reason: "too late", in: transaction)
                try Jobs.park(slow, reason: "too late", in: transaction)
            }
            let report = try await rooms.store.read { try Jobs.report(key: "ship:1", in: $0) }
            #expect(report?.state == .waiting && report?.reason == "" && report?.dueAt == Self.morning, "nor put off, nor parked")
            #expect(try await finish(quick, rooms))
            #expect(try await !finish(quick, rooms), "and ended once")
        }
    }

    @Test func `are due again when they failed for the moment`() async throws {
        try await withRooms { rooms in
            _ = try await add("ship:1", rooms)
            let job = try await lease(at: Self.morning, rooms)[0]
            try await rooms.store.write { try Jobs.retry(job, at: Self.morning + .seconds(30), reason: "busy", in: $0) }
            #expect(try await rooms.store.read { try Jobs.nextDue(queue: Self.queue, in: $0) } == Self.morning + .seconds(30))
            #expect(try await lease(at: Self.morning + .seconds(29), rooms).isEmpty)
            let again = try await lease(at: Self.morning + .seconds(30), rooms)
            #expect(again.map(\.attempts) == [2])
            #expect(again.map(\.key) == ["ship:1"], "under the same key")
        }
    }

    @Test func `wait for a person when they cannot be done, and start afresh`() async throws {
        try await withRooms { rooms in
            _ = try await add("ship:1", rooms)
            let job = try await lease(at: Self.morning, rooms)[0]
            try await rooms.store.write { try Jobs.park(job, reason: "no such order", in: $0) }
            #expect(try await lease(at: Self.morning + .days(9), rooms).isEmpty)
            #expect(try await rooms.store.read { try Jobs.report(key: "ship:1", in: $0) }?.reason == "no such order")
            #expect(try await rooms.store.write { try Jobs.replay(job.number, at: Self.morning + .days(9), in: $0) })
            #expect(try await !rooms.store.write { try Jobs.replay(job.number, at: Self.morning + .days(9), in: $0) })
            let again = try await lease(at: Self.morning + .days(9), rooms)
            #expect(again.map(\.attempts) == [1])
            #expect(try await !finish(job, rooms), "who parked it has no say any more")
            #expect(try await finish(again[0], rooms))
        }
    }

    @Test func `are each leased once among many workers`() async throws {
        try await withRooms { rooms in
            for number in 0..<40 { _ = try await add("job:\(number)", rooms) }
            let leased = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<20 { group.addTask { try await lease(at: Self.morning, limit: 3, rooms).map(\.key) } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(leased.count == 40)
            #expect(Set(leased).count == 40)
        }
    }
}
