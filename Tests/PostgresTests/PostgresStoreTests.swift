// SPDX-License-Identifier: Apache-2.0

import Dispatch
import PostgresStorage
import PostgresSupport
import RoomSupport
import Storage
import Testing
import Vocabulary

/// A database of its own, empty, and stores on it.
func withServer(_ body: (TestServer, String) async throws -> Void) async throws {
    let server = try TestServer.shared()
    let name = try await server.makeDatabase()
    do { try await body(server, name) } catch {
        try? await server.drop(name)
        throw error
    }
    try await server.drop(name)
}

@Suite struct `A PostgreSQL store` {
    private func withStore(_ limits: PostgresLimits = PostgresLimits(), _ body: (PostgresStore) async throws -> Void) async throws {
        try await withServer { server, name async throws in
            let store = try await PostgresStore.open(server.address(name), limits: limits, isListening: false)
            try await body(store)
            try await store.close()
        }
    }

    @Test func `numbers a statement's marks, and leaves alone what only looks like one`() async throws {
        try await withStore { store async throws in
            let row = try await store.read { transaction in
                let text = "SELECT 'a?b''?', ? || '?', \"?column?\", ? -- why?\n FROM (SELECT 7 AS \"?column?\") q"
                return try transaction.first(SQL(text, [.text("x"), .integer(9)])) {
                    [$0.text(0), $0.text(1), String($0.integer(2)), String($0.integer(3))]
                }
            }
            #expect(row == ["a?b'?", "x?", "7", "9"])
        }
    }

    @Test(arguments: [Int64.min, .min + 1, -10_000, -9_999, -1, 0, 1, 9_999, 10_000, 10_001, 99_990_000, 1 << 53, .max - 1, .max])
    func `reads a sum as the whole number that it is`(number: Int64) async throws {
        try await withStore { store async throws in
            let sum: SQL = "SELECT SUM(n) FROM (SELECT \(number) AS n) q"
            #expect(try await store.read { try $0.number(sum) } == number)
        }
    }

    @Test func `takes a value where there was none before, and none where there was a value`() async throws {
        try await withStore { store async throws in
            try await store.write { transaction in
                try transaction.execute("CREATE TABLE jars (number BIGINT, name TEXT, lid BYTEA)")
                let insert = "INSERT INTO jars (number, name, lid) VALUES (?, ?, ?)"
                let rows: [[SQLValue]] = [
                    [.null, .null, .null], [.integer(1), .null, .null], [.null, .text("x"), .null], [.null, .null, .blob([1])],
                    [.integer(2), .text(""), .blob([])],
                ]
                for row in rows { try transaction.execute(SQL(insert, row)) }
                try transaction.execute(insert, each: rows)
            }
            let kept = try await store.read { transaction in
                try transaction.all("SELECT number, name, lid FROM jars") { row -> [SQLValue] in
                    [
                        row.optionalInteger(0).map { .integer($0) } ?? .null, row.optionalText(1).map { .text($0) } ?? .null,
                        row.optionalBlob(2).map { .blob($0) } ?? .null,
                    ]
                }
            }
            #expect(kept.count == 10)
            #expect(kept[4] == [.integer(2), .text(""), .blob([])])
            #expect(Array(kept.prefix(5)) == Array(kept.suffix(5)))
        }
    }

    @Test func `says that it keeps no NUL in a text, and keeps what others write in the same commit`() async throws {
        try await withStore { store async throws in
            _ = try await store.write { try $0.execute("CREATE TABLE words (word TEXT)") }
            let outcomes = await withTaskGroup(of: String.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        do {
                            _ = try await store.write { try $0.execute("INSERT INTO words (word) VALUES (\(number == 7 ? "x\u{0}y" : "fine"))") }
                            return "kept"
                        } catch StorageFailure.other(let why) { return why.contains("U+0000") ? "refused" : why } catch { return "\(error)" }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.sorted() == Array(repeating: "kept", count: 19) + ["refused"])
            #expect(try await store.read { try $0.number("SELECT COUNT(*) FROM words") } == 19)
        }
    }

