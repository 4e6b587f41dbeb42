// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Foundation
import Orders
import Testing
import Vocabulary
import Web

@Suite struct WordsTests {
    private let messages = Messages(locale: "en")
    private var words: Words { Words(messages: messages, timeZone: "UTC") }

    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources").standardizedFileURL

    /// Every Swift source of the rooms, by its name.
    private static func texts(below folder: String) throws -> [String] {
        let root = sources.appending(path: folder)
        guard let found = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) else { return [] }
        return try found.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.map { try String(contentsOf: $0, encoding: .utf8) }
    }

    @Test func `every key that a template uses has words`() throws {
        var missing: [String] = []
        for (path, text) in EmbeddedText.files where path.hasSuffix(".mustache") {
            for match in text.matches(of: /\{\{t\.([A-Za-z0-9.-]+)\}\}/) where !messages.has(String(match.1)) {
                missing.append("\(path): \(match.1)")
            }
        }
        #expect(missing.isEmpty)
    }

    @Test func `no template holds words of its own`() throws {
        for (path, text) in EmbeddedText.files where path.hasSuffix(".mustache") {
            var bare = text.replacing(/\{\{\{?[^}]*\}?\}\}/, with: "")
            for match in bare.matches(of: /(?:placeholder|title|alt|aria-label)="([^"]*)"/) {
                let letters = match.1.filter(\.isLetter)
                #expect(letters.isEmpty || match.1 == "https://", "\(path): \(match.1)")
            }
            bare = bare.replacing(/<[^>]*>/, with: "")
            let letters = bare.filter(\.isLetter)
            #expect(letters.isEmpty, "\(path): \(bare.filter { !$0.isWhitespace })")
        }
    }

    @Test func `every key that the code asks for has words`() throws {
        var keys: [String] = []
        for text in try Self.texts(below: "Web") {
            keys += text.matches(of: /words\("([A-Za-z0-9.-]+)"/).map { String($0.1) }
            for match in text.matches(of: /words\.count\("([A-Za-z0-9.-]+)"/) { keys += ["\(match.1).one", "\(match.1).other"] }
        }
        #expect(keys.count > 100)
        let missing = keys.filter { !messages.has($0) }
        #expect(missing.isEmpty)
    }

    @Test func `every refusal of every room has words and says what to do`() throws {
        var missing: [String] = []
        for folder in ["Vocabulary", "Access", "Catalog", "Inventory", "Availability", "Orders", "Journal", "ChannelSync", "Web"] {
            for text in try Self.texts(below: folder) {
                for match in text.matches(of: /Refusal\(\.[a-zA-Z]+, "([a-z.-]+)"/) where !messages.has("refusal.\(match.1)") {
                    missing.append("\(folder): \(match.1)")
                }
            }
        }
        #expect(missing.isEmpty)
        for kind in ["missing", "malformed"] { #expect(messages.has("refusal.channel.setting-\(kind)")) }
    }

    @Test func `every state, kind and event that a room can tell has words`() throws {
        var keys = Order.Status.allCases.map { "order.status.\($0.rawValue)" } + Order.Payment.allCases.map { "order.payment.\($0.rawValue)" }
        keys += Refund.Disposition.allCases.map { "refund.line.\($0.rawValue)" } + OrderAction.allCases.map { "action.\($0.rawValue)" }
        let unreadable: [Unreadable] = [
            .malformed(""), .missing(field: ""), .negativeQuantity(field: ""), .unknownCurrency(""), .badMoney(field: "", text: ""),
            .badTime(field: "", text: ""),
            .tooLarge(bytes: 1),
        ]
        var kinds = unreadable.map(\.name)
        for text in try Self.texts(below: "ChannelSync") + Self.texts(below: "Orders") {
            kinds += text.matches(of: /kind: "([a-z]+-[a-z-]+)"/).map { String($0.1) }
            kinds += text.matches(of: /\(\s*"([a-z]+-[a-z-]+|oversold)", [!a-z]/).map { String($0.1) }
        }
        #expect(kinds.contains("unknown-sku") && kinds.contains("oversold"))
        for kind in Set(kinds) { keys += ["exception.\(kind).title", "exception.\(kind).advice"] }
        let missing = keys.filter { !messages.has($0) }
        #expect(missing.isEmpty)
    }

    @Test func `numbers, money and moments are written for the reader`() throws {
        let format = Words(messages: messages, timeZone: "Europe/London").format
        #expect(format.number(1_234_567) == "1,234,567" && format.number(-12) == "−12" && format.number(999) == "999")
        #expect(format.money(Money(minor: 123_456, .gbp)) == "£1,234.56" && format.money(Money(minor: -5, .gbp)) == "−£0.05")
        #expect(format.money(Money(minor: 1234, .jpy)) == "¥1,234" && format.roundMoney(Money(minor: 1250, .gbp)) == "£13")
        let summer = try #require(Instant(iso: "2026-07-01T12:00:00Z"))
        #expect(format.moment(summer) == "1 Jul 2026, 13:00" && format.instant(field: format.field(summer)) == summer)
        #expect(format.floor(summer, to: .days(1)) == Instant(iso: "2026-06-30T23:00:00Z"))
        #expect(format.percentChange(from: 200, to: 150) == "−25.0 %" && format.percentChange(from: 0, to: 1) == nil)
        #expect(format.span(840) == "840 ms" && format.span(1250) == "1.2 s" && format.span(180_000) == "3 min")
    }

    @Test func `the axis of a chart ends at a round figure`() {
        #expect(
            ColumnChart.niceTop(0) == 2 && ColumnChart.niceTop(7) == 8 && ColumnChart.niceTop(41) == 60 && ColumnChart.niceTop(1001) == 1200
                && ColumnChart.niceTop(11_700) == 12_000)
    }
}
