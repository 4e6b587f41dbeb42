// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import Clocks
import Foundation
import House
import Inventory
import PostgresStorage
import PostgresSupport
import RoomSupport
import Storage
import Testing
import Vocabulary

/// The role that the program runs as, where another one owns the tables. Promise 34.
@Suite struct `The role that sells` {
    @Test func `may do everything that a hub does, and can neither bend its history nor change its tables`() async throws {
        try await withServer { server, name async throws in
            let (owner, seller) = ("owner_of_\(name)", "seller_of_\(name)")
            try await server.run("CREATE ROLE \(owner) LOGIN")
            try await server.run("CREATE ROLE \(seller) LOGIN")
            try await server.run("ALTER DATABASE \(name) OWNER TO \(owner)")
            let address = try DatabaseAddress(server.url(name, user: seller), migrator: server.url(name, user: owner))
            for _ in 1...2 {
                // The second time everything is up to date.
                let hub = try await address.open(clock: MachineClock())
                try await hub.store.write { transaction in
                    _ = try LocationTable.create(name: UUID().uuidString, priority: 1, in: transaction)
                }
                #expect(try await Audit.run(hub) == [])
                for table in Schema.appendOnly {
                    for statement in ["UPDATE \(table) SET number = number", "DELETE FROM \(table)", "TRUNCATE \(table)"] {
                        let text = table == "transfers" ? statement.replacing("number = number", with: "amount = amount") : statement
                        await expectDenied(text, hub.store)
                    }
                }
                for statement in [
                    "CREATE TABLE mine (number BIGINT)", "ALTER TABLE accounts DROP CONSTRAINT accounts_check", "DROP TABLE postings",
                    "UPDATE migrations SET number = 1", "CREATE INDEX mine ON orders (total)", "ALTER TABLE postings DISABLE TRIGGER ALL",
                ] { await expectDenied(statement, hub.store) }
                try await hub.store.close()
            }
            // Up to date, it needs the owner no more.
            let alone = try await DatabaseAddress(server.url(name, user: seller)).open(clock: MachineClock())
            #expect(try await Audit.run(alone) == [])
            try await alone.store.close()
        }
    }

    private func expectDenied(_ statement: String, _ store: any Store) async {
        do {
            _ = try await store.write { try $0.execute(SQL(statement)) }
            Issue.record("\(statement) was allowed")
        } catch { #expect("\(error)".contains("42501"), "\(statement): \(error)") }
    }

    @Test func `is told what to do when the tables are not there and it may not make them`() async throws {
        try await withServer { server, name async throws in
            try await server.run("CREATE ROLE stranger_of_\(name) LOGIN")
            await #expect(throws: StorageFailure.self) {
                _ = try await DatabaseAddress(server.url(name, user: "stranger_of_\(name)")).open(clock: MachineClock())
            }
        }
    }
}