    @Test func `runs statements while the rows of another one are read`() async throws {
        try await withStore { store async throws in
            let sums = try await store.read { transaction in
                try transaction.all("SELECT n FROM generate_series(1, 300) n") { outer in
                    try transaction.number("SELECT SUM(m) FROM generate_series(1, \(outer.integer(0))) m") ?? 0
                }
            }
            let expected = (Int64(1)...300).map { count -> Int64 in count * (count + 1) / 2 }
            #expect(sums == expected)
        }
    }

    @Test func `lets a body fail in the middle of its rows, and goes on`() async throws {
        struct Enough: Error {}
        try await withStore { store async throws in
            for _ in 1...5 {
                await #expect(throws: Enough.self) {
                    try await store.read { transaction in
                        try transaction.forEach("SELECT n FROM generate_series(1, 5000) n") { if $0.integer(0) == 17 { throw Enough() } }
                    }
                }
                #expect(try await store.read { try $0.number("SELECT 5") } == 5)
            }
        }
    }

    @Test func `does not commit a body that passed over a statement's failure`() async throws {
        try await withStore { store async throws in
            _ = try await store.write { try $0.execute("CREATE TABLE jars (number BIGINT PRIMARY KEY)") }
            await #expect(throws: StorageFailure.self) {
                try await store.write { transaction in
                    try transaction.execute("INSERT INTO jars (number) VALUES (1)")
                    _ = try? transaction.execute("INSERT INTO jars (number) VALUES (1)")
                }
            }
            #expect(try await store.read { try $0.number("SELECT COUNT(*) FROM jars") } == 0)
        }
    }

    @Test func `tells who waits for a connection that none was free in time`() async throws {
        var limits = PostgresLimits()
        limits.readers = 1
        limits.patience = .seconds(2)
        try await withStore(limits) { store async throws in
            let begun = AsyncStream<Void>.makeStream()
            let gate = DispatchSemaphore(value: 0)
            async let slow = store.read { transaction in
                begun.continuation.yield()
                gate.wait()
                return try transaction.number("SELECT 3")
            }
            for await _ in begun.stream { break }
            do {
                _ = try await store.read { try $0.number("SELECT 4") }
                Issue.record("there was no connection")
            } catch { #expect(StorageFailure.isOfTheMoment(error)) }
            gate.signal()
            #expect(try await slow == 3)
        }
    }

    @Test func `ends a statement that takes too long, and says that it may be tried again`() async throws {
        var limits = PostgresLimits()
        limits.statement = .seconds(1)
        try await withStore(limits) { store async throws in
            for isWrite in [true, false] {
                do {
                    let slow: @Sendable (Transaction) throws -> Void = { try $0.forEach("SELECT pg_sleep(20)") { _ in } }
                    if isWrite { try await store.write(slow) } else { try await store.read(slow) }
                    Issue.record("it took its time")
                } catch { #expect(StorageFailure.isOfTheMoment(error), "\(error)") }
            }
            #expect(try await store.write { try $0.number("SELECT 6") } == 6)
        }
    }

    @Test func `wakes who waits in another process, and its own at once`() async throws {
        try await withServer { server, name async throws in
            let here = try await PostgresStore.open(server.address(name))
            let there = try await PostgresStore.open(server.address(name))
            // Once it listens it has woken everybody.
            await there.signals.wait(for: ["bell"], after: 0)
            let seen = there.signals.count(of: ["bell"])
            try await here.write { transaction in
                try transaction.execute("CREATE TABLE bells (number BIGINT)")
                transaction.signal("bell")
            }
            await there.signals.wait(for: ["bell"], after: seen)
            #expect(try await there.read { try $0.number("SELECT COUNT(*) FROM bells") } == 0)
            #expect(here.signals.count(of: ["bell"]) > 0)
            try await here.close()
            try await there.close()
        }
    }
}
