// SPDX-License-Identifier: Apache-2.0

import Foundation
import RoomSupport
import SQLiteStorage
import Storage
import Testing

@Suite(.onEachEngine) struct `Writers that wait together` {
    private struct Broken: Error {}

    private static let notes = Migration(1, "notes", "CREATE TABLE notes (number INTEGER NOT NULL PRIMARY KEY, words TEXT NOT NULL) STRICT;")

    /// A store with one table, `notes`.
    private func withNotes(_ body: (any Store, TestDatabase) async throws -> Void) async throws {
        try await withDatabase { database in
            let store = try await database.open()
            try await Migrator([Self.notes]).run(on: store)
            try await body(store, database)
            try await store.close()
        }
    }

    /// A hundred writers at once, of whom the given one writes and then throws. Tells whose write was acknowledged.
    private static func write(_ store: any Store, failing: Int) async -> Set<Int> {
        await withTaskGroup(of: Int?.self) { group in
            for writer in 1...100 {
                group.addTask {
                    do {
                        return try await store.write { transaction in
                            try transaction.execute("INSERT INTO notes (number, words) VALUES (\(writer), \("of writer \(writer)"))")
                            if writer == failing { throw Broken() }
                            return writer
                        }
                    } catch { return nil }
                }
            }
            return await group.reduce(into: Set<Int>()) { if let writer = $1 { $0.insert(writer) } }
        }
    }

    private static func numbers(_ store: any Store) async throws -> Set<Int> {
        try await store.read { try Set($0.all("SELECT number FROM notes") { $0.int(0) }) }
    }

    @Test func `each keep their own work when one of them fails`() async throws {
        try await withNotes { store, database async throws in
            let acknowledged = await Self.write(store, failing: 37)
            #expect(acknowledged == Set(1...100).subtracting([37]))
            #expect(try await Self.numbers(store) == acknowledged)
            try await store.close()
            let again = try await database.open()
            #expect(try await Self.numbers(again) == acknowledged)
            try await again.close()
        }
    }

    @Test func `have their work in the files the moment it is acknowledged`() async throws {
        try await withNotes { store, database async throws in
            let acknowledged = await Self.write(store, failing: 1)
            guard Engine.current == .sqlite else { return }
            let folder = database.folder
            // The files as a power cut would leave them: nothing was closed, no checkpoint was asked for.
            for end in ["", "-wal"] { try FileManager.default.copyItem(atPath: folder + "/rooms.db" + end, toPath: folder + "/copy.db" + end) }
            let copy = try SQLiteStore(path: folder + "/copy.db")
            #expect(try await Self.numbers(copy) == acknowledged)
            try await copy.close()
        }
    }

    @Test func `hear of their own failure and nobody else's`() async throws {
        try await withNotes { store, _ async throws in
            await withTaskGroup { group in
                for writer in 1...40 {
                    group.addTask {
                        // Two writers share each number: one of them is refused, by the database, with the rule that it broke.
                        do {
                            _ = try await store.write { try $0.execute("INSERT INTO notes (number, words) VALUES (\(writer / 2), '')") }
                        } catch { #expect((error as? StorageFailure)?.isUnique == true) }
                    }
                }
            }
            #expect(try await Self.numbers(store) == Set(0...20))
        }
    }

    @Test func `see what was written before them in the same commit`() async throws {
        try await withNotes { store, _ async throws in
            let places = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...100 {
                    group.addTask {
                        try await store.write { transaction in
                            let next = Int(try transaction.number("SELECT COUNT(*) FROM notes") ?? 0)
                            try transaction.execute("INSERT INTO notes (number, words) VALUES (\(next), '')")
                            return next
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(places.sorted() == Array(0..<100))
        }
    }
}

extension StorageFailure {
    var isUnique: Bool { if case .unique = self { true } else { false } }
    var isCheck: Bool { if case .check = self { true } else { false } }
    var isForeignKey: Bool { if case .foreignKey = self { true } else { false } }
}

extension Result where Failure == any Error {
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
