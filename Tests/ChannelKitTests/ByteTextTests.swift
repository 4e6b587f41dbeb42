// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Foundation
import Testing
import Vocabulary

@Suite struct `Bytes as text` {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `are base64 by the examples of RFC 4648`(plain: String, encoded: String) {
        #expect(ByteText.base64(Array(plain.utf8)) == encoded)
        #expect(ByteText.bytes(base64: encoded) == Array(plain.utf8))
    }

    @Test func `come back from base64, and agree with Foundation`() {
        var chance = SplitMix64(seed: 4648)
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8(chance.number(in: 0...255)) }
            #expect(ByteText.base64(bytes) == Data(bytes).base64EncodedString())
            #expect(ByteText.bytes(base64: ByteText.base64(bytes)) == bytes)
        }
    }

    @Test(arguments: [
        "A", "AA", "AAA", "AAAAA", "====", "A===", "AA=A", "AAA=AAAA", "AA==AAAA", "AA A", "AA\nA", "%%%%", "AA-_",
        "ÄÄ",
    ])
    func `are not read from anything else`(text: String) {
        #expect(ByteText.bytes(base64: text) == nil)
    }

    @Test func `are lower-case hex`() {
        #expect(ByteText.hex([0x00, 0x0F, 0xA5, 0xFF]) == "000fa5ff")
        #expect(ByteText.hex([UInt8]()) == "")
    }
}
