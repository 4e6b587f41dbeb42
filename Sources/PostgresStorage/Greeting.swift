// SPDX-License-Identifier: Apache-2.0

import Storage

/// The server may lose what it has acknowledged, or cannot keep every text: these settings of it are in the way, as `name = value`.
public struct UnsafeServer: Error, Hashable, Sendable {
    public var settings: [String]
    /// Whether a person may accept it: durability they may, another encoding than UTF-8 nobody can.
    public var isAcceptable: Bool
}

/// What is looked at before a server is relied on.
enum Greeting {
    /// Connects, looks at the server's settings and makes the table that settles commits when it is missing.
    static func run(_ address: PostgresAddress, _ limits: PostgresLimits, acceptsUnsafe: Bool) throws {
        let connection = try connect(address, limits)
        connection.begin("BEGIN")
        var settings: [(name: String, value: String)] = []
        try connection.query(
            """
            SELECT name, setting FROM pg_settings
            WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'server_encoding') ORDER BY name
            """
        ) { settings.append(($0.text(0), $0.text(1))) }
        if let refusal = refusal(of: settings, acceptsUnsafe: acceptsUnsafe) { throw refusal }
        connection.glue("COMMIT")
        try connection.settle()

        connection.begin("BEGIN")
        connection.glue(CommitMarks.turn.text, CommitMarks.turn.arguments)
        var isThere = false
        try connection.query(CommitMarks.isThere) { isThere = $0.bool(0) }
        _ = try connection.execute(isThere ? CommitMarks.sweep : SQL(CommitMarks.table))
        connection.glue("COMMIT")
        try connection.settle()
    }

    /// Whether the database has a table of that name.
    static func hasTable(_ name: String, _ address: PostgresAddress, _ limits: PostgresLimits) throws -> Bool {
        let connection = try connect(address, limits)
        connection.begin("BEGIN")
        var count: Int64 = 0
        try connection.query(Dialect.postgres.tables(named: name)) { count = $0.integer(0) }
        return count > 0
    }

    private static func connect(_ address: PostgresAddress, _ limits: PostgresLimits) throws(StorageFailure) -> PostgresConnection {
        do throws(ConnectionLost) { return try PostgresConnection(address, limits, until: Deadline(after: limits.connect)) } catch {
            throw .other(error.why)
        }
    }

    /// Why a server with these settings is not relied on; nil when it may be.
    static func refusal(of settings: [(name: String, value: String)], acceptsUnsafe: Bool) -> UnsafeServer? {
        let foreign = settings.filter { $0.name == "server_encoding" && $0.value != "UTF8" }
        if !foreign.isEmpty { return UnsafeServer(settings: foreign.map { "\($0.name) = \($0.value)" }, isAcceptable: false) }
        // Each of these settings loses commits when it is off, and only then.
        let lossy = settings.filter { $0.name != "server_encoding" && $0.value == "off" }
        return lossy.isEmpty || acceptsUnsafe ? nil : UnsafeServer(settings: lossy.map { "\($0.name) = \($0.value)" }, isAcceptable: true)
    }
}
