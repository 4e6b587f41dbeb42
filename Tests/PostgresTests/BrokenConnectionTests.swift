// SPDX-License-Identifier: Apache-2.0

import Foundation
import PostgresStorage
import PostgresSupport
import RoomSupport
import Storage
import Testing
import Vocabulary

/// Notes whose rows are long, and a total that counts every one of them: a note that was written twice, or counted and not written, shows.
struct Notes: Sendable {
    static let migrator = Migrator([
        Migration(
            1, "notes",
            """
            CREATE TABLE notes (writer INTEGER NOT NULL, number INTEGER NOT NULL, words TEXT NOT NULL) STRICT;
            CREATE TABLE totals (one INTEGER NOT NULL PRIMARY KEY, notes INTEGER NOT NULL) STRICT;
            INSERT INTO totals (one, notes) VALUES (1, 0);
            """)
    ])

    struct Note: Hashable, Sendable { var writer: Int, number: Int }

    let store: PostgresStore

    func write(_ note: Note) async throws {
        try await store.write { transaction in
            let words = String(repeating: "\(note.number) ", count: 30)
            try transaction.execute("INSERT INTO notes (writer, number, words) VALUES (\(note.writer), \(note.number), \(words))")
            try transaction.execute("UPDATE totals SET notes = notes + 1 WHERE one = 1")
            transaction.signal("notes")
        }
    }

    /// The newest notes and how many there are, counted and as kept.
    func read() async throws -> (rows: Int, total: Int) {
        try await store.read { transaction in
            let total = try transaction.count("SELECT notes FROM totals")
            var length = 0
            try transaction.forEach("SELECT words FROM notes ORDER BY number DESC LIMIT 30") { length += $0.text(0).utf8.count }
            return (try transaction.count("SELECT COUNT(*) FROM notes"), total)
        }
    }

    func all() async throws -> [Note] {
        try await store.read { try $0.all("SELECT writer, number FROM notes") { Note(writer: $0.int(0), number: $0.int(1)) } }
    }
}

/// A database of notes behind a proxy, and a store that knows no other way to it.
func withNotes(
    seed: UInt64, _ limits: PostgresLimits = PostgresLimits(), isListening: Bool = false,
    _ body: (Notes, FaultProxy) async throws -> Void
) async throws {
    let server = try TestServer.shared()
    let template = try await server.template("notes") { address in
        let store = try await PostgresStore.open(address, isListening: false)
        try await Notes.migrator.run(on: store)
        try await store.close()
    }
    let name = try await server.makeDatabase(like: template)
    let proxy = try FaultProxy(server: server, seed: seed)
    let store = try await PostgresStore.open(server.address(name, host: proxy.folder), limits: limits, isListening: isListening)
    try await body(Notes(store: store), proxy)
    try await store.close()
    proxy.close()
    try await server.drop(name)
}

@Suite struct `A connection that breaks anywhere` {
    /// Promise 14: 500 cuts and more, each somewhere else.
    private static let cutsPerSeed = soak(130, 2_500)

