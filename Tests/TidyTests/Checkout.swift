// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One file of the checkout, by its path below the root.
struct SourceFile: Sendable {
    let path: String
    let text: String
    /// The text without comments at the beginning of a line or after a blank: words there bind nobody. Lines keep their numbers.
    let code: String

    init(path: String, text: String) {
        self.path = path
        self.text = text
        code = Self.withoutComments(text)
    }

    var name: String { String(path.split(separator: "/").last ?? "") }
    var isSwift: Bool { path.hasSuffix(".swift") }
    var lineCount: Int { text.utf8.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) } }

    /// Code that only tests use, whatever folder it is in.
    var isTest: Bool { path.hasPrefix("Tests/") || path.contains("/Tests/") }

    /// The target that the file belongs to, for what is not a test: `Orders`, `AmazonChannel`.
    var module: String {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count > 1 else { return "" }
        return parts[0] == "Channels" ? parts[1] + "Channel" : parts[1]
    }

    private static func withoutComments(_ text: String) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count)
        var before: UInt8 = 0x0A
        var isComment = false
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            if byte == 0x0A { isComment = false }
            if byte == 0x2F, index + 1 < bytes.count, bytes[index + 1] == 0x2F, before == 0x20 || before == 0x0A { isComment = true }
            if !isComment { out.append(byte) }
            before = byte
        }
        return String(decoding: out, as: UTF8.self)
    }
}

/// The checkout that these tests were built from.
enum Checkout {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL

    static func text(_ path: String) throws -> String { try String(contentsOf: root.appending(path: path), encoding: .utf8) }

    /// The files below the folders whose names end so, in the order of their paths.
    static func files(below folders: [String], ending: [String] = [".swift"]) throws -> [SourceFile] {
        var files: [SourceFile] = []
        for folder in folders {
            guard let found = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil) else { continue }
            for case let url as URL in found where ending.contains(where: url.lastPathComponent.hasSuffix) {
                let path = String(url.standardizedFileURL.path.dropFirst(root.path.count)).drop { $0 == "/" }
                guard !path.contains("__pycache__") else { continue }
                files.append(SourceFile(path: String(path), text: try String(contentsOf: url, encoding: .utf8)))
            }
        }
        return files.sorted { $0.path < $1.path }
    }

    /// All our own Swift.
    static func swift() throws -> [SourceFile] { try files(below: ["Sources", "Channels", "Tests", "Plugins"]) }

    /// The targets that Package.swift names, channels included, tests not.
    static func targets() throws -> [String] {
        let package = try text("Package.swift")
        var names = Pattern(#"\b(?:room|support)\(\s*"([A-Za-z]+)""#).matches(in: package)
        names += Pattern(#"\.(?:target|executableTarget|plugin)\(\s*name: "([A-Za-z-]+)""#).matches(in: package)
        for list in Pattern(#"let channels = \[([^\]]*)\]"#).matches(in: package) {
            names += Pattern(#""([A-Za-z0-9]+)""#).matches(in: list).map { "\($0)Channel" }
        }
        return names
    }
}
