// SPDX-License-Identifier: Apache-2.0

import Dispatch
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `The store` {
    private static let tables = Migration(
        1, "shelves",
        """
        CREATE TABLE shelves (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE jars (number INTEGER NOT NULL PRIMARY KEY, shelf INTEGER NOT NULL REFERENCES shelves (number), grams INTEGER NOT NULL CHECK (grams >= 0)) STRICT;
        INSERT INTO shelves (number, name) VALUES (1, 'top');
        INSERT INTO jars (number, shelf, grams) VALUES (1, 1, 500);
        """)

    private func withShelves(_ body: (any Store) async throws -> Void) async throws {
        try await withStore { store in
            try await Migrator([Self.tables]).run(on: store)
            try await body(store)
        }
    }

    private func failure(_ store: any Store, _ sql: SQL) async -> StorageFailure? {
        do {
            try await store.write { _ = try $0.execute(sql) }
            return nil
        } catch { return error as? StorageFailure }
    }

    @Test func `tells which rule of the schema was broken`() async throws {
        try await withShelves { store async throws in
            #expect(await failure(store, "UPDATE jars SET grams = grams - 501")?.isCheck == true)
            #expect(await failure(store, "INSERT INTO shelves (number, name) VALUES (2, 'top')")?.isUnique == true)
            #expect(await failure(store, "INSERT INTO shelves (number, name) VALUES (1, 'low')")?.isUnique == true)
            #expect(await failure(store, "INSERT INTO jars (number, shelf, grams) VALUES (2, 9, 1)")?.isForeignKey == true)
            #expect(await failure(store, "DELETE FROM shelves WHERE number = 1")?.isForeignKey == true)
            guard case .other = await failure(store, "UPDATE jars SET shelf = NULL") else {
                Issue.record("a missing value is a failure of another kind")
                return
            }
            #expect(await failure(store, "UPDATE jars SET grams = grams - 500") == nil)
        }
    }

    @Test func `flushes every commit to the disk`() async throws {
        try await withShelves { store async throws in
            switch Engine.current {
            // 2 is FULL. At 1, NORMAL, what was committed is lost with the power.
            case .sqlite: #expect(try await store.write { try $0.number("PRAGMA synchronous") } == 2)
            case .postgres: #expect(try await store.write { try $0.first("SELECT current_setting('synchronous_commit')") { $0.text(0) } } == "on")
            }
        }
    }

    @Test func `keeps nothing of a body that failed half way`() async throws {
        try await withShelves { store async throws in
            let result = await Result { () async throws -> Void in
                try await store.write { transaction in
                    try transaction.execute("UPDATE jars SET grams = 1")
                    try transaction.execute("INSERT INTO jars (number, shelf, grams) VALUES (2, 1, -1)")
                }
            }
            #expect(throws: StorageFailure.self) { try result.get() }
            #expect(try await store.read { try $0.number("SELECT grams FROM jars") } == 500)
        }
    }

    @Test func `shows a reader one moment, whatever is written meanwhile`() async throws {
        try await withShelves { store in
            let begun = AsyncStream<Void>.makeStream()
            let gate = DispatchSemaphore(value: 0)
            async let seen = store.read { transaction -> [Int64?] in
                let first = try transaction.number("SELECT SUM(grams) FROM jars")
                begun.continuation.yield()
                gate.wait()
                return [first, try transaction.number("SELECT SUM(grams) FROM jars")]
            }
            for await _ in begun.stream { break }
            _ = try await store.write { try $0.execute("UPDATE jars SET grams = 7") }
            gate.signal()
            #expect(try await seen == [500, 500])
            #expect(try await store.read { try $0.number("SELECT SUM(grams) FROM jars") } == 7)
        }
    }

    @Test func `lets no reader write`() async throws {
        try await withShelves { store async throws in
            await #expect(throws: StorageFailure.self) { try await store.read { try $0.execute("UPDATE jars SET grams = 7") } }
            #expect(try await store.read { try $0.number("SELECT grams FROM jars") } == 500)
        }
    }

    @Test func `never hands out a number twice, however many ask at once`() async throws {
        try await withRooms { rooms in
            let store = rooms.store
            var chance = SplitMix64(seed: 41)
            let counts = (0..<120).map { _ in chance.number(in: 1...9) }
            let taken = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for (index, count) in counts.enumerated() {
                    group.addTask {
                        let numbers = await Result {
                            try await store.write { transaction in
                                let first = try transaction.takeNumbers("orders", count: count)
                                if index % 10 == 9 { throw StorageFailure.other("a body that gives up") }
                                return (0..<Int64(count)).map { first + $0 }
                            }
                        }
                        return (try? numbers.get()) ?? []
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let expected = counts.enumerated().filter { $0.offset % 10 != 9 }.reduce(0) { $0 + $1.element }
            #expect(taken.count == expected)
            #expect(Set(taken).count == expected)
            #expect(taken.min() == 1)
        }
    }
}
