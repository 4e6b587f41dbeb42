// SPDX-License-Identifier: Apache-2.0

import RoomSupport
import Storage
import Testing

@Suite(.onEachEngine) struct `The migrator` {
    private static let first = Migration(
        10, "a table", "CREATE TABLE jars (number INTEGER NOT NULL PRIMARY KEY) STRICT;\nINSERT INTO jars VALUES (1);\n")
    private static let second = Migration(
        20, "a column", "ALTER TABLE jars ADD COLUMN grams INTEGER NOT NULL DEFAULT 0;\nUPDATE jars SET grams = 5;\n")
    private static let third = Migration(30, "more", "UPDATE jars SET grams = grams * 10 + 1")

    private func grams(_ store: any Store) async throws -> Int64? { try await store.read { try $0.number("SELECT grams FROM jars") } }

    @Test func `takes the steps in the order of their numbers`() async throws {
        try await withStore { store async throws in
            #expect(try await Migrator([Self.third, Self.first, Self.second]).run(on: store) == ["a table", "a column", "more"])
            #expect(try await grams(store) == 51)
        }
    }

    @Test func `takes each step once`() async throws {
        try await withStore { store in
            try await Migrator([Self.first, Self.second]).run(on: store)
            #expect(try await Migrator([Self.first, Self.second]).run(on: store) == [])
            #expect(try await Migrator([Self.first, Self.second, Self.third]).run(on: store) == ["more"])
            #expect(try await Migrator([Self.first, Self.second, Self.third]).run(on: store) == [])
            #expect(try await grams(store) == 51)
        }
    }

    @Test func `leaves a database of a newer program alone`() async throws {
        try await withStore { store in
            try await Migrator([Self.first, Self.second, Self.third]).run(on: store)
            await #expect(throws: StorageFailure.newer(found: 30, known: 20)) { try await Migrator([Self.first, Self.second]).run(on: store) }
            #expect(try await grams(store) == 51)
        }
    }

    @Test func `keeps nothing of a step that fails`() async throws {
        try await withStore { store async throws in
            let broken = Migration(20, "broken", "CREATE TABLE lids (number INTEGER NOT NULL PRIMARY KEY) STRICT;\nINSERT INTO nowhere VALUES (1);\n")
            await #expect(throws: StorageFailure.self) { try await Migrator([Self.first, broken]).run(on: store) }
            #expect(try await store.read { try $0.number($0.dialect.tables(named: "lids")) } == 0)
            #expect(try await Migrator([Self.first, Self.second]).run(on: store) == ["a column"])
        }
    }

    @Test func `builds the schemas of all rooms, and again nothing`() async throws {
        try await withRooms { rooms in
            #expect(try await Rooms.migrator.run(on: rooms.store) == [])
            guard Engine.current == .sqlite else { return }
            let loose = try await rooms.store.read { transaction in
                try transaction.all("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%STRICT%'") { $0.text(0) }
            }
            #expect(loose == [], "every table is strict")
        }
    }
}

@Suite(.onEachEngine) struct `A schema in another engine's words` {
    @Test func `has whole words replaced and nothing else`() {
        let text = """
            CREATE TABLE INTEGERS (
                number INTEGER NOT NULL PRIMARY KEY,
                INTEGER_count INTEGER, my_INTEGER TEXT, BLOBS TEXT, body BLOB,
                PRINTEGER TEXT, INTEGER2 TEXT
            ) STRICT;
            """
        #expect(
            Dialect.postgres.schema(text) == """
                CREATE TABLE INTEGERS (
                    number BIGINT NOT NULL PRIMARY KEY,
                    INTEGER_count BIGINT, my_INTEGER TEXT COLLATE "C", BLOBS TEXT COLLATE "C", body BYTEA,
                    PRINTEGER TEXT COLLATE "C", INTEGER2 TEXT COLLATE "C"
                );
                """)
        #expect(Dialect.sqlite.schema(text) == text)
    }

    @Test func `leaves no comma behind where SQLite's options were`() {
        #expect(Dialect.postgres.schema("CREATE TABLE a (x INTEGER) STRICT, WITHOUT ROWID;") == "CREATE TABLE a (x BIGINT);")
        #expect(Dialect.postgres.schema("CREATE TABLE a (x BLOB) WITHOUT ROWID;") == "CREATE TABLE a (x BYTEA);")
        for migration in Rooms.migrator.migrations {
            let text = Dialect.postgres.schema(migration.text)
            #expect(!text.contains("STRICT") && !text.contains("ROWID") && !text.contains(") ,"), "\(migration.name)")
            #expect(!text.split(whereSeparator: { !$0.isLetter && $0 != "_" }).contains("INTEGER"), "\(migration.name)")
        }
    }

    @Test func `says nothing in the way SQLite writes bytes`() {
        #expect(Dialect.postgres.schema("INSERT INTO a (x) VALUES (x'');") == "INSERT INTO a (x) VALUES ('');")
    }

    @Test func `keeps letters beyond ASCII whole`() {
        #expect(Dialect.postgres.schema("-- für Größe INTEGER 名前 BLOB") == "-- für Größe BIGINT 名前 BYTEA")
    }
}
