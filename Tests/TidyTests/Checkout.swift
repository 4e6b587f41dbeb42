// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One file of the checkout, by its path below the root.
struct SourceFile: Sendable {
    var path: String
    var text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    var name: String { String(path.split(separator: "/").last ?? "") }
    var isSwift: Bool { path.hasSuffix(".swift") }

    /// Code that only tests use, whatever folder it is in.
    var isTest: Bool { path.hasPrefix("Tests/") || path.contains("/Tests/") }

    /// The target that the file belongs to, for what is not a test: `Orders`, `AmazonChannel`.
    var module: String {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count > 1 else { return "" }
        return parts[0] == "Channels" ? parts[1] + "Channel" : parts[1]
    }

    /// The text without what follows `//` at the beginning of a line or after a blank: words there bind nobody.
    var code: String {
        lines.map { line in
            guard let mark = line.firstRange(of: /(^|\s)\/\//) else { return line }
            return line[..<mark.lowerBound]
        }.joined(separator: "\n")
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

    /// The targets that Package.swift names, channels and their tests included.
    static func targets() throws -> [String] {
        let package = try text("Package.swift")
        var names = package.matches(of: /\broom\(\s*"([A-Za-z]+)"/).map { String($0.1) }
        names += package.matches(of: /\bsupport\("([A-Za-z]+)"/).map { String($0.1) }
        names += package.matches(of: /\.(?:target|executableTarget|plugin)\(\s*name: "([A-Za-z-]+)"/).map { String($0.1) }
        if let channels = package.firstMatch(of: /let channels = \[([^\]]*)\]/) {
            names += channels.1.matches(of: /"([A-Za-z0-9]+)"/).map { "\($0.1)Channel" }
        }
        return names
    }
}
