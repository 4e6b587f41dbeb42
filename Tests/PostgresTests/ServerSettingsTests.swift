// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import Clocks
import House
import PostgresStorage
import PostgresSupport
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite struct `A server that may lose what it acknowledged` {
    @Test(arguments: ["fsync", "full_page_writes"]) func `is refused by name, unless a person accepts it`(setting: String) async throws {
        let server = try TestServer(settings: ["-c \(setting)=off"])
        let name = try await server.makeDatabase()
        try await expectRefusal(server.url(name), setting)
        try server.remove()
    }

    @Test func `is refused when only the database is set so`() async throws {
        try await withServer { server, name async throws in
            try await server.run("ALTER DATABASE \(name) SET synchronous_commit = off")
            try await expectRefusal(server.url(name), "synchronous_commit")
        }
    }

    private func expectRefusal(_ url: String, _ setting: String) async throws {
        await #expect(throws: Refusal(.invalid, "database.unsafe", ["settings": "\(setting) = off"])) {
            _ = try await DatabaseAddress(url).open(clock: MachineClock())
        }
        let hub = try await DatabaseAddress(url, acceptsUnsafe: true).open(clock: MachineClock())
        try await hub.store.close()
    }

    @Test func `is refused when it cannot keep every text`() async throws {
        let server = try TestServer.shared()
        try await server.run("CREATE DATABASE latin ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0")
        await #expect(throws: Refusal(.invalid, "database.not-utf8", ["settings": "server_encoding = SQL_ASCII"])) {
            _ = try await DatabaseAddress(server.url("latin"), acceptsUnsafe: true).open(clock: MachineClock())
        }
        try await server.drop("latin")
    }
}

@Suite struct `The address of a PostgreSQL database` {
    @Test(arguments: ["postgres://", "postgres://host", "mysql://a/b", "postgres://a:b@/x?nonsense=1", "sqlite:", ""])
    func `is refused without being repeated when it makes no sense`(text: String) {
        do throws(Refusal) {
            _ = try DatabaseAddress(text)
            Issue.record("\(text) is no address")
        } catch {
            #expect(error.message == "database.bad-address")
            #expect(error.values["address"]?.contains("b@") != true)
        }
    }

    @Test func `shows no password`() throws {
        let address = try DatabaseAddress("postgres://hub:s3cret@db.example.com:5433/shop?sslmode=require")
        #expect(address.description == "postgres://hub@db.example.com:5433/shop")
        #expect(!"\(try DatabaseAddress("postgres://hub:s3cret@/shop?host=/run/postgresql"))".contains("s3cret"))
    }

    @Test func `that nobody answers is told at once, without its password`() async throws {
        do {
            _ = try await DatabaseAddress("postgres://hub:s3cret@127.0.0.1:1/shop").open(clock: MachineClock())
            Issue.record("nobody is there")
        } catch {
            guard case .other(let why)? = error as? StorageFailure else {
                Issue.record("\(error)")
                return
            }
            #expect(!why.contains("s3cret") && why.contains("127.0.0.1"))
        }
    }
}
