// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary

@Suite struct `A GTIN` {
    private struct Vectors: Decodable {
        struct Entry: Decodable {
            var type: String
            var value: String
        }
        var valid: [Entry]
        var invalid: [Entry]
    }

    @Test func `is right or wrong as the GS1 vectors say`() throws {
        guard let file = OutsideMaterial.specs("gs1/check-digit-vectors.json") else { return }
        let vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: file))
        for entry in vectors.valid where entry.type.hasPrefix("GTIN") {
            #expect(GTIN(entry.value) != nil, "\(entry.value)")
        }
        for entry in vectors.invalid { #expect(GTIN(entry.value) == nil, "\(entry.value)") }
        // Other GS1 keys share the check digit.
        for entry in vectors.valid {
            let digits = entry.value.utf8.map { Int($0) - 0x30 }
            #expect(GTIN.checkDigit(of: Array(digits.dropLast())) == digits.last, "\(entry.value)")
        }
    }

    @Test func `is the same whatever its length and its hyphens`() {
        let thirteen = GTIN("0036000291452")
        #expect(GTIN("036000291452") == thirteen)
        #expect(GTIN("00036000291452") == thirteen)
        #expect(GTIN("0-36000-29145-2") == thirteen)
        #expect(Set([GTIN("036000291452"), thirteen]).count == 1)
        #expect(thirteen?.padded == "00036000291452")
        #expect(GTIN("036000291452")?.text == "036000291452")
    }

    @Test func `notices every single wrong digit`() {
        let right = Array("4006381333931".utf8)
        for place in right.indices {
            for digit in UInt8(0x30)...0x39 where digit != right[place] {
                var wrong = right
                wrong[place] = digit
                #expect(GTIN(String(decoding: wrong, as: UTF8.self)) == nil)
            }
        }
    }

    @Test func `that a shop made up for itself is told apart`() {
        func completed(_ digits: [Int]) -> GTIN? {
            GTIN((digits + [GTIN.checkDigit(of: digits)]).map(String.init).joined())
        }
        #expect(completed([2, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0])?.isInStoreOnly == true)
        #expect(completed([0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0])?.isInStoreOnly == true)
        #expect(completed([0, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0])?.isInStoreOnly == true)
        #expect(completed([5, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0])?.isInStoreOnly == false)
    }

    @Test(arguments: ["", "0", "00000000", "0000000000000", "400638133393", "400638133393１", "4006381333931 x"])
    func `is nothing where the digits are none`(text: String) {
        #expect(GTIN(text) == nil)
    }
}
