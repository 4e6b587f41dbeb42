// SPDX-License-Identifier: Apache-2.0

import Storage

extension PostgresStore {
    /// Gives a role what the running program needs and no more: rows may be read and added everywhere, changed and deleted where they are not
    /// `appendOnly`, and no table made or altered. To be called by the role that owns the tables, after the migrations.
    public func grant(to role: String, appendOnly: [String]) async throws {
        let name = "\"" + role.replacing("\"", with: "\"\"") + "\""
        try await write { transaction in
            let schema = try transaction.first("SELECT quote_ident(current_schema())") { $0.text(0) } ?? "public"
            func run(_ text: String) throws { try transaction.execute(SQL(text)) }
            try run("REVOKE CREATE ON SCHEMA " + schema + " FROM PUBLIC")
            try run("GRANT USAGE ON SCHEMA " + schema + " TO " + name)
            let tables = try transaction.all("SELECT tablename, quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()") {
                (name: $0.text(0), quoted: $0.text(1))
            }
            for table in tables {
                let rights =
                    if table.name == "migrations" { "SELECT" } else if appendOnly.contains(table.name) { "SELECT, INSERT" } else {
                        "SELECT, INSERT, UPDATE, DELETE"
                    }
                try run("REVOKE ALL ON " + table.quoted + " FROM " + name)
                try run("GRANT " + rights + " ON " + table.quoted + " TO " + name)
            }
        }
    }
}
