// SPDX-License-Identifier: Apache-2.0

import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `A statement` {
    /// What people and machines have typed into shops.
    static let hostile = [
        "", "'; DROP TABLE notes; --", "' OR '1'='1", "?", "?1 :name $2 @x", "\"", "`", "\\", "%_!", "x\u{0}y", "\u{202E}evil", "👩🏽‍🚀 é e\u{301}",
        "NULL",
        "\r\n;\n", "0x00", String(repeating: "a'b", count: 30_000),
    ]

    private static func text(_ chance: inout SplitMix64) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<chance.number(in: 0...40) {
            let roll = chance.number(in: 0...3)
            let point = roll == 0 ? chance.number(in: 0...0x10FFFF) : chance.number(in: 0...0x7F)
            text.append(UnicodeScalar(UInt32(point)) ?? "'")
        }
        return String(text)
    }

    @Test func `takes every value as a value and never as words of its own`() async throws {
        let seed: UInt64 = 1_009
        var chance = SplitMix64(seed: seed)
        var texts = Self.hostile
        for _ in 0..<500 { texts.append(Self.text(&chance)) }
        // PostgreSQL keeps no text with the character NUL, and says so: a test of its own.
        let all = Engine.current == .sqlite ? texts : texts.filter { !$0.utf8.contains(0) }
        try await withRooms { rooms in
            try await rooms.store.write { transaction in
                let table = "CREATE TABLE notes (number INTEGER NOT NULL PRIMARY KEY, words TEXT NOT NULL, bytes BLOB NOT NULL) STRICT"
                try transaction.execute(SQL(transaction.dialect.schema(table)))
                for (number, words) in all.enumerated() {
                    let sql: SQL = "INSERT INTO notes (number, words, bytes) VALUES (\(number), \(words), \(Array(words.utf8)))"
                    #expect(sql.text == "INSERT INTO notes (number, words, bytes) VALUES (?, ?, ?)")
                    try transaction.execute(sql)
                }
            }
            let kept = try await rooms.store.read { try $0.all("SELECT words, bytes FROM notes ORDER BY number") { ($0.text(0), $0.blob(1)) } }
            #expect(kept.count == all.count, "seed \(seed)")
            for (words, row) in zip(all, kept) {
                #expect(Array(row.0.utf8) == Array(words.utf8), "seed \(seed)")
                #expect(row.1 == Array(words.utf8), "seed \(seed)")
            }
            for (number, words) in all.enumerated() {
                let found = try await rooms.store.read { transaction in
                    try transaction.all("SELECT number FROM notes WHERE words = \(words)") { $0.int(0) }
                }
                #expect(found.contains(number), "seed \(seed)")
            }
        }
    }

    @Test func `keeps numbers, nothing and bytes as they are`() async throws {
        try await withRooms { rooms in
            let numbers: [Int64] = [.min, -1, 0, 1, (1 << 53) + 1, .max]
            for number in numbers {
                let sql: SQL = "SELECT \(number)"
                let kept = try await rooms.store.read { try $0.number(sql) }
                #expect(kept == number)
            }
            let none: String? = nil
            let kept = try await rooms.store.read { try $0.first("SELECT \(none), \(true)") { [$0.isNull(0), $0.bool(1)] } }
            #expect(kept == [true, true])
            #expect(try await rooms.store.read { try $0.first("SELECT \([UInt8]())") { $0.blob(0) } } == [])
            #expect(
                try await rooms.store.read { try $0.first("SELECT \(Array(UInt8.min...UInt8.max))") { $0.blob(0) } } == Array(UInt8.min...UInt8.max))
        }
    }

    @Test func `is put together of parts with their own values`() {
        let part: SQL = "price > \(5) AND name = \("x")"
        let whole: SQL = "SELECT \(1) FROM t WHERE \(part) AND number IN \(list: [.integer(7), .text("?")])"
        #expect(whole.text == "SELECT ? FROM t WHERE price > ? AND name = ? AND number IN (?, ?)")
        #expect(whole.arguments == [.integer(1), .integer(5), .text("x"), .integer(7), .text("?")])
    }

    @Test func `finds nothing in an empty list`() async throws {
        try await withRooms { rooms async throws in
            #expect(try await rooms.store.read { try $0.number("SELECT COUNT(*) FROM ledger_head WHERE one IN \(list: [])") } == 0)
            #expect(try await rooms.store.read { try $0.number("SELECT COUNT(*) FROM ledger_head WHERE one IN \(list: [.integer(1)])") } == 1)
        }
    }
}
