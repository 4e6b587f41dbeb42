// SPDX-License-Identifier: Apache-2.0

import Crypto
public import Storage
public import Vocabulary

/// Sessions by the hash of their token: who reads the database cannot sign in with what is there. The only writer of `sessions`.
public enum Sessions {
    public static let lasts = Span.hours(12)

    /// Begins a session for the person; `token` and `formKey` are fresh random text.
    public static func begin(_ person: ID<PersonKind>, token: String, formKey: String, at now: Instant, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM sessions WHERE expires_at <= \(now.milliseconds)")
        try transaction.execute(
            """
            INSERT INTO sessions (token_hash, person, form_key, created_at, expires_at)
            VALUES (\(hash(token)), \(person.number), \(formKey), \(now.milliseconds), \((now + lasts).milliseconds))
            """)
    }

    public static func find(token: String, at now: Instant, in transaction: Transaction) throws -> Session? {
        try transaction.first(
            """
            SELECT p.number, p.email, p.name, p.role, s.form_key, s.expires_at FROM sessions s JOIN people p ON p.number = s.person
            WHERE s.token_hash = \(hash(token)) AND s.expires_at > \(now.milliseconds)
            """
        ) { row in
            let person = Person(id: ID(row.integer(0)), email: row.text(1), name: row.text(2), role: Person.Role(rawValue: row.text(3)) ?? .owner)
            return Session(person: person, formKey: row.text(4), expiresAt: Instant(milliseconds: row.integer(5)))
        }
    }

    public static func end(token: String, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM sessions WHERE token_hash = \(hash(token))")
    }

    /// Ends all sessions of the person, wherever they were begun.
    public static func endAll(of person: ID<PersonKind>, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM sessions WHERE person = \(person.number)")
    }

    private static func hash(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Array(token.utf8))) }
}
