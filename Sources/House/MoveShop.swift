// SPDX-License-Identifier: Apache-2.0

import Dispatch
public import Storage
import Synchronization
import Vocabulary

/// Carries everything from one database to another, of whichever engine: table by table as the database itself tells of them, in one
/// transaction of the target, so that it is all there or nothing.
public enum MoveShop {
    /// The most rows that are in memory at once.
    static let rowsMax = 2000

    /// Tells how many rows each table has. Both databases have the same schema; refuses a target in which something was done already, and
    /// gives up when the source changes meanwhile.
    public static func run(from source: any Store, to target: any Store) async throws -> [String: Int] {
        let shapes = try await source.read { try $0.dialect.tables(in: $0) }
        let others = try await target.read { try $0.dialect.tables(in: $0) }
        guard Set(shapes) == Set(others) else { throw Refusal(.conflict, "move.other-schema") }
        return try await target.write { transaction in
            try refuseUnlessNew(shapes, in: transaction)
            var counts: [String: Int] = [:]
            for shape in shapes { counts[shape.name] = try copy(shape, from: source, in: transaction) }
            let now = try awaited { try await count(shapes, in: source) }
            guard now == counts else { throw Refusal(.conflict, "move.source-changed") }
            return counts
        }
    }

    public static func count(_ shapes: [TableShape], in store: any Store) async throws -> [String: Int] {
        try await store.read { transaction in
            try shapes.reduce(into: [:]) { counts, shape in counts[shape.name] = try transaction.count(SQL("SELECT COUNT(*) FROM " + shape.name)) }
        }
    }

    /// A new database has a chain without a link, and not a row besides. That row makes room for the one that comes.
    private static func refuseUnlessNew(_ shapes: [TableShape], in transaction: Transaction) throws {
        let used = try shapes.filter { shape in
            let new = shape.name == "ledger_head" ? " WHERE posting > 0" : ""
            return try transaction.first(SQL("SELECT 1 FROM " + shape.name + new + " LIMIT 1")) { _ in true } != nil
        }
        guard used.isEmpty else { throw Refusal(.conflict, "move.not-empty", ["tables": used.map(\.name).sorted().joined(separator: ", ")]) }
        let clearing = "DELETE FROM "
        try transaction.execute(SQL(clearing + "ledger_head"))
    }

    private static func copy(_ shape: TableShape, from source: any Store, in transaction: Transaction) throws -> Int {
        let names = shape.columns.map(\.name).joined(separator: ", ")
        let marks = shape.columns.map { _ in "?" }.joined(separator: ", ")
        let adding = "INSERT INTO "
        let insert = adding + shape.name + " (" + names + ") VALUES (" + marks + ")"
        var count = 0
        var last: [SQLValue]?
        while true {
            let question = page(of: shape, after: last)
            let rows = try awaited { try await source.read { try $0.all(question) { row in read(row, shape) } } }
            count += rows.count
            try transaction.execute(insert, each: rows)
            // Without a key there is no place to go on from: such a table came in one piece.
            guard !shape.key.isEmpty, rows.count == rowsMax, let end = rows.last else { return count }
            last = shape.key.map { key in end[shape.columns.firstIndex(of: key)!] }
        }
    }

    /// The rows that follow those up to the given key, in its order.
    static func page(of shape: TableShape, after last: [SQLValue]?) -> SQL {
        let names = shape.columns.map(\.name).joined(separator: ", ")
        let all = "SELECT " + names + " FROM " + shape.name
        guard !shape.key.isEmpty else { return SQL(all) }
        let key = shape.key.map(\.name).joined(separator: ", ")
        let marks = shape.key.map { _ in "?" }.joined(separator: ", ")
        let from = last == nil ? "" : " WHERE (" + key + ") > (" + marks + ")"
        return SQL(all + from + " ORDER BY " + key + " LIMIT \(rowsMax)", last ?? [])
    }

    private static func read(_ row: any Row, _ shape: TableShape) -> [SQLValue] {
        shape.columns.enumerated().map { place, column in
            if row.isNull(place) { return .null }
            return switch column.type {
            case .integer: .integer(row.integer(place))
            case .text: .text(row.text(place))
            case .blob: .blob(row.blob(place))
            }
        }
    }

    /// Waits for an answer of the source on the thread of the target's writer, which is the store's own.
    private static func awaited<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
        let answer = Answer<Value>()
        Task {
            do { answer.put(.success(try await work())) } catch { answer.put(.failure(error)) }
        }
        return try answer.wait()
    }

    private final class Answer<Value: Sendable>: Sendable {
        private let value = Mutex<Result<Value, any Error>?>(nil)
        private let bell = DispatchSemaphore(value: 0)

        func put(_ result: Result<Value, any Error>) {
            value.withLock { $0 = result }
            bell.signal()
        }
        func wait() throws -> Value {
            bell.wait()
            return try value.withLock { $0! }.get()
        }
    }
}
