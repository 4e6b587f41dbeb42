// SPDX-License-Identifier: Apache-2.0

/// The bytes of a checked text and, in depth-first order, where each value stands.
final class JSONIndex: Sendable {
    struct Node {
        var kind: JSON.Kind
        /// Strings: some character is escaped and the text has to be rebuilt.
        var escaped: Bool
        var start: Int32
        var end: Int32
        /// The node after this value and all it holds.
        var nextNode: Int32
        var next: Int { Int(nextNode) }
    }

    let bytes: [UInt8]
    let nodes: [Node]

    init(bytes: [UInt8], nodes: [Node]) {
        self.bytes = bytes
        self.nodes = nodes
    }

    func member(of object: Int, named name: UnsafeBufferPointer<UInt8>) -> JSON? {
        let end = nodes[object].next
        var at = object + 1
        while at < end {
            if isNamed(at, name) { return JSON(index: self, node: at + 1) }
            at = nodes[at + 1].next
        }
        return nil
    }

    private func isNamed(_ key: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        let node = nodes[key]
        if node.escaped { return text(of: key).utf8.elementsEqual(name) }
        let from = Int(node.start) + 1
        guard Int(node.end) - 1 - from == name.count else { return false }
        return bytes.withUnsafeBufferPointer { all in
            for offset in 0..<name.count where all[from + offset] != name[offset] { return false }
            return true
        }
    }

    func text(of string: Int) -> String {
        let node = nodes[string]
        let inner = bytes[(Int(node.start) + 1)..<(Int(node.end) - 1)]
        guard node.escaped else { return String(decoding: inner, as: UTF8.self) }
        var out: [UInt8] = []
        out.reserveCapacity(inner.count)
        var at = inner.startIndex
        while at < inner.endIndex {
            guard inner[at] == 0x5C else {
                out.append(inner[at])
                at += 1
                continue
            }
            at += 2
            switch inner[at - 1] {
            case 0x62: out.append(0x08)
            case 0x66: out.append(0x0C)
            case 0x6E: out.append(0x0A)
            case 0x72: out.append(0x0D)
            case 0x74: out.append(0x09)
            case 0x75:
                var unit = hex(inner[at..<(at + 4)])
                at += 4
                if (0xD800..<0xDC00).contains(unit), at + 6 <= inner.endIndex, inner[at] == 0x5C, inner[at + 1] == 0x75 {
                    let low = hex(inner[(at + 2)..<(at + 6)])
                    if (0xDC00..<0xE000).contains(low) {
                        unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
                        at += 6
                    }
                }
                // A lone surrogate is no character: it becomes the replacement character, as everywhere in Swift.
                out.append(contentsOf: String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf8)
            default: out.append(inner[at - 1])
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private func hex(_ digits: ArraySlice<UInt8>) -> UInt32 {
        digits.reduce(0) { $0 << 4 | UInt32($1 <= 0x39 ? $1 - 0x30 : ($1 | 0x20) - 0x57) }
    }

    func integer(of number: Int) -> Int? {
        let node = nodes[number]
        let quoted = node.kind == .string ? 1 : 0
        var at = Int(node.start) + quoted
        let end = Int(node.end) - quoted
        guard at < end else { return nil }
        let negative = bytes[at] == 0x2D
        if negative { at += 1 }
        guard at < end else { return nil }
        var value = 0
        while at < end {
            let digit = bytes[at]
            guard digit >= 0x30, digit <= 0x39 else { return nil }
            let (product, high) = value.multipliedReportingOverflow(by: 10)
            let (sum, over) = product.addingReportingOverflow(Int(digit - 0x30))
            guard !high, !over else { return nil }
            value = sum
            at += 1
        }
        return negative ? -value : value
    }
}
