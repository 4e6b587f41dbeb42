// SPDX-License-Identifier: Apache-2.0

import JSONText
import Testing

@Suite struct `The limits of a JSON text` {
    private func nested(_ depth: Int) -> [UInt8] {
        Array(repeating: 0x5B, count: depth) + Array(repeating: 0x5D, count: depth)
    }

    @Test func `are kept to the level`() throws {
        #expect(try JSON.parse(nested(64)).kind == .array)
        #expect(refusal(of: nested(65)) == "tooDeep at byte 64")
        #expect(try JSON.parse(nested(3), limits: .init(depth: 3)).kind == .array)
    }

    @Test func `stop a bomb of a million brackets, closed or not`() {
        #expect(refusal(of: nested(1_000_000)) == "tooDeep at byte 64")
        let objects = Array(String(repeating: "{\"a\":", count: 200_000).utf8)
        #expect(refusal(of: objects) == "tooDeep at byte 320")
    }

    @Test func `scan even absurd depths without the stack, where they are allowed`() throws {
        let json = try JSON.parse(nested(200_000), limits: .init(depth: 200_000))
        #expect(json.kind == .array)
    }

    @Test func `are kept to the byte`() throws {
        let text = Array("[1,2]".utf8)
        #expect(try JSON.parse(text, limits: .init(bytes: 5)).kind == .array)
        #expect(refusal(of: text, limits: .init(bytes: 4)) == "tooLarge at byte 4")
    }
}
