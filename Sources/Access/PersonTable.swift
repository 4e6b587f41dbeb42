// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// The only writer of `people`.
public enum PersonTable {
    /// Adds a person. Refuses an address that is taken or is none.
    public static func add(
        email: String, name: String, role: Person.Role, password: PasswordHash, at now: Instant, in transaction: Transaction
    ) throws -> ID<PersonKind> {
        let address = email.trimmed.asciiLowercased
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, address.utf8.count <= 254 else {
            throw Refusal(.invalid, "person.bad-email", ["email": email])
        }
        guard try find(email: address, in: transaction) == nil else { throw Refusal(.conflict, "person.email-taken", ["email": address]) }
        let number = try transaction.takeNumbers("people")
        try transaction.execute(
            """
            INSERT INTO people (number, email, name, role, password_salt, password_hash, created_at)
            VALUES (\(number), \(address), \(name.trimmed), \(role.rawValue), \(password.salt), \(password.hash), \(now.milliseconds))
            """)
        return ID(number)
    }

    /// Sets a new password and ends the person's sessions.
    public static func setPassword(_ password: PasswordHash, of id: ID<PersonKind>, in transaction: Transaction) throws {
        try transaction.execute("UPDATE people SET password_salt = \(password.salt), password_hash = \(password.hash) WHERE number = \(id.number)")
        try Sessions.endAll(of: id, in: transaction)
    }

    /// The person and the kept password of an address.
    public static func find(email: String, in transaction: Transaction) throws -> (person: Person, password: PasswordHash)? {
        try transaction.first(
            "SELECT number, email, name, role, password_salt, password_hash FROM people WHERE email = \(email.trimmed.asciiLowercased)"
        ) { row in
            (person(row), PasswordHash(salt: row.blob(4), hash: row.blob(5)))
        }
    }

    public static func all(in transaction: Transaction) throws -> [Person] {
        try transaction.all("SELECT number, email, name, role FROM people ORDER BY number", person)
    }

    private static func person(_ row: any Row) -> Person {
        Person(id: ID(row.integer(0)), email: row.text(1), name: row.text(2), role: Person.Role(rawValue: row.text(3)) ?? .owner)
    }
}

extension String {
    /// With the letters A to Z lowered.
    var asciiLowercased: String { String(decoding: utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }, as: UTF8.self) }
}
