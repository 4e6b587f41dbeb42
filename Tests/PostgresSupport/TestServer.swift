// SPDX-License-Identifier: Apache-2.0

import CLibPQ
public import Foundation
public import PostgresStorage
import Synchronization

/// A PostgreSQL server of the tests' own: made in a temporary folder, listening on a unix socket there, and gone with the process, whatever
/// ends it. Every commit is flushed as in a shop; the folder is in memory, so that it costs little.
public final class TestServer: Sendable {
    /// The one that the tests of this process share.
    public static func shared() throws -> TestServer { try one.get() }
    private static let one = Result { try TestServer() }

    /// Where the socket is.
    public let folder: String
    private let programs: ServerPrograms
    private let options: String
    private let count = Mutex(0)
    private let templates = Mutex<[String: Task<String, any Error>]>([:])

    /// Makes a server and starts it. `settings` are added to its command line: `-c fsync=off`.
    public init(settings: [String] = []) throws {
        programs = try ServerPrograms()
        folder = try programs.makeFolder()
        let data = folder + "/data"
        let common = ["-D", data, "-N", "-U", "tributary", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
        // Where text is ordered as in a dictionary unless we see to it: what forgets to say so is found.
        do { try programs.run("initdb", common + ["--locale-provider=icu", "--icu-locale=en-US"], in: folder) } catch {
            try? FileManager.default.removeItem(atPath: data)
            try programs.run("initdb", common, in: folder)
        }
        let fixed = ["listen_addresses=''", "unix_socket_directories='\(folder)'", "max_connections=400", "shared_buffers=64MB", "autovacuum=off"]
        options = (fixed.map { "-c \($0)" } + settings).joined(separator: " ")
        try Self.watch(folder, stop: programs.command("pg_ctl", ["-D", data, "-m", "immediate", "stop"]))
        try start()
    }

    /// The address of one of its databases. `host`: somebody in between.
    public func address(_ database: String, user: String = "tributary", host: String? = nil) -> PostgresAddress {
        PostgresAddress(url(database, user: user, host: host))!
    }

    public func url(_ database: String, user: String = "tributary", host: String? = nil) -> String {
        "postgres://\(user)@/\(database)?host=\(host ?? folder)"
    }

    /// The socket that the server listens on.
    public var socket: String { folder + "/.s.PGSQL.5432" }

    public func start() throws {
        try programs.run("pg_ctl", ["-D", folder + "/data", "-w", "-s", "-l", folder + "/log", "-o", options, "start"], in: folder)
    }
    /// Ends it as a power cut would: nobody is told, nothing is written any more.
    public func crash() throws { try programs.run("pg_ctl", ["-D", folder + "/data", "-w", "-s", "-m", "immediate", "stop"], in: folder) }

    /// Ends it and clears its folder away, for a server that one test had for itself.
    public func remove() throws {
        try crash()
        try FileManager.default.removeItem(atPath: folder)
    }

    /// Makes a database, empty or with everything that the template has. The caller drops it.
    public func makeDatabase(like template: String? = nil) async throws -> String {
        let number = count.withLock { count in
            count += 1
            return count
        }
        let name = "test_\(number)"
        try await run("CREATE DATABASE \(name)" + (template.map { " TEMPLATE \($0)" } ?? ""))
        return name
    }

    public func drop(_ database: String) async throws { try await run("DROP DATABASE IF EXISTS \(database) WITH (FORCE)") }

    /// What is in a database's files once everything is written to them.
    public func bytes(of database: String) async throws -> Data {
        try await run("CHECKPOINT")
        let number = try text("SELECT oid FROM pg_database WHERE datname = current_database()", database)
        let place = URL(fileURLWithPath: folder + "/data/base/" + number)
        return try FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil).reduce(into: Data()) { bytes, file in
            bytes += try Data(contentsOf: file)
        }
    }

    /// The template of that name, filled once by the closure.
    public func template(_ name: String, fill: @escaping @Sendable (PostgresAddress) async throws -> Void) async throws -> String {
        let task = templates.withLock { templates in
            if let task = templates[name] { return task }
            let task = Task {
                try await self.run("CREATE DATABASE \(name)")
                try await fill(self.address(name))
                return name
            }
            templates[name] = task
            return task
        }
        return try await task.value
    }

    /// Runs a statement that cannot be in a transaction.
    public func run(_ statement: String, in database: String = "postgres") async throws {
        try command(statement, database)
    }

    private func command(_ statement: String, _ database: String) throws { _ = try text(statement, database) }

    /// Runs a statement and gives the first value of the first row.
    private func text(_ statement: String, _ database: String) throws -> String {
        let connection = PQconnectdb(url(database))
        defer { PQfinish(connection) }
        guard PQstatus(connection) == CONNECTION_OK else { throw Spawn.Failed(description: String(cString: PQerrorMessage(connection))) }
        let result = PQexec(connection, statement)
        defer { PQclear(result) }
        guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else {
            throw Spawn.Failed(description: "\(statement): \(String(cString: PQresultErrorMessage(result)))")
        }
        return PQntuples(result) > 0 ? String(cString: PQgetvalue(result, 0, 0)) : ""
    }

    /// A shell that waits until this process is gone, whatever became of it, and then stops the server and clears the folder away.
    private static func watch(_ folder: String, stop: [String]) throws {
        let script = "trap '' INT TERM HUP; cat >/dev/null; \"$@\" >/dev/null 2>&1; rm -rf '\(folder)'"
        // The end of the pipe is left open on purpose, for the life of this process.
        _ = try Spawn.startTied(["setsid", "sh", "-c", script, "sh"] + stop)
    }
}
