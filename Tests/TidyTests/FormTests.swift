// SPDX-License-Identifier: Apache-2.0

import Testing

/// What a file may look like.
enum Form {
    static let linesMax = 400

    static func tooLong(_ files: [SourceFile]) -> [String] {
        files.filter { $0.lineCount > linesMax }.map { "\($0.path): \($0.lineCount) lines" }
    }

    static func withoutLicence(_ files: [SourceFile]) -> [String] {
        files.filter { file in
            let line = (file.isSwift ? "// " : "# ") + "SPDX-License-Identifier: Apache-2.0"
            // A script says first what runs it.
            let text = file.text.hasPrefix("#!") ? String(file.text.drop { $0 != "\n" }.dropFirst()) : file.text
            return !text.hasPrefix(line + "\n")
        }.map(\.path)
    }

    /// Words that say that something is not finished, ends the process, blocks a thread, or ties the code to a machine.
    private static let everywhere: [(pattern: Pattern, why: String)] = [
        (Pattern(#"\b(?:TODO|FIXME)\b"#), "unfinished"),
        (Pattern(#"\bThread\.sleep\b|\busleep\(|(?<![.\w])sleep\("#), "blocks a thread"),
        (Pattern(#""/(?:work|tmp|home|root)/|/work/(?:main|shared)"#), "a machine's path"),
        (
            Pattern(#"\b(?:class|struct|enum|actor|protocol|typealias)\s+(?:\w*(?:Manager|Helpers?|Utils?|Utilities)|(?:Common|Base|Core)\w*)\b"#),
            "a name that says nothing"
        ),
    ]
    private static let outsideTests: [(pattern: Pattern, why: String)] = [
        (Pattern(#"\btry!"#), "try!"), (Pattern(#"\bfatalError\("#), "fatalError"),
    ]
    private static let sharing = Pattern(#"@unchecked Sendable|nonisolated\(unsafe\)"#)

    static func banned(_ file: SourceFile) -> [String] {
        var laws = everywhere
        if !file.isTest { laws += outsideTests }
        if !file.isTest, !["SQLiteStorage", "PostgresStorage"].contains(file.module) { laws.append((sharing, "unchecked sharing")) }
        return laws.flatMap { law in law.pattern.found(in: file.text).map { "\(file.path):\($0.line): \(law.why)" } }
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
        let scripts = try ["setup", "run", "test", "bench", "check", "new-channel"].map {
            SourceFile(path: "scripts/\($0)", text: try Checkout.text("scripts/\($0)"))
        }
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
