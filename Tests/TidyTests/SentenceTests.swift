// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What people are told has a sentence in the message catalog, and nowhere else.
enum Sentences {
    static func catalog() throws -> Set<String> {
        let keys = try JSONDecoder().decode([String: String].self, from: Data(Checkout.text("Sources/Web/Messages/en.json").utf8)).keys
        return Set(keys)
    }

    private static let refusing = Pattern(#"\bRefusal\(\s*\.\w+,\s*"([^"\\]+)"#)
    private static let opening = Pattern(#"\bkind: "([a-z]+(?:-[a-z]+)*)"|\bcomplain\("([a-z-]+)""#)
    private static let holding = Pattern(#"^\s*\("([a-z]+(?:-[a-z]+)*)", |\bopen\("([a-z-]+)", "#)
    private static let naming = Pattern(#"case \.\w+: "([a-z-]+)""#)

    /// The keys of all refusals. One with an interpolation is its part before that.
    static func refusals(in files: [SourceFile]) -> [(path: String, key: String)] {
        files.flatMap { file in refusing.matches(in: file.code).map { (file.path, "refusal.\($0)") } }
    }

    /// The kinds of all exceptions, as they are written where they are opened.
    static func exceptionKinds(in files: [SourceFile]) -> [(path: String, key: String)] {
        files.flatMap { file in
            var kinds = opening.matches(in: file.code)
            if file.name == "OrderExceptions.swift" { kinds += holding.matches(in: file.code) }
            if file.name == "ChannelFailure.swift" { kinds += naming.matches(in: file.code) }
            return kinds.map { (file.path, "exception.\($0)") }
        }
    }

    static func missing(_ files: [SourceFile], in catalog: Set<String>) -> [String] {
        let refusals = refusals(in: files).filter { wanted in
            !catalog.contains(wanted.key) && !(wanted.key.hasSuffix("-") && catalog.contains { $0.hasPrefix(wanted.key) })
        }
        let exceptions = exceptionKinds(in: files).filter { !catalog.contains($0.key + ".title") || !catalog.contains($0.key + ".advice") }
        return Set((refusals + exceptions).map { "\($0.key) (\($0.path))" }).sorted()
    }
}

@Suite struct SentenceTests {
    @Test func `every refusal and every exception has its sentence`() throws {
        let files = try Checkout.files(below: ["Sources"])
        #expect(Sentences.refusals(in: files).count > 50)
        #expect(Set(Sentences.exceptionKinds(in: files).map(\.key)).count > 18)
        #expect(Sentences.missing(files, in: try Sentences.catalog()) == [])
    }

    @Test func `every credential of every channel has its label and its hint`() throws {
        let catalog = try Sentences.catalog()
        var asked = 0
        let asking = Pattern(#"CredentialField\(\s*"(\w+)""#)
        for file in try Checkout.files(below: ["Channels"]) where !file.isTest {
            for field in asking.matches(in: file.code) {
                asked += 1
                let key = "channel.\(file.module.dropLast("Channel".count).lowercased()).\(field)"
                #expect(catalog.contains(key) && catalog.contains(key + ".hint"), "\(key) has no words")
            }
        }
        #expect(asked >= 10)
    }

    @Test func `a missing sentence is seen`() {
        let refusing = SourceFile(path: "Sources/Orders/A.swift", text: "throw Refusal(.conflict, \"order.eaten\", [:])")
        let opening = SourceFile(path: "Sources/Orders/B.swift", text: "Exceptions.open(kind: \"dog-ate-it\", key: \"x\")")
        #expect(Sentences.missing([refusing, opening], in: []).count == 2)
        #expect(
            Sentences.missing([refusing, opening], in: ["refusal.order.eaten", "exception.dog-ate-it.title", "exception.dog-ate-it.advice"]) == [])
    }
}
