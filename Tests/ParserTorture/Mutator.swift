// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Spoils a good text in some of the ways that the outside world does.
struct Mutator {
    /// What may be spliced in from.
    var samples: [[UInt8]]

    /// Longer than nearly anything a channel sends in one piece: what takes more than its share of time shows at this length.
    static let bytesMax = 256 << 10

    func input(from sample: [UInt8], _ chance: inout SplitMix64) -> [UInt8] {
        var bytes = sample
        for _ in 0..<chance.number(in: 1...4) { spoil(&bytes, &chance) }
        return bytes.count > Self.bytesMax ? Array(bytes.prefix(Self.bytesMax)) : bytes
    }

    private func spoil(_ bytes: inout [UInt8], _ chance: inout SplitMix64) {
        let place = chance.number(in: 0...bytes.count)
        let piece = place..<min(bytes.count, place + 1 << chance.number(in: 0...8))
        switch chance.number(in: 0...99) {
        case 0..<14: if place < bytes.count { bytes[place] ^= 1 << UInt8(chance.number(in: 0...7)) }
        case 14..<20: if place < bytes.count { bytes[place] = UInt8(chance.number(in: 0...255)) }
        case 20..<27: bytes.removeSubrange(place...)
        case 27..<36: bytes.removeSubrange(piece)
        case 36..<44: bytes.insert(contentsOf: bytes[piece], at: chance.number(in: 0...bytes.count))
        case 44..<52: splice(&bytes, at: place, &chance)
        case 52..<64: bytes.insert(contentsOf: Self.word(&chance), at: place)
        case 64..<80: replaceNumber(&bytes, near: place, &chance)
        case 80..<97: replaceValue(&bytes, near: place, &chance)
        case 97: nest(&bytes, at: place, &chance)
        case 98: grow(&bytes, piece, &chance)
        default: bytes = Self.word(&chance)
        }
    }

    private func splice(_ bytes: inout [UInt8], at place: Int, _ chance: inout SplitMix64) {
        guard let other = samples.isEmpty ? nil : samples[chance.number(in: 0...(samples.count - 1))], !other.isEmpty else { return }
        let from = chance.number(in: 0...(other.count - 1))
        bytes.replaceSubrange(place..., with: other[from...])
    }

    /// The digits at or after the place become another number.
    private func replaceNumber(_ bytes: inout [UInt8], near place: Int, _ chance: inout SplitMix64) {
        guard let first = bytes[place...].firstIndex(where: { $0 >= 0x30 && $0 <= 0x39 }) else { return }
        let end = bytes[first...].firstIndex { !($0 >= 0x30 && $0 <= 0x39 || $0 == 0x2E) } ?? bytes.endIndex
        bytes.replaceSubrange(first..<end, with: Array(Self.numbers[chance.number(in: 0...(Self.numbers.count - 1))].utf8))
    }

    /// What stands after a colon or an equals sign becomes something else, often of another kind.
    private func replaceValue(_ bytes: inout [UInt8], near place: Int, _ chance: inout SplitMix64) {
        guard let mark = bytes[place...].firstIndex(where: { $0 == 0x3A || $0 == 0x3D }) else { return }
        let isOver: (UInt8) -> Bool = { $0 == 0x2C || $0 == 0x7D || $0 == 0x26 || $0 == 0x0A }
        let end = bytes[(mark + 1)...].firstIndex(where: isOver) ?? bytes.endIndex
        bytes.replaceSubrange((mark + 1)..<end, with: Self.word(&chance))
    }

    private func nest(_ bytes: inout [UInt8], at place: Int, _ chance: inout SplitMix64) {
        let depth = chance.number(in: 1...1 << chance.number(in: 1...16))
        let (open, close): ([UInt8], [UInt8]) = chance.number(in: 0...1) == 0 ? ([0x5B], [0x5D]) : (Array(#"{"a":"#.utf8), [0x7D])
        let inside = Array("1".utf8)
        bytes.insert(
            contentsOf: repeatElement(open, count: depth).joined() + inside + repeatElement(close, count: depth).joined(), at: place)
    }

    private func grow(_ bytes: inout [UInt8], _ piece: Range<Int>, _ chance: inout SplitMix64) {
        guard !piece.isEmpty else { return }
        let length = 1 << chance.number(in: 8...18)
        bytes.insert(contentsOf: repeatElement(bytes[piece], count: length / piece.count + 1).joined(), at: piece.upperBound)
    }

    private static func word(_ chance: inout SplitMix64) -> [UInt8] {
        let all = words.count + numbers.count
        let number = chance.number(in: 0...(all - 1))
        return number < words.count ? words[number] : Array(numbers[number - words.count].utf8)
    }

    static let numbers = [
        "0", "-0", "-1", "1", "9", "00", "0.1", "1e5", "1e999", "-1e999", "1e-999", "1E+308", "0.0000000001", "12345678901", "2147483647",
        "2147483648",
        "-2147483649", "4294967296", "1000000000000", "9007199254740993", "9223372036854775806", "9223372036854775807", "9223372036854775808",
        "-9223372036854775807", "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616",
        "922337203685477.5807",
        "92233720368547758.07", "92233720368547758.08", "999999999999999999999999999999999999", "0.999999999999999999999999", "1.", ".5", "+1", "NaN",
        "Infinity", "0x10", "9e18", "9.3e18", "-9.3e18", "1,000.00", "1.000,00", "٣", "２", "1 000",
    ]
    private static let words: [[UInt8]] =
        [
            "", "null", "true", "false", "\"\"", "[]", "{}", "[[]]", "[null]", "[{}]", "{\"\":{}}", "\"null\"", "\"0\"", "\"-1\"",
            "\"9223372036854775807\"",
            "\"-9223372036854775808\"", "\"1e999\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u", "\\", "\"", "{", "}", "[", "]", ",",
            ":",
            "&", "=", ";", "%", "%0", "%zz", "%ff", "%00", "%C3%28", "+", "#", "?", "/", "//", "://", "@", "\r\n", "\n", "\t", " ", "\u{0}",
            "\u{FEFF}",
            "\u{202E}", "e\u{301}", "👩‍👩‍👧‍👦", "İ", "ß", "gid://shopify/Order/", "gid://shopify/Order/99999999999999999999", "&amp;", "&#x110000;",
            "&#99999999999;", "&#xD800;",
            "&#-1;", "&;", "Basic ", "Bearer ", "sqlite:", "http://", "https://[::1", "http://user:pass@host:99999/", "Mon, 32 Foo 9999 25:61:61 GMT",
            "2026-02-30T25:61:61Z", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z", "99999-01-01T00:00:00Z", "-0001-01-01T00:00:00Z",
            "2026-11-02T09:00:00.9999999999999999999Z", "2026-11-02T09:00:00+99:99", "2026-11-02T09:00:00-23:59", "292278994-08-17T07:12:55Z", "ZZZ",
            "GBP",
            "JPY", "KWD", "\"KWD\"", "\"JPY\"",
        ].map { Array($0.utf8) } + [
            [0xFF], [0xFE, 0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80], [0x22, 0xFF, 0x22],
            [0x1F, 0x8B, 0x08, 0x00],
        ]
}
