// SPDX-License-Identifier: Apache-2.0

/// What a driver does for a transaction: nothing here knows business.
public protocol Connection: AnyObject {
    /// Runs a statement and tells how many rows it changed.
    func execute(_ sql: SQL) throws -> Int
    /// Runs one statement for each list of arguments; tells how many rows were changed in all.
    func execute(_ text: String, each arguments: [[SQLValue]]) throws -> Int
    func query(_ sql: SQL, _ body: (any Row) throws -> Void) throws
}

/// The synchronous inside of one database transaction. It cannot call the network, so it can be repeated and never
/// holds the database for a slow shop. It ends with the closure it was handed to.
public final class Transaction {
    private let connection: any Connection
    public let dialect: Dialect
    /// Names of what changed: who waits for them is woken after the commit, and only if there is one.
    public private(set) var signals: Set<String> = []

    public init(_ connection: any Connection, dialect: Dialect) {
        self.connection = connection
        self.dialect = dialect
    }

    /// Runs a statement and tells how many rows it changed.
    @discardableResult
    public func execute(_ sql: SQL) throws -> Int { try connection.execute(sql) }

    /// Runs one statement for each list of arguments, prepared once: the way to write many rows.
    @discardableResult
    public func execute(_ text: String, each arguments: [[SQLValue]]) throws -> Int {
        arguments.isEmpty ? 0 : try connection.execute(text, each: arguments)
    }

    /// Hands each row to the closure, in order.
    public func forEach(_ sql: SQL, _ body: (any Row) throws -> Void) throws { try connection.query(sql, body) }

    public func all<Value>(_ sql: SQL, _ read: (any Row) throws -> Value) throws -> [Value] {
        var values: [Value] = []
        try connection.query(sql) { values.append(try read($0)) }
        return values
    }

    public func first<Value>(_ sql: SQL, _ read: (any Row) throws -> Value) throws -> Value? {
        var value: Value?
        try connection.query(sql) { if value == nil { value = try read($0) } }
        return value
    }

    /// The first column of the first row as a number; nil when there is no row or it is null.
    public func number(_ sql: SQL) throws -> Int64? { try first(sql) { $0.optionalInteger(0) } ?? nil }

    /// The same as a count or a sum of units: nothing counts as 0.
    public func count(_ sql: SQL) throws -> Int { Int(try number(sql) ?? 0) }

    /// Wakes, after the commit, whoever waits for the name.
    public func signal(_ name: String) { signals.insert(name) }

    /// The next `count` numbers of a sequence, the first of which is returned. Gaps are normal.
    public func takeNumbers(_ sequence: String, count: Int = 1) throws -> Int64 {
        let sql: SQL = """
            INSERT INTO sequences (name, next) VALUES (\(sequence), \(1 + count))
            ON CONFLICT (name) DO UPDATE SET next = sequences.next + \(count) RETURNING next
            """
        guard let next = try number(sql) else { preconditionFailure("a sequence always answers") }
        return next - Int64(count)
    }
}
