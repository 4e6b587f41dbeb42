// SPDX-License-Identifier: Apache-2.0

/// A table as the database itself tells of it.
public struct TableShape: Hashable, Sendable {
    public enum ColumnType: String, Sendable { case integer, text, blob }
    public struct Column: Hashable, Sendable {
        public var name: String
        public var type: ColumnType
        /// The place in the primary key, from 1; 0 when it is no part of it.
        public var keyPlace: Int
    }
    public var name: String
    public var columns: [Column]
    /// The tables whose rows must be there before its own.
    public var pointsTo: Set<String>

    public var key: [Column] { columns.filter { $0.keyPlace > 0 }.sorted { $0.keyPlace < $1.keyPlace } }
}

extension Dialect {
    /// The tables of the database, each after those that it points to. What the storage keeps for itself is left out.
    public func tables(in transaction: Transaction) throws -> [TableShape] {
        var shapes: [String: TableShape] = [:]
        try transaction.forEach(columns) { row in
            let name = row.text(0)
            guard !Self.ownTables.contains(name) else { return }
            guard let type = Self.types[row.text(2).lowercased()] else {
                throw StorageFailure.other("column \(row.text(1)) of table \(name) is of the type \(row.text(2)), which nothing here makes")
            }
            shapes[name, default: TableShape(name: name, columns: [], pointsTo: [])].columns.append(
                TableShape.Column(name: row.text(1), type: type, keyPlace: row.int(3)))
        }
        try transaction.forEach(references) { row in
            if row.text(0) != row.text(1) { shapes[row.text(0)]?.pointsTo.insert(row.text(1)) }
        }
        return Self.ordered(shapes)
    }

    private static let ownTables: Set = ["migrations", "commits"]
    private static let types: [String: TableShape.ColumnType] = [
        "integer": .integer, "bigint": .integer, "text": .text, "blob": .blob, "bytea": .blob,
    ]

    private static func ordered(_ shapes: [String: TableShape]) -> [TableShape] {
        var ordered: [TableShape] = []
        var placed: Set<String> = []
        var left = shapes.values.sorted { $0.name < $1.name }
        while !left.isEmpty {
            let ready = left.filter { $0.pointsTo.isSubset(of: placed) }
            precondition(!ready.isEmpty, "tables point at each other in a circle")
            ordered += ready
            placed.formUnion(ready.map(\.name))
            left.removeAll { placed.contains($0.name) }
        }
        return ordered
    }

    /// Table, column, type, place in the key: in the order of their making.
    private var columns: SQL {
        switch self {
        case .sqlite:
            """
            SELECT m.name, c.name, c.type, c.pk FROM sqlite_master m JOIN pragma_table_info(m.name) c
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY m.name, c.cid
            """
        case .postgres:
            """
            SELECT t.relname, a.attname, format_type(a.atttypid, NULL), COALESCE(array_position(CAST(k.indkey AS SMALLINT[]), a.attnum) + 1, 0)
            FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace JOIN pg_attribute a ON a.attrelid = t.oid
            LEFT JOIN pg_index k ON k.indrelid = t.oid AND k.indisprimary
            WHERE t.relkind = 'r' AND n.nspname = current_schema() AND a.attnum > 0 AND NOT a.attisdropped ORDER BY t.relname, a.attnum
            """
        }
    }

    /// Table and the table that it points to.
    private var references: SQL {
        switch self {
        case .sqlite: "SELECT m.name, f.\"table\" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
        case .postgres:
            """
            SELECT a.relname, b.relname FROM pg_constraint c JOIN pg_class a ON a.oid = c.conrelid JOIN pg_class b ON b.oid = c.confrelid
            JOIN pg_namespace n ON n.oid = a.relnamespace WHERE c.contype = 'f' AND n.nspname = current_schema()
            """
        }
    }
}
