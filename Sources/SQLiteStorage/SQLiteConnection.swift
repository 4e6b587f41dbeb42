// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite
import Storage

/// Runs statements on one of GRDB's connections, each prepared once for the connection's life.
///
/// Binding and stepping go straight to SQLite: on the hot path GRDB's row and argument values cost more than the statements themselves.
final class SQLiteConnection: Connection {
    private let database: Database
    private let handle: OpaquePointer
    /// Statements whose rows are being read: the same text inside them needs a statement of its own.
    private var open: Set<String> = []

    init(_ database: Database) {
        self.database = database
        handle = database.sqliteConnection!
    }

    func execute(_ sql: Storage.SQL) throws -> Int {
        let statement = try statement(sql.text)
        defer { reset(statement) }
        try bind(sql.arguments, to: statement)
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_ROW { continue }
            guard code == SQLITE_DONE else { throw failure(code, sql.text) }
            return changes(statement)
        }
    }

    func execute(_ text: String, each arguments: [[SQLValue]]) throws -> Int {
        let statement = try statement(text)
        defer { reset(statement) }
        var changed = 0
        for row in arguments {
            try bind(row, to: statement)
            let code = sqlite3_step(statement)
            guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure(code, text) }
            changed += changes(statement)
            sqlite3_reset(statement)
        }
        return changed
    }

    func query(_ sql: Storage.SQL, _ body: (any Storage.Row) throws -> Void) throws {
        let isNested = open.contains(sql.text)
        let owner = isNested ? try database.makeStatement(sql: sql.text) : try database.cachedStatement(sql: sql.text)
        let statement = owner.sqliteStatement
        if !isNested { open.insert(sql.text) }
        defer {
            reset(statement)
            if !isNested { open.remove(sql.text) }
        }
        try bind(sql.arguments, to: statement)
        let row = SQLiteRow(statement: statement)
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { break }
            guard code == SQLITE_ROW else { throw failure(code, sql.text) }
            try body(row)
        }
        withExtendedLifetime(owner) {}
    }

    /// Beginning and committing are prepared once, too: GRDB would prepare them anew each time.
    func begin() throws { try run("BEGIN IMMEDIATE TRANSACTION") }
    func commit() throws { try run("COMMIT TRANSACTION") }

    /// A statement without arguments, such as a savepoint.
    func run(_ text: String) throws { _ = try execute(Storage.SQL(text)) }

    /// GRDB keeps the prepared statement for the life of its connection.
    private func statement(_ text: String) throws -> OpaquePointer { try database.cachedStatement(sql: text).sqliteStatement }

    /// Rows that the statement itself changed: what triggers and foreign keys do besides is nobody's to count.
    private func changes(_ statement: OpaquePointer) -> Int { sqlite3_stmt_readonly(statement) == 0 ? Int(sqlite3_changes(handle)) : 0 }

    private func reset(_ statement: OpaquePointer) {
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
    }

    private func bind(_ arguments: [SQLValue], to statement: OpaquePointer) throws {
        precondition(Int(sqlite3_bind_parameter_count(statement)) == arguments.count, "a statement's marks and arguments differ in number")
        var position: Int32 = 0
        for argument in arguments {
            position += 1
            let code: Int32
            switch argument {
            case .null: code = sqlite3_bind_null(statement, position)
            case .integer(let value): code = sqlite3_bind_int64(statement, position, value)
            case .text(let text):
                var text = text
                code = text.withUTF8 { bytes in
                    bytes.withMemoryRebound(to: CChar.self) {
                        sqlite3_bind_text(statement, position, $0.baseAddress ?? Self.nothing, Int32($0.count), Self.transient)
                    }
                }
            case .blob(let bytes):
                code = bytes.withUnsafeBytes { bytes in
                    bytes.isEmpty
                        ? sqlite3_bind_zeroblob(statement, position, 0)
                        : sqlite3_bind_blob(statement, position, bytes.baseAddress, Int32(bytes.count), Self.transient)
                }
            }
            guard code == SQLITE_OK else { throw failure(code, "bind") }
        }
    }

    nonisolated(unsafe) private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    nonisolated(unsafe) private static let nothing: UnsafePointer<CChar> = {
        let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        byte.pointee = 0
        return UnsafePointer(byte)
    }()

    private func failure(_ code: Int32, _ text: String) -> StorageFailure {
        SQLiteFailure.storageFailure(code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)), statement: text)
    }
}

/// The row a statement stands on.
struct SQLiteRow: Storage.Row {
    let statement: OpaquePointer

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL }
    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(statement, Int32(column)) }
    func text(_ column: Int) -> String {
        guard let start = sqlite3_column_text(statement, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }
    func blob(_ column: Int) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, Int32(column)) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, Int32(column)))))
    }
}
