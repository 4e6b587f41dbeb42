// SPDX-License-Identifier: Apache-2.0

import JSONText
import Testing

@Suite struct `A JSON value` {
    @Test func `is written without blanks, in its own order`() {
        var value: JSONValue = ["b": 1, "a": [true, nil, "x"], "price": .number("12.50"), "none": .optional(nil)]
        value.add("id", .integer(UInt64.max))
        #expect(value.text == #"{"b":1,"a":[true,null,"x"],"price":12.50,"none":null,"id":18446744073709551615}"#)
    }

    @Test func `escapes what must be escaped and nothing else`() {
        #expect(
            JSONValue.string("\"\\/\n\r\t\u{1}\u{1F}\u{7F}é😀").text == "\"\\\"\\\\/\\n\\r\\t\\u0001\\u001f\u{7F}é😀\"")
    }

    @Test func `reads back as it was written, whatever it holds`() throws {
        var chance = Chance(state: 8259)
        for _ in 0..<2_000 {
            let value = random(depth: 4, &chance)
            #expect(try JSON.parse(value.bytes).value == value)
        }
    }

    private func random(depth: Int, _ chance: inout Chance) -> JSONValue {
        switch chance.below(depth > 0 ? 7 : 5) {
        case 0: .null
        case 1: .bool(chance.below(2) == 0)
        case 2: .integer(Int(chance.next() >> 3) - (1 << 59))
        case 3: .number("-0.\(chance.below(1000))e\(chance.below(9))")
        case 4: .string(text(&chance))
        case 5: .array((0..<chance.below(5)).map { _ in random(depth: depth - 1, &chance) })
        default: .object((0..<chance.below(5)).map { _ in .init(text(&chance), random(depth: depth - 1, &chance)) })
        }
    }

    private func text(_ chance: inout Chance) -> String {
        var text = ""
        for _ in 0..<chance.below(8) {
            // Half of them among the controls and quotes, where the escapes are.
            let bound: UInt32 = chance.below(2) == 0 ? 0x80 : 0x11_0000
            if let scalar = Unicode.Scalar(UInt32(chance.below(Int(bound)))) { text.unicodeScalars.append(scalar) }
        }
        return text
    }
}

/// SplitMix64 again: JSONText stands beside the vocabulary, not on it.
struct Chance {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
