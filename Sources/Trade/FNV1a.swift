// SPDX-License-Identifier: Apache-2.0

/// Fowler, Noll and Vo's hash, variant 1a with 64 bits: the same on every machine and in every run, unlike `Hasher`.
enum FNV1a {
    static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
