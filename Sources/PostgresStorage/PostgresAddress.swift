// SPDX-License-Identifier: Apache-2.0

import CLibPQ

/// Where a PostgreSQL database is, as libpq takes it: `postgres://user:password@host:port/name?…`, with a folder for `host` where the server
/// listens on a unix socket (`postgres:///name?host=/run/postgresql`).
///
/// Its description leaves the password out, so that it may stand in logs and refusals.
public struct PostgresAddress: Hashable, Sendable, CustomStringConvertible {
    /// Everything that libpq is told, by its own names.
    let options: [String: String]

    /// Nil when libpq cannot read it, or it names no database.
    public init?(_ text: String) {
        guard Self.isPostgres(text), let parsed = PQconninfoParse(text, nil) else { return nil }
        defer { PQconninfoFree(parsed) }
        var options: [String: String] = [:]
        var next = parsed
        while let keyword = next.pointee.keyword {
            if let value = next.pointee.val { options[String(cString: keyword)] = String(cString: value) }
            next += 1
        }
        guard options["dbname"]?.isEmpty == false else { return nil }
        self.options = options
    }

    /// Whether the text means a PostgreSQL database at all.
    public static func isPostgres(_ text: String) -> Bool { text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") }

    /// The role that signs in; nil when it is the operating system's user.
    public var user: String? { options["user"] }

    public var description: String {
        let host = options["host"] ?? ""
        let port = options["port"].map { ":" + $0 } ?? ""
        let name = options["dbname"] ?? ""
        let who = options["user"].map { $0 + "@" } ?? ""
        return host.hasPrefix("/") ? "postgres://\(who)/\(name)?host=\(host)\(port)" : "postgres://\(who)\(host)\(port)/\(name)"
    }
}