    @Test(arguments: 1...4) func `leaves every note written once, and every moment that is read a whole one`(seed: Int) async throws {
        try await withNotes(seed: UInt64(seed)) { notes, proxy async throws in
            // Seeds differ in how far a connection comes: some end in their sign-in, and few live for a second statement.
            proxy.cut(within: [5_000, 8_000, 15_000, 50_000][seed - 1])
            let kept = try await withThrowingTaskGroup(of: [Notes.Note].self) { group in
                for writer in 1...6 {
                    group.addTask {
                        var written: [Notes.Note] = []
                        while proxy.cuts < Self.cutsPerSeed {
                            let note = Notes.Note(writer: writer, number: written.count)
                            try await notes.write(note)
                            written.append(note)
                        }
                        return written
                    }
                }
                for _ in 1...2 {
                    group.addTask {
                        while proxy.cuts < Self.cutsPerSeed {
                            let moment = try await notes.read()
                            #expect(moment.rows == moment.total, "seed \(seed)")
                        }
                        return []
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            proxy.cut(within: nil)
            let all = try await notes.all()
            #expect(all.count == kept.count, "seed \(seed)")
            #expect(Set(all) == Set(kept), "seed \(seed)")
            #expect(try await notes.read().total == kept.count, "seed \(seed)")
            #expect(proxy.cuts >= Self.cutsPerSeed)
        }
    }

    @Test(arguments: FaultProxy.CommitCut.allCases)
    func `at the commit is settled by asking, so that each note is written once whether or not the commit came through`(
        cut: FaultProxy.CommitCut
    ) async throws {
        try await withNotes(seed: cut == .asked ? 11 : 12) { notes, proxy async throws in
            proxy.cut(at: cut, times: 40)
            var number = 0
            while proxy.cuts < 40 {
                try await notes.write(Notes.Note(writer: 1, number: number))
                number += 1
            }
            #expect(try await notes.all().count == number)
            #expect(Set(try await notes.all()).count == number)
            #expect(try await notes.read().total == number)
        }
    }

    @Test func `keeps nobody waiting beyond the deadlines when the server says nothing any more`() async throws {
        var limits = PostgresLimits()
        limits.connect = .seconds(1)
        limits.statement = .seconds(1)
        limits.lock = .seconds(1)
        limits.patience = .seconds(2)
        limits.readers = 2
        try await withNotes(seed: 21, limits) { notes, proxy async throws in
            try await notes.write(Notes.Note(writer: 1, number: 0))
            proxy.freeze(true)
            let began = ContinuousClock.now
            let results = await withTaskGroup(of: StorageFailure?.self) { group in
                for number in 1...10 {
                    group.addTask {
                        do {
                            if number % 2 == 0 { try await notes.write(Notes.Note(writer: 2, number: number)) } else { _ = try await notes.read() }
                            return nil
                        } catch { return error as? StorageFailure }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            // An answer that does not come is waited for as long as statement and lock together may take and two seconds; then connections fail.
            #expect(ContinuousClock.now - began < .seconds(15))
            #expect(results.allSatisfy { $0?.isOfTheMoment == true }, "\(results)")
            proxy.freeze(false)
            try await notes.write(Notes.Note(writer: 3, number: 0))
            #expect(try await notes.read().rows == notes.read().total)
        }
    }

    @Test func `of the listener is made again, and everybody is woken for what may have been missed`() async throws {
        try await withNotes(seed: 31, isListening: true) { notes, proxy async throws in
            await notes.store.signals.wait(for: ["anything"], after: 0)
            let seen = notes.store.signals.count(of: ["anything"])
            proxy.cut(within: 0)
            proxy.cutAll()
            proxy.cut(within: nil)
            await notes.store.signals.wait(for: ["anything"], after: seen)
        }
    }
}

@Suite(.serialized) struct `A server that crashes` {
    @Test func `is worked with again within five seconds of its return, and has everything that was acknowledged, once`() async throws {
        let server = try TestServer()
        let name = try await server.makeDatabase()
        let store = try await PostgresStore.open(server.address(name))
        try await Notes.migrator.run(on: store)
        let notes = Notes(store: store)
        let writing = Task {
            try await withThrowingTaskGroup(of: [Notes.Note].self) { group in
                for writer in 1...4 {
                    group.addTask {
                        var written: [Notes.Note] = []
                        while !Task.isCancelled {
                            let note = Notes.Note(writer: writer, number: written.count)
                            try await notes.write(note)
                            written.append(note)
                        }
                        return written
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
        }
        let rounds = soak(20, 200)
        for round in 1...rounds {
            let before = try await notes.read().total
            while try await notes.read().total < before + 50 { await Task.yield() }
            try server.crash()
            try server.start()
            let returned = ContinuousClock.now
            try await notes.write(Notes.Note(writer: 0, number: round))
            _ = try await notes.read()
            #expect(ContinuousClock.now - returned < .seconds(5))
        }
        writing.cancel()
        let acknowledged = try await writing.value + (1...rounds).map { Notes.Note(writer: 0, number: $0) }
        let all = try await notes.all()
        #expect(all.count == acknowledged.count)
        #expect(Set(all) == Set(acknowledged))
        #expect(try await notes.read().total == all.count)
        try await store.close()
        try server.remove()
    }
}
