// SPDX-License-Identifier: Apache-2.0

import Access
import Testing
import Vocabulary

@Suite struct `A password as it is kept` {
    private static let salt = [UInt8](0..<16)

    private func refusal(_ password: String) -> Refusal? {
        do {
            _ = try PasswordHash(new: password, salt: Self.salt)
            return nil
        } catch { return error as? Refusal }
    }

    @Test func `is accepted again and no other is`() throws {
        let kept = try PasswordHash(new: "a calm river in autumn", salt: Self.salt)
        #expect(try kept.accepts("a calm river in autumn"))
        for wrong in ["", "a calm river in autum", "a calm river in autumn ", "A calm river in autumn", String(repeating: "a", count: 5_000)] {
            #expect(try !kept.accepts(wrong), "\(wrong.prefix(30))")
        }
        #expect(try PasswordHash(salt: kept.salt, hash: kept.hash).accepts("a calm river in autumn"), "read back from storage")
        #expect(try !PasswordHash(salt: kept.salt, hash: []).accepts("a calm river in autumn"))
    }

    @Test func `differs with its salt and never holds the words`() throws {
        let one = try PasswordHash(new: "twelve bytes", salt: Self.salt)
        let other = try PasswordHash(new: "twelve bytes", salt: Self.salt.reversed())
        #expect(one.hash != other.hash)
        #expect(one.hash.count == 32)
        #expect(one.hash != Array("twelve bytes".utf8))
    }

    @Test func `has twelve to a hundred and twenty-eight characters`() {
        #expect(refusal(String(repeating: "x", count: 11))?.message == "password.too-short")
        #expect(refusal(String(repeating: "x", count: 11))?.values == ["least": "12"])
        #expect(refusal(String(repeating: "x", count: 12)) == nil)
        #expect(refusal(String(repeating: "ß", count: 128)) == nil)
        #expect(refusal(String(repeating: "x", count: 129))?.message == "password.too-long")
    }
}
