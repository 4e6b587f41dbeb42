// SPDX-License-Identifier: Apache-2.0

import Testing

/// What a file may look like.
enum Form {
    static let linesMax = 400

    static func tooLong(_ files: [SourceFile]) -> [String] {
        files.filter { $0.lines.count - 1 > linesMax }.map { "\($0.path): \($0.lines.count - 1) lines" }
    }

    static func withoutLicence(_ files: [SourceFile]) -> [String] {
        files.filter { file in
            // A script says first what runs it.
            let line = file.text.hasPrefix("#!") ? file.lines.dropFirst().first : file.lines.first
            return line != (file.isSwift ? "// SPDX-License-Identifier: Apache-2.0" : "# SPDX-License-Identifier: Apache-2.0")
        }.map(\.path)
    }

    /// Words that say that something is not finished, ends the process, blocks a thread, or ties the code to a machine.
    static func banned(_ file: SourceFile) -> [String] {
        var found: [String] = []
        for (number, line) in file.lines.enumerated() {
            func report(_ what: String) { found.append("\(file.path):\(number + 1): \(what)") }
            if line.contains(/\b(TODO|FIXME|XXX)\b/) { report("unfinished") }
            if line.contains(/\bThread\.sleep\b|\busleep\(|[^.a-zA-Z]sleep\(/) { report("blocks a thread") }
            if line.contains(/"\/(work|tmp|home|root)\//) || line.contains(/\/work\/(main|shared)/) { report("a machine's path") }
            if line.contains(/\b(class|struct|enum|actor|protocol|typealias)\s+\w*(Manager|Helpers?|Utils?|Utilities)\b/) { report("a name that says nothing") }
            if line.contains(/\b(class|struct|enum|actor|protocol|typealias)\s+(Common|Base|Core)\w*\b/) { report("a name that says nothing") }
            guard !file.isTest else { continue }
            if line.contains(/\btry!/) { report("try!") }
            if line.contains(/\bfatalError\(/) { report("fatalError") }
            if file.module != "SQLiteStorage", line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") { report("unchecked sharing") }
        }
        return found
    }
}

@Suite struct FormTests {
    private static let endings = [".swift", ".py", ".css", ".js", ".mustache", ".template"]

    @Test func `no file is longer than one can hold in mind`() throws {
        let files = try Checkout.files(below: ["Sources", "Channels", "Tests", "Plugins", "scripts"], ending: Self.endings)
        #expect(files.count > 300)
        #expect(Form.tooLong(files) == [])
        #expect(Form.tooLong([SourceFile(path: "Sources/Orders/Long.swift", text: String(repeating: "\n", count: 401))]).count == 1)
        #expect(Form.tooLong([SourceFile(path: "Sources/Orders/Full.swift", text: String(repeating: "\n", count: 400))]) == [])
    }

    @Test func `every file says its licence`() throws {
        let scripts = try ["setup", "run", "test", "bench", "check", "new-channel"].map { SourceFile(path: "scripts/\($0)", text: try Checkout.text("scripts/\($0)")) }
        let files = try Checkout.swift() + Checkout.files(below: ["Channels", "Tests", "scripts"], ending: [".py"]) + scripts
        #expect(Form.withoutLicence(files) == [])
        #expect(Form.withoutLicence([SourceFile(path: "Sources/Orders/Bare.swift", text: "import Ledger\n")]).count == 1)
    }

    @Test func `no banned word is in the code`() throws {
        // This folder has to name what it forbids.
        let files = try Checkout.swift().filter { !$0.path.hasPrefix("Tests/TidyTests/") }
        #expect(files.flatMap(Form.banned) == [])
    }

    @Test(arguments: [
        "// TODO: later", "let x = try! read()", "fatalError(\"no\")", "Thread.sleep(forTimeInterval: 1)", "let path = \"/work/main\"",
        "struct OrderManager {", "enum StringUtils {", "class BaseChannel {", "extension Box: @unchecked Sendable {}",
    ])
    func `a banned word is found`(line: String) {
        #expect(Form.banned(SourceFile(path: "Sources/Orders/Planted.swift", text: line)).count == 1)
    }
}
