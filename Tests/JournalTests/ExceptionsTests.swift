// SPDX-License-Identifier: Apache-2.0

import JSONText
import Journal
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `The queue of exceptions` {
    private static let order = Event.Subject("order", 17)

    private func open(_ key: String, kind: String = "oversold", units: Int = 1, at now: Instant = Rooms.morning, _ rooms: Rooms) async throws {
        try await rooms.store.write { transaction in
            try Exceptions.open(
                kind: kind, key: key, account: ID(1), subject: Self.order, detail: ["units": .integer(units)], at: now, in: transaction)
        }
    }

    private func list(_ rooms: Rooms, kind: String? = nil) async throws -> [OpenException] {
        try await rooms.store.read { try Exceptions.list(kind: kind, in: $0) }
    }

    @Test func `keeps one trouble as one exception however often it shows`() async throws {
        try await withRooms { rooms in
            try await open("oversold:order:17", units: 1, rooms)
            try await open("oversold:order:17", units: 4, at: Rooms.morning + .hours(2), rooms)
            let found = try await list(rooms)
            #expect(found.count == 1)
            #expect(found[0].detail["units"]?.integer == 4, "the newest word of it")
            #expect(found[0].openedAt == Rooms.morning, "waiting since it first showed")
            #expect(found[0].subject == Self.order)
        }
    }

    @Test func `closes once and opens again when the trouble is back`() async throws {
        try await withRooms { rooms in
            try await open("oversold:order:17", rooms)
            let close: @Sendable (Transaction) throws -> Bool = {
                try Exceptions.close(key: "oversold:order:17", resolution: "settled", at: Rooms.morning, in: $0)
            }
            #expect(try await rooms.store.write(close))
            #expect(try await !rooms.store.write(close))
            #expect(try await list(rooms).isEmpty)
            try await open("oversold:order:17", units: 9, rooms)
            #expect(try await list(rooms).map { $0.detail["units"]?.integer } == [9])
            #expect(try await rooms.count("exceptions") == 1)
            let number = try await list(rooms)[0].number
            #expect(try await rooms.store.write { try Exceptions.close(number: number, resolution: "by hand", at: Rooms.morning, in: $0) })
            #expect(try await rooms.store.read { try Exceptions.find(number, in: $0) } == nil)
        }
    }

    @Test func `is counted and listed by kind, newest first`() async throws {
        try await withRooms { rooms in
            for key in ["a", "b", "c"] { try await open(key, kind: "unknown-sku", rooms) }
            try await open("d", rooms)
            let counts = try await rooms.store.read { try Exceptions.counts(in: $0).map { "\($0.kind) \($0.count)" } }
            #expect(counts == ["oversold 1", "unknown-sku 3"])
            let numbers = try await list(rooms, kind: "unknown-sku").map(\.number)
            #expect(numbers.count == 3 && numbers == numbers.sorted(by: >))
            let other = try await rooms.store.read { try Exceptions.list(subject: .init("order", 18), in: $0) }
            #expect(other.isEmpty)
        }
    }
}

@Suite(.onEachEngine) struct `The event log` {
    @Test func `tells a subject's story in the order it happened, and goes on from any place`() async throws {
        try await withRooms { rooms in
            let order = Event.Subject("order", 1)
            let other = Event.Subject("order", 2)
            let words = ["order.imported", "order.shipped", "order.refunded"]
            for (step, word) in words.enumerated() {
                try await rooms.store.write { transaction in
                    let at = Rooms.morning + .minutes(Int64(step))
                    try EventLog.append(
                        [
                            Event(at: at, kind: word, subject: order, actor: "person:1", detail: ["step": .integer(step)]),
                            Event(at: at, kind: word, subject: other, actor: "channel:2"),
                        ], in: transaction)
                }
            }
            let story = try await rooms.store.read { try EventLog.history(of: order, in: $0) }
            #expect(story.map(\.event.kind) == words)
            #expect(story.map(\.event.detail) == [["step": 0], ["step": 1], ["step": 2]])
            let rest = try await rooms.store.read { try EventLog.after(story[1].number, limit: 10, in: $0) }
            #expect(rest.map(\.event.subject) == [other, order, other])
        }
    }
}
