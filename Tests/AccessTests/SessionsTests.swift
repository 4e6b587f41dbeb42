// SPDX-License-Identifier: Apache-2.0

import Access
import Foundation
import RoomSupport
import Storage
import Testing
import Vocabulary

@Suite(.onEachEngine) struct `A session` {
    private static let morning = Rooms.morning
    /// Hashing is slow by design: one hash serves all these tests.
    private static let password = PasswordHash(salt: [1, 2, 3], hash: [UInt8](repeating: 5, count: 32))

    private func owner(_ rooms: Rooms, email: String = "ada@example.test") async throws -> ID<PersonKind> {
        try await rooms.store.write { transaction in
            try PersonTable.add(email: email, name: " Ada ", role: .owner, password: Self.password, at: Self.morning, in: transaction)
        }
    }

    private func begin(_ token: String, _ person: ID<PersonKind>, at now: Instant = morning, _ rooms: Rooms) async throws {
        try await rooms.store.write { try Sessions.begin(person, token: token, formKey: "form-" + token, at: now, in: $0) }
    }

    private func find(_ token: String, at now: Instant = morning, _ rooms: Rooms) async throws -> Session? {
        try await rooms.store.read { try Sessions.find(token: token, at: now, in: $0) }
    }

    @Test func `knows its person by the token alone`() async throws {
        try await withRooms { rooms in
            let ada = try await owner(rooms)
            try await begin("secret-token", ada, rooms)
            let session = try await find("secret-token", rooms)
            #expect(session?.person.id == ada && session?.person.email == "ada@example.test" && session?.person.name == "Ada")
            #expect(session?.formKey == "form-secret-token")
            for wrong in ["", "secret-toke", "secret-token ", "SECRET-TOKEN", "' OR 1=1 --"] { #expect(try await find(wrong, rooms) == nil) }
        }
    }

    @Test func `ends at its hour, to the millisecond`() async throws {
        try await withRooms { rooms in
            try await begin("t", try await owner(rooms), rooms)
            let end = Self.morning + Sessions.lasts
            #expect(try await find("t", at: end - .milliseconds(1), rooms) != nil)
            #expect(try await find("t", at: end, rooms) == nil)
        }
    }

    @Test func `ends when the person signs out, and no other does`() async throws {
        try await withRooms { rooms in
            let ada = try await owner(rooms)
            try await begin("phone", ada, rooms)
            try await begin("desk", ada, rooms)
            try await rooms.store.write { try Sessions.end(token: "phone", in: $0) }
            #expect(try await find("phone", rooms) == nil)
            #expect(try await find("desk", rooms) != nil)
        }
    }

    @Test func `ends when the password is changed, with all others of the person`() async throws {
        try await withRooms { rooms in
            let ada = try await owner(rooms)
            let ben = try await owner(rooms, email: "ben@example.test")
            for token in ["phone", "desk"] { try await begin(token, ada, rooms) }
            try await begin("ben", ben, rooms)
            let new = PasswordHash(salt: [9], hash: [8])
            try await rooms.store.write { try PersonTable.setPassword(new, of: ada, in: $0) }
            #expect(try await find("phone", rooms) == nil)
            #expect(try await find("desk", rooms) == nil)
            #expect(try await find("ben", rooms) != nil)
            #expect(try await rooms.store.read { try PersonTable.find(email: "ADA@example.test ", in: $0) }?.password == new)
        }
    }

    @Test func `leaves no token in the database that could be used again`() async throws {
        try await withRooms { rooms in
            let token = "f3b1c0ffee-this-is-the-only-copy"
            try await begin(token, try await owner(rooms), rooms)
            var bytes = try await rooms.database.bytes()
            #expect(bytes.range(of: Data(("form-" + token).utf8)) != nil, "these are the bytes that were written")
            let form = Data(("form-" + token).utf8)
            while let range = bytes.range(of: form) { bytes.removeSubrange(range) }
            #expect(bytes.range(of: Data(token.utf8)) == nil)
            let hashes = try await rooms.store.read { try $0.all("SELECT token_hash FROM sessions") { $0.blob(0) } }
            #expect(hashes.count == 1 && hashes[0].count == 32)
            #expect(try await find(String(decoding: hashes[0], as: UTF8.self), rooms) == nil, "the hash opens nothing")
        }
    }
}

@Suite(.onEachEngine) struct `A person` {
    private func add(_ email: String, _ rooms: Rooms) async throws -> Refusal? {
        do {
            _ = try await rooms.store.write { transaction in
                let password = PasswordHash(salt: [1], hash: [2])
                return try PersonTable.add(email: email, name: "x", role: .owner, password: password, at: Rooms.morning, in: transaction)
            }
            return nil
        } catch let refusal as Refusal { return refusal }
    }

    @Test func `has one address, whatever its letters' case`() async throws {
        try await withRooms { rooms async throws in
            #expect(try await add(" Ada@Example.test", rooms) == nil)
            #expect(try await add("ada@EXAMPLE.TEST ", rooms) == Refusal(.conflict, "person.email-taken", ["email": "ada@example.test"]))
            #expect(try await rooms.store.read { try PersonTable.all(in: $0) }.map(\.email) == ["ada@example.test"])
        }
    }

    @Test func `needs an address that is one`() async throws {
        try await withRooms { rooms async throws in
            for bad in ["", "ada", "@example.test", "ada@", "a@b@c", String(repeating: "x", count: 250) + "@x.test"] {
                #expect(try await add(bad, rooms)?.message == "person.bad-email", "\(bad)")
            }
            #expect(try await rooms.count("people") == 0)
        }
    }
}
