// SPDX-License-Identifier: Apache-2.0

/// Gives each different text a small number, in the order of their first appearance, and keeps each text once.
struct ByteInterner: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// Open addressing: number + 1, or 0 for a free place. Always a power of two and at most half full.
    private var slots: [Int32] = Array(repeating: 0, count: 1024)

    var count: Int { ends.count }

    mutating func number(of text: UnsafeBufferPointer<UInt8>) -> Int {
        var slot = Int(truncatingIfNeeded: FNV1a.hash(text)) & (slots.count - 1)
        while slots[slot] != 0 {
            let candidate = Int(slots[slot]) - 1
            if isSame(candidate, text) { return candidate }
            slot = (slot + 1) & (slots.count - 1)
        }
        bytes.append(contentsOf: text)
        ends.append(bytes.count)
        slots[slot] = Int32(ends.count)
        if ends.count * 2 > slots.count { grow() }
        return ends.count - 1
    }

    func text(_ number: Int) -> String { String(decoding: bytes[range(number)], as: UTF8.self) }

    private func range(_ number: Int) -> Range<Int> { (number == 0 ? 0 : ends[number - 1])..<ends[number] }

    private func isSame(_ number: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let range = range(number)
        guard range.count == text.count else { return false }
        return bytes.withUnsafeBufferPointer { all in
            for offset in 0..<text.count where all[range.lowerBound + offset] != text[offset] { return false }
            return true
        }
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for number in ends.indices {
            var slot = Int(truncatingIfNeeded: FNV1a.hash(bytes[range(number)])) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(number + 1)
        }
    }
}
