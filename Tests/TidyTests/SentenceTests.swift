// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What people are told has a sentence in the message catalog, and nowhere else.
enum Sentences {
    static func catalog() throws -> Set<String> {
        let keys = try JSONDecoder().decode([String: String].self, from: Data(Checkout.text("Sources/Web/Messages/en.json").utf8)).keys
        return Set(keys)
    }

    /// The keys of all refusals. One with an interpolation is its part before that.
    static func refusals(in files: [SourceFile]) -> [(path: String, key: String)] {
        files.flatMap { file in
            file.code.matches(of: /\bRefusal\(\s*\.\w+,\s*"([^"\\]+)/).map { (file.path, "refusal." + String($0.1)) }
        }
    }

    /// The kinds of all exceptions, as they are written where they are opened.
    static func exceptionKinds(in files: [SourceFile]) -> [(path: String, key: String)] {
        files.flatMap { file in
            var kinds = file.code.matches(of: /\bkind: "([a-z]+(?:-[a-z]+)*)"/).map { String($0.1) }
            kinds += file.code.matches(of: /\bcomplain\("([a-z-]+)"/).map { String($0.1) }
            if ["OrderExceptions.swift"].contains(file.name) { kinds += file.code.matches(of: /\(\s*"([a-z]+(?:-[a-z]+)*)",\s*[!a-z]/).map { String($0.1) } }
            if file.name == "ChannelFailure.swift" { kinds += file.code.matches(of: /case \.\w+: "([a-z-]+)"/).map { String($0.1) } }
            return kinds.map { (file.path, "exception.\($0)") }
        }
    }

    static func missing(_ files: [SourceFile], in catalog: Set<String>) -> [String] {
        let refusals = refusals(in: files).filter { wanted in !catalog.contains(wanted.key) && !(wanted.key.hasSuffix("-") && catalog.contains { $0.hasPrefix(wanted.key) }) }
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
        for file in try Checkout.files(below: ["Channels"]).filter({ !$0.isTest }) {
            for match in file.code.matches(of: /CredentialField\("(\w+)"/) {
                asked += 1
                let key = "channel.\(file.module.dropLast("Channel".count).lowercased()).\(match.1)"
                #expect(catalog.contains(key) && catalog.contains(key + ".hint"), "\(key) has no words")
            }
        }
        #expect(asked >= 10)
    }

    @Test func `a missing sentence is seen`() {
        let refusing = SourceFile(path: "Sources/Orders/A.swift", text: "throw Refusal(.conflict, \"order.eaten\", [:])")
        let opening = SourceFile(path: "Sources/Orders/B.swift", text: "Exceptions.open(kind: \"dog-ate-it\", key: \"x\")")
        #expect(Sentences.missing([refusing, opening], in: []).count == 2)
        #expect(Sentences.missing([refusing, opening], in: ["refusal.order.eaten", "exception.dog-ate-it.title", "exception.dog-ate-it.advice"]) == [])
    }
}
