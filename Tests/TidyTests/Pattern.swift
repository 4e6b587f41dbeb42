// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A regular expression over whole files. Foundation's engine, because a thousand searches of every source have to take no time in a debug build.
struct Pattern: Sendable {
    private let expression: NSRegularExpression

    init(_ text: String) {
        do { expression = try NSRegularExpression(pattern: text, options: [.anchorsMatchLines]) } catch { preconditionFailure("\(text): \(error)") }
    }

    /// The groups of each match, the first that took part; without groups, the whole match.
    func matches(in text: String) -> [String] { found(in: text).map(\.word) }

    func isFound(in text: String) -> Bool { expression.firstMatch(in: text, range: NSRange(location: 0, length: (text as NSString).length)) != nil }

    /// Each match with the number of its line.
    func found(in text: String) -> [(line: Int, word: String)] {
        let whole = text as NSString
        var line = 1
        var at = 0
        return expression.matches(in: text, range: NSRange(location: 0, length: whole.length)).map { match in
            let passed = whole.substring(with: NSRange(location: at, length: match.range.location - at))
            line += passed.utf8.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
            at = match.range.location
            let groups = (1..<max(1, match.numberOfRanges)).map { match.range(at: $0) }.first { $0.location != NSNotFound }
            return (line, whole.substring(with: groups ?? match.range))
        }
    }
}
