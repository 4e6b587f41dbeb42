// SPDX-License-Identifier: Apache-2.0

import Journal
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `The inbox` {
    private static let shop = ID<AccountKind>(3)

    private func store(_ key: String, account: ID<AccountKind> = shop, body: String = "{}", _ rooms: Rooms) async throws -> Bool {
        try await rooms.store.write { transaction in
            try Inbox.store(account: account, key: key, topic: "orders/create", body: Array(body.utf8), at: Rooms.morning, in: transaction)
        }
    }

    private func begin(_ rooms: Rooms, limit: Int = 10) async throws -> [InboxMessage] {
        try await rooms.store.write { try Inbox.begin(limit: limit, in: $0) }
    }

    @Test func `knows a message by its key for ever`() async throws {
        try await withRooms { rooms in
            #expect(try await store("a", body: "first", rooms))
            #expect(try await !store("a", body: "second", rooms))
            #expect(try await store("a", account: ID(4), rooms), "another account's key is another key")
            let messages = try await begin(rooms)
            #expect(messages.map(\.body) == [Array("first".utf8), Array("{}".utf8)])
            try await rooms.store.write { try Inbox.finish(messages.map(\.number), in: $0) }
            #expect(try await !store("a", rooms), "long after it was done")
            #expect(try await begin(rooms) == [])
            #expect(try await rooms.store.read { try Inbox.body(of: messages[0].number, in: $0) } == nil, "what is done keeps no body")
            #expect(try await rooms.count("inbox") == 2)
        }
    }

    @Test func `takes one of fifty that bring the same message at once`() async throws {
        try await withRooms { rooms in
            let news = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 { group.addTask { try await store("same", rooms) } }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(news == 1)
            #expect(try await rooms.store.read { try Inbox.waiting(in: $0) } == 1)
        }
    }

    @Test func `hands out the oldest first and counts how often it tried`() async throws {
        try await withRooms { rooms in
            for key in ["c", "a", "b"] { _ = try await store(key, rooms) }
            #expect(try await begin(rooms, limit: 2).map(\.key) == ["c", "a"])
            #expect(try await begin(rooms).map(\.attempts) == [1, 1, 0], "a message that was begun and not ended shows it")
            #expect(try await begin(rooms).map(\.attempts) == [2, 2, 1])
        }
    }

    @Test func `sets a bad message aside with its body until somebody replays it`() async throws {
        try await withRooms { rooms in
            _ = try await store("bad", body: "not JSON", rooms)
            _ = try await store("good", rooms)
            let bad = try await begin(rooms)[0].number
            try await rooms.store.write { try Inbox.park(bad, in: $0) }
            #expect(try await begin(rooms).map(\.key) == ["good"], "it never stops its neighbours")
            #expect(try await rooms.store.read { try Inbox.body(of: bad, in: $0) } == Array("not JSON".utf8))
            #expect(try await rooms.store.read { try Inbox.report(bad, in: $0) }?.state == .parked)
            #expect(try await !store("bad", rooms), "parked, it is known all the same")
            #expect(try await rooms.store.write { try Inbox.replay(bad, in: $0) })
            #expect(try await !rooms.store.write { try Inbox.replay(bad, in: $0) }, "it waits already")
            let again = try await begin(rooms)
            #expect(again.map(\.key) == ["bad", "good"])
            #expect(again[0].attempts == 0, "with a clean count")
        }
    }

    @Test func `cannot keep a message that waits without its body`() async throws {
        try await withRooms { rooms in
            _ = try await store("a", rooms)
            await #expect(throws: StorageFailure.self) { try await rooms.store.write { try $0.execute("UPDATE inbox SET body = NULL") } }
        }
    }

    @Test func `wakes whoever works through it, only for what is new`() async throws {
        try await withRooms { rooms in
            _ = try await store("a", rooms)
            let seen = rooms.store.signals.count(of: [Inbox.signal])
            #expect(seen == 1)
            _ = try await store("a", rooms)
            #expect(rooms.store.signals.count(of: [Inbox.signal]) == seen)
        }
    }
}
