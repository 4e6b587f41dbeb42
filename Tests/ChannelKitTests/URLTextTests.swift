// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Testing
import Vocabulary

@Suite struct `The parts of an address` {
    @Test func `are encoded but for letters, digits and four signs`() {
        #expect(URLText.encode("AZaz09-._~") == "AZaz09-._~")
        #expect(URLText.encode("a b/c?d&e=f+g%é") == "a%20b%2Fc%3Fd%26e%3Df%2Bg%25%C3%A9")
    }

    @Test func `decode to what was encoded, whatever it was`() {
        var chance = SplitMix64(seed: 3986)
        for _ in 0..<2_000 {
            let text = String(
                decoding: (0..<chance.number(in: 0...12)).map { _ in UInt8(chance.number(in: 0...255)) }, as: UTF8.self)
            #expect(URLText.decode(URLText.encode(text)) == text)
            let pairs = URLText.pairs(URLText.query([("k&=\(text)", text), ("b", "")]))
            #expect(pairs.map(\.name) == ["k&=\(text)", "b"])
            #expect(pairs.map(\.value) == [text, ""])
        }
    }

    @Test func `keep a broken escape as it stands`() {
        #expect(URLText.decode("%") == "%")
        #expect(URLText.decode("100%") == "100%")
        #expect(URLText.decode("%4") == "%4")
        #expect(URLText.decode("%zz%41") == "%zzA")
        #expect(URLText.decode("a+b") == "a+b")
        #expect(URLText.decode("a+b", plusIsBlank: true) == "a b")
    }

    @Test func `are pairs in their order, also without values`() {
        let pairs = URLText.pairs("a=1&b=two%20words&a=3+4&c&=d&&e==f")
        #expect(pairs.map(\.name) == ["a", "b", "a", "c", "", "e"])
        #expect(pairs.map(\.value) == ["1", "two words", "3 4", "", "d", "=f"])
    }

    @Test func `are not hidden by a combining mark behind a separator`() {
        let request = HTTPRequest(.get, "/a?\u{301}x=\u{301}1&\u{301}y=2")
        #expect(request.path == "/a")
        #expect(request.query.map(\.name) == ["\u{301}x", "\u{301}y"])
        #expect(request.query.map(\.value) == ["\u{301}1", "2"])
    }

    @Test(arguments: [
        ("https://shop.example/admin/orders.json?limit=5", "/admin/orders.json", "5"),
        ("/hooks?limit=7", "/hooks", "7"),
        ("https://shop.example?limit=1", "/", "1"), ("https://shop.example", "/", nil),
        ("http://127.0.0.1:4001/x", "/x", nil),
        ("/back?to=https://other.example/path&limit=2", "/back", "2"),
        ("/files/http://odd/name", "/files/http://odd/name", nil),
        ("https://a.example/go?to=https://b.example/c?limit=9", "/go", nil),
    ]) func `are path and query, wherever the address begins`(url: String, path: String, limit: String?) {
        let request = HTTPRequest(.get, url)
        #expect(request.path == path)
        #expect(request.query("limit") == limit)
    }
}
