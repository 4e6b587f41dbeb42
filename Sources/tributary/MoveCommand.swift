// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ChannelSync
import Clocks
import House
import Storage
import Vocabulary

struct MoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move", abstract: "Carry a whole shop to another database: from a file to PostgreSQL, or back.",
        discussion: """
            Stop the hub first. The target has to be a new database: it is given everything, or, when something goes wrong, nothing. Both sides are
            audited, and compared by their state. The source stays as it is.

            Example:
              tributary move --from sqlite:data/tributary.sqlite --to postgres://tributary_owner:…@db.example.com/tributary
            """)

    @Option(help: "The database that has the shop.") var from: String
    @Option(help: "The new database. Of PostgreSQL the address of the role that owns its tables. (TRIBUTARY_MOVE_TO)") var to: String?
    @Flag(help: "Move to a PostgreSQL server although it may lose what it has acknowledged.") var acceptUnsafeDatabase = false

    func run() async throws {
        try await said {
            let source = try DatabaseAddress(from, acceptsUnsafe: true)
            guard let text = Setting.value(to, "TRIBUTARY_MOVE_TO") else { throw ValidationError("Say where to: --to, or TRIBUTARY_MOVE_TO.") }
            let target = try DatabaseAddress(text, acceptsUnsafe: acceptUnsafeDatabase)
            guard try await source.isThere() else { throw SaidRefusal(description: "There is no database at \(source).") }
            let clock = MachineClock()
            let old = try await source.open(clock: clock)
            try await refuseViolations(old, "The source")
            let new = Hub(store: try await target.openBare(), clock: clock)
            let counts = try await MoveShop.run(from: old.store, to: new.store)
            try await refuseViolations(new, "The target")
            let digests = (try await StateDigest.run(old), try await StateDigest.run(new))
            guard digests.0 == digests.1 else {
                throw SaidRefusal(description: "The states differ: \(digests.0) and \(digests.1). Do not use the target.")
            }
            try await old.store.close()
            try await new.store.close()
            let rows = counts.values.reduce(0, +)
            print("\(rows) rows of \(counts.count) tables are in \(target). Both sides are in state \(digests.1.prefix(16)); no violations.")
        }
    }

    private func refuseViolations(_ hub: Hub, _ side: String) async throws {
        let violations = try await Audit.run(hub)
        guard violations.isEmpty else {
            throw SaidRefusal(description: "\(side) has \(violations.count) violations, such as: \(violations[0]). See: tributary audit --help")
        }
    }
}
