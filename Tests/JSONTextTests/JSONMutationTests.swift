// SPDX-License-Identifier: Apache-2.0

import JSONText
import Testing

@Suite struct `Ten thousand damaged JSON texts` {
    private static let seed: UInt64 = 10_000
    private static let whole = Array(
        #"{"id":1,"é":"caf\u00e9 \ud83d\ude00","n":[-0.5e+10,true,false,null,{"a":[[],{}]},"\"\\"],"z":{"deep":[1,[2,[3]]]}}"#
            .utf8)

    @Test func `are refused or read, and never bring the reader down`() {
        var chance = Chance(state: Self.seed)
        var taken = 0
        for round in 0..<10_000 {
            let bytes = damaged(&chance)
            guard let json = try? JSON.parse(bytes) else { continue }
            taken += 1
            let value = json.value
            let again = try? JSON.parse(value.bytes)
            #expect(again?.value == value, "seed \(Self.seed), round \(round)")
            walk(json)
        }
        // The damage is light enough that some texts are still sound.
        #expect(taken > 100)
    }

    private func damaged(_ chance: inout Chance) -> [UInt8] {
        var bytes = Self.whole
        for _ in 0...chance.below(3) {
            let place = chance.below(bytes.count)
            switch chance.below(6) {
            case 0: bytes[place] = UInt8(chance.below(256))
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(Array("{}[]\",:\\u0e-".utf8)[chance.below(12)], at: place)
            case 3: bytes = Array(bytes.prefix(place + 1))
            case 4: bytes.insert(contentsOf: bytes[place..<min(place + 9, bytes.count)], at: chance.below(bytes.count))
            default: bytes.swapAt(place, chance.below(bytes.count))
            }
        }
        return bytes
    }

    private func walk(_ json: JSON) {
        _ = (json.text, json.integer, json.bool, json.string, json["id"], json[dynamic: "é"], json.source.count)
        for element in json.elements { walk(element) }
        for member in json.members { walk(member.value) }
    }
}
