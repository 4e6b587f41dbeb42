// SPDX-License-Identifier: Apache-2.0

import JSONText
import Testing

@Suite struct `A JSON string` {
    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"), (#""\ud83d\uDE00""#, "😀"),
        (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""a\u0000b""#, "a\0b"), ("\"\u{7F}é€😀\"", "\u{7F}é€😀"),
    ]) func `says what its escapes stand for`(text: String, expected: String) throws {
        #expect(try JSON.parse(text).string == expected)
    }

    @Test(arguments: [
        (#""\ud83d""#, "\u{FFFD}"), (#""\ude00""#, "\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"),
        (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"),
        (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
    ]) func `shows half a surrogate pair as the replacement character`(text: String, expected: String) throws {
        #expect(try JSON.parse(text).string == expected)
    }

    @Test(arguments: [
        (#""\x""#, JSONError.Reason.badString), (#""\u12g4""#, .badString), (#""\u12"#, .unexpectedEnd),
        (#""abc"#, .unexpectedEnd),
        (#""\"#, .unexpectedEnd), ("\"\n\"", .badString), ("\"\u{1F}\"", .badString),
    ]) func `that is broken is refused with its reason`(text: String, reason: JSONError.Reason) {
        #expect { try JSON.parse(text) } throws: { ($0 as? JSONError)?.reason == reason }
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0x80], [0xE2, 0x82],
        ] as [[UInt8]]) func `that is not UTF-8 is refused`(bytes: [UInt8])
    {
        #expect(refusal(of: [0x22] + bytes + [0x22]) == "badUTF8 at byte 1")
    }
}
