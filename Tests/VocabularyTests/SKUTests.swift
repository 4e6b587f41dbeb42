// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@Suite struct `A SKU` {
    @Test func `is the same in upper and lower case, and keeps the way it was written`() {
        #expect(SKU("85123a") == SKU("85123A"))
        #expect(Set([SKU("85123a"), SKU("85123A")]).count == 1)
        #expect(SKU("85123a")?.text == "85123a")
        #expect(SKU("85123a")?.folded == "85123A")
    }

    @Test func `folds the letters of ASCII only, so that no locale can change it`() {
        #expect(SKU("straße")?.folded == "STRAßE")
        #expect(SKU("istanbul")?.folded == "ISTANBUL")
        #expect(SKU("é") != SKU("É"))
    }

    @Test func `has no blanks around it but may have some inside`() {
        #expect(SKU(" \t OLD-STOCK 7\r\n")?.text == "OLD-STOCK 7")
        #expect(SKU(" \t\r\n") == nil)
        #expect(SKU("") == nil)
    }

    @Test func `holds no control characters and no more than a hundred bytes`() {
        #expect(SKU("a\u{0}b") == nil)
        #expect(SKU("a\nb") == nil)
        #expect(SKU("a\u{7F}") == nil)
        #expect(SKU(String(repeating: "x", count: SKU.lengthMax)) != nil)
        #expect(SKU(String(repeating: "x", count: SKU.lengthMax + 1)) == nil)
    }

    @Test func `sorts by its folded text`() {
        #expect(["b", "A", "a1", "B2"].compactMap { SKU($0) }.sorted().map(\.text) == ["A", "a1", "b", "B2"])
    }

    @Test func `is trimmed right whatever signs stand at its ends`() {
        var chance = SplitMix64(seed: 6)
        let signs: [Unicode.Scalar] = [" ", "\t", "\r", "\n", "a", "é", "\u{301}", "\u{1F600}", "\u{200D}", "\u{A0}"]
        let blanks: Set<Unicode.Scalar> = [" ", "\t", "\r", "\n"]
        for _ in 0..<5_000 {
            let scalars = (0..<chance.number(in: 0...7)).map { _ in signs[chance.number(in: 0...(signs.count - 1))] }
            let expected = scalars.drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed()
            var text = ""
            text.unicodeScalars.append(contentsOf: scalars)
            #expect(Array(text.trimmed.unicodeScalars) == Array(expected), "\(scalars)")
        }
    }
}
