// SPDX-License-Identifier: Apache-2.0

import Foundation

/// PostgreSQL's own programs, run as a user whom the server accepts.
struct ServerPrograms: Sendable {
    /// PostgreSQL is not installed: a test that needs it fails and says so, it is never left out.
    struct Missing: Error, CustomStringConvertible {
        var what: String
        var description: String {
            "\(what) is missing. Install PostgreSQL (Debian and Ubuntu: apt-get install postgresql), or run scripts/setup test."
        }
    }

    /// The folder of `initdb`, `pg_ctl` and `postgres`.
    let folder: String
    /// What comes before a command. The server refuses to run as root, so root runs it as somebody else.
    private let prefix: [String]
    /// Who owns the server's files; nil: we do.
    private let owner: (user: uid_t, group: gid_t)?

    init() throws {
        guard let folder = Self.find() else { throw Missing(what: "pg_ctl") }
        self.folder = folder
        guard getuid() == 0 else {
            prefix = []
            owner = nil
            return
        }
        guard let entry = getpwnam("postgres") ?? getpwnam("nobody") else { throw Missing(what: "a user whom the server may run as") }
        let (user, group) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
        owner = (user, group)
        prefix = ["setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups"]
    }

    /// Debian keeps each version in a folder of its own, which is on nobody's path.
    private static func find() -> String? {
        let files = FileManager.default
        let versions = ((try? files.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []).compactMap { Int($0) }.sorted(by: >)
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return (versions.map { "/usr/lib/postgresql/\($0)/bin" } + path).first { folder in
            ["initdb", "pg_ctl", "postgres"].allSatisfy { files.isExecutableFile(atPath: folder + "/" + $0) }
        }
    }

    /// A new folder that the server's user may write, in memory where the system has room for files there.
    func makeFolder() throws -> String {
        let memory = "/dev/shm"
        let parent = FileManager.default.isWritableFile(atPath: memory) ? memory : FileManager.default.temporaryDirectory.path
        let folder = parent + "/tributary-postgres-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        if let owner { chown(folder, owner.user, owner.group) }
        return folder
    }

    func command(_ program: String, _ arguments: [String]) -> [String] { prefix + [folder + "/" + program] + arguments }

    /// Runs a program to its end. What it says goes to a file of the folder: a server that it starts would keep a pipe open.
    func run(_ program: String, _ arguments: [String], in place: String) throws {
        try Spawn.run(command(program, arguments), saying: place + "/\(program).out")
    }
}
