// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import Foundation
import Vocabulary

/// A password as it is kept: its scrypt hash (RFC 7914) and salt, never the password.
public struct PasswordHash: Hashable, Sendable {
    public static let lengthMin = 12
    public static let lengthMax = 128

    public var salt: [UInt8]
    public var hash: [UInt8]

    public init(salt: [UInt8], hash: [UInt8]) {
        self.salt = salt
        self.hash = hash
    }

    /// Hashes a new password. Refuses one shorter than twelve or longer than a hundred and twenty-eight characters.
    public init(new password: String, salt: [UInt8]) throws {
        guard password.count >= Self.lengthMin else { throw Refusal(.invalid, "password.too-short", ["least": String(Self.lengthMin)]) }
        guard password.count <= Self.lengthMax else { throw Refusal(.invalid, "password.too-long", ["most": String(Self.lengthMax)]) }
        self.salt = salt
        hash = try Self.scrypt(password, salt)
    }

    /// Takes the same time for a wrong password as for the right one.
    public func accepts(_ password: String) throws -> Bool {
        guard password.count <= Self.lengthMax else { return false }
        let other = try Self.scrypt(password, salt)
        guard other.count == hash.count else { return false }
        return zip(other, hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// N = 2^15, r = 8, p = 3: a tenth of a second or more on a small machine (OWASP Password Storage).
    private static func scrypt(_ password: String, _ salt: [UInt8]) throws -> [UInt8] {
        let key = try KDF.Scrypt.deriveKey(
            from: Data(password.utf8), salt: Data(salt), outputByteCount: 32, rounds: 1 << 15, blockSize: 8, parallelism: 3, maxMemory: 64 << 20)
        return key.withUnsafeBytes { Array($0) }
    }
}
