// SPDX-License-Identifier: Apache-2.0

import JSONText

/// What idempotency keys stand for. The oldest are forgotten, as the service forgets them.
struct TwinMemory: Sendable {
    struct Entry: Sendable {
        /// Of the call that the key first came with.
        var fingerprint: UInt64
        var answer: JSONValue
    }
    private var entries: [String: Entry] = [:]
    private var keys: [String] = []
    private var oldest = 0
    /// Each holds a whole answer; whoever repeats a call does so within minutes.
    private static let keysMax = 500

    subscript(key: String) -> Entry? { entries[key] }

    mutating func remember(_ key: String, _ entry: Entry) {
        if entries.updateValue(entry, forKey: key) == nil { keys.append(key) }
        guard keys.count - oldest > Self.keysMax else { return }
        entries[keys[oldest]] = nil
        oldest += 1
        if oldest > Self.keysMax {
            keys.removeFirst(oldest)
            oldest = 0
        }
    }

    /// FNV-1a of a call's words.
    static func fingerprint(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
