// SPDX-License-Identifier: Apache-2.0

import Testing

/// Who makes and who writes which table.
enum Tables {
    private static let making = Pattern(#"CREATE TABLE (?:IF NOT EXISTS |temp\.)?(\w+)"#)
    private static let writing = Pattern(#"(?:INSERT (?:OR \w+ )?INTO|DELETE FROM)\s+(\w+)|\bUPDATE\s+(\w+)\s+SET\b"#)

    static func made(in files: [SourceFile]) -> [String: Set<String>] {
        var owners: [String: Set<String>] = [:]
        for file in files {
            for table in making.matches(in: file.text) { owners[table, default: []].insert(file.module) }
        }
        return owners
    }

    /// The files that write each table. A schema may write first rows.
    static func written(in files: [SourceFile]) -> [String: Set<String>] {
        var writers: [String: Set<String>] = [:]
        for file in files where !file.name.hasSuffix("Schema.swift") {
            for table in writing.matches(in: file.code) { writers[table, default: []].insert(file.path) }
        }
        return writers
    }

    static func violations(_ files: [SourceFile]) -> [String] {
        let owners = made(in: files)
        var found = owners.filter { $0.value.count > 1 }.map { "\($0.key) is made by \($0.value.sorted())" }
        for (table, paths) in written(in: files) {
            let modules = Set(files.filter { paths.contains($0.path) }.map(\.module))
            if owners[table] == nil { found.append("\(table) is written by \(paths.sorted()) and made by nobody") }
            if let owner = owners[table], !modules.isSubset(of: owner) {
                found.append("\(table) of \(owner.sorted()) is written by \(modules.sorted())")
            }
            if paths.count > 1 { found.append("\(table) has more than one writer: \(paths.sorted())") }
        }
        return found.sorted()
    }
}

@Suite struct TableTests {
    @Test func `every table has one room that makes it and one file that writes it`() throws {
        // The bench writes bare rows to measure what the rooms are compared with.
        let files = try Checkout.files(below: ["Sources"]).filter { $0.module != "tributary-bench" }
        #expect(Tables.made(in: files).count > 25)
        #expect(Tables.violations(files) == [])
    }

    @Test func `a second writer is seen`() {
        let schema = SourceFile(path: "Sources/Orders/OrdersSchema.swift", text: "CREATE TABLE orders (number INTEGER)")
        let writer = SourceFile(path: "Sources/Orders/OrderTable.swift", text: "\"UPDATE orders SET number = 1\"")
        #expect(Tables.violations([schema, writer]) == [])
        #expect(Tables.violations([schema, writer, SourceFile(path: "Sources/Web/A.swift", text: "\"DELETE FROM orders\"")]).count == 2)
        #expect(Tables.violations([schema, writer, SourceFile(path: "Sources/Orders/B.swift", text: "\"INSERT INTO orders (number)\"")]).count == 1)
    }
}
