// SPDX-License-Identifier: Apache-2.0

/// Checks a text against RFC 8259 in one pass and writes down where each value stands. It never recurses, so no text can exhaust the stack.
struct JSONScanner {
    let limits: JSON.Limits

    private struct Open {
        var node: Int
        var isObject: Bool
    }

    mutating func scan(_ bytes: [UInt8]) throws(JSONError) -> JSONIndex {
        guard bytes.count <= min(limits.bytes, Int(Int32.max)) else { throw JSONError(reason: .tooLarge, offset: limits.bytes) }
        var failure: JSONError?
        var nodes: [JSONIndex.Node] = []
        nodes.reserveCapacity(bytes.count / 12 + 4)
        bytes.withUnsafeBufferPointer { buffer in
            do throws(JSONError) { try scan(buffer, into: &nodes) } catch { failure = error }
        }
        if let failure { throw failure }
        return JSONIndex(bytes: bytes, nodes: nodes)
    }

    private func scan(_ bytes: UnsafeBufferPointer<UInt8>, into nodes: inout [JSONIndex.Node]) throws(JSONError) {
        var at = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
        var open: [Open] = []
        var wantsValue = true
        // Right after an opening bracket or brace the closing one may follow; after a comma it may not.
        var mayClose = false
        while true {
            while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
            if wantsValue {
                guard at < bytes.count else { throw JSONError(reason: .unexpectedEnd, offset: at) }
                if mayClose, let top = open.last, bytes[at] == (top.isObject ? 0x7D : 0x5D) {
                    wantsValue = false
                    mayClose = false
                    continue
                }
                if let top = open.last, top.isObject {
                    guard bytes[at] == 0x22 else { throw JSONError(reason: .unexpectedByte, offset: at) }
                    at = try string(bytes, from: at, into: &nodes)
                    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
                    guard at < bytes.count, bytes[at] == 0x3A else {
                        throw JSONError(reason: at < bytes.count ? .unexpectedByte : .unexpectedEnd, offset: at)
                    }
                    at += 1
                    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
                    guard at < bytes.count else { throw JSONError(reason: .unexpectedEnd, offset: at) }
                }
                mayClose = false
                switch bytes[at] {
                case 0x7B, 0x5B:
                    guard open.count < limits.depth else { throw JSONError(reason: .tooDeep, offset: at) }
                    let isObject = bytes[at] == 0x7B
                    open.append(Open(node: nodes.count, isObject: isObject))
                    nodes.append(.init(kind: isObject ? .object : .array, escaped: false, start: Int32(at), end: 0, nextNode: 0))
                    at += 1
                    mayClose = true
                    continue
                case 0x22: at = try string(bytes, from: at, into: &nodes)
                case 0x74: at = try word([0x74, 0x72, 0x75, 0x65], .bool, bytes, from: at, into: &nodes)
                case 0x66: at = try word([0x66, 0x61, 0x6C, 0x73, 0x65], .bool, bytes, from: at, into: &nodes)
                case 0x6E: at = try word([0x6E, 0x75, 0x6C, 0x6C], .null, bytes, from: at, into: &nodes)
                case 0x2D, 0x30...0x39: at = try number(bytes, from: at, into: &nodes)
                default: throw JSONError(reason: .unexpectedByte, offset: at)
                }
                wantsValue = false
                continue
            }
            guard let top = open.last else {
                guard at == bytes.count else { throw JSONError(reason: .trailingBytes, offset: at) }
                return
            }
            guard at < bytes.count else { throw JSONError(reason: .unexpectedEnd, offset: at) }
            if bytes[at] == 0x2C {
                at += 1
                wantsValue = true
            } else if bytes[at] == (top.isObject ? 0x7D : 0x5D) {
                at += 1
                nodes[top.node].end = Int32(at)
                nodes[top.node].nextNode = Int32(nodes.count)
                open.removeLast()
            } else {
                throw JSONError(reason: .unexpectedByte, offset: at)
            }
        }
    }

    private func word(
        _ word: [UInt8], _ kind: JSON.Kind, _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, into nodes: inout [JSONIndex.Node]
    ) throws(JSONError) -> Int {
        for (offset, byte) in word.enumerated() {
            guard start + offset < bytes.count else { throw JSONError(reason: .unexpectedEnd, offset: bytes.count) }
            guard bytes[start + offset] == byte else { throw JSONError(reason: .unexpectedByte, offset: start + offset) }
        }
        nodes.append(.init(kind: kind, escaped: false, start: Int32(start), end: Int32(start + word.count), nextNode: Int32(nodes.count + 1)))
        return start + word.count
    }

    private func number(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, into nodes: inout [JSONIndex.Node]) throws(JSONError) -> Int {
        var at = start
        func digits() throws(JSONError) {
            let from = at
            while at < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39 { at += 1 }
            guard at > from else { throw JSONError(reason: .badNumber, offset: at) }
        }
        if bytes[at] == 0x2D { at += 1 }
        if at < bytes.count, bytes[at] == 0x30 { at += 1 } else { try digits() }
        if at < bytes.count, bytes[at] == 0x2E {
            at += 1
            try digits()
        }
        if at < bytes.count, bytes[at] == 0x65 || bytes[at] == 0x45 {
            at += 1
            if at < bytes.count, bytes[at] == 0x2B || bytes[at] == 0x2D { at += 1 }
            try digits()
        }
        nodes.append(.init(kind: .number, escaped: false, start: Int32(start), end: Int32(at), nextNode: Int32(nodes.count + 1)))
        return at
    }

    private func string(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, into nodes: inout [JSONIndex.Node]) throws(JSONError) -> Int {
        var at = start + 1
        var escaped = false
        while true {
            guard at < bytes.count else { throw JSONError(reason: .unexpectedEnd, offset: at) }
            switch bytes[at] {
            case 0x22:
                nodes.append(.init(kind: .string, escaped: escaped, start: Int32(start), end: Int32(at + 1), nextNode: Int32(nodes.count + 1)))
                return at + 1
            case 0x5C:
                escaped = true
                guard at + 1 < bytes.count else { throw JSONError(reason: .unexpectedEnd, offset: at) }
                switch bytes[at + 1] {
                case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: at += 2
                case 0x75:
                    for offset in 2..<6 {
                        guard at + offset < bytes.count else { throw JSONError(reason: .unexpectedEnd, offset: bytes.count) }
                        let digit = bytes[at + offset] | 0x20
                        guard (0x30...0x39).contains(bytes[at + offset]) || (0x61...0x66).contains(digit) else {
                            throw JSONError(reason: .badString, offset: at + offset)
                        }
                    }
                    at += 6
                default: throw JSONError(reason: .badString, offset: at)
                }
            case 0..<0x20: throw JSONError(reason: .badString, offset: at)
            case 0x20..<0x80: at += 1
            default: at = try character(bytes, from: at)
            }
        }
    }

    /// One character beyond ASCII, by the table of well-formed UTF-8 (Unicode 15, table 3-7).
    private func character(_ bytes: UnsafeBufferPointer<UInt8>, from at: Int) throws(JSONError) -> Int {
        func follows(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            at + offset < bytes.count && range.contains(bytes[at + offset])
        }
        switch bytes[at] {
        case 0xC2...0xDF where follows(1): return at + 2
        case 0xE0 where follows(1, 0xA0...0xBF) && follows(2): return at + 3
        case 0xE1...0xEC where follows(1) && follows(2): return at + 3
        case 0xED where follows(1, 0x80...0x9F) && follows(2): return at + 3
        case 0xEE...0xEF where follows(1) && follows(2): return at + 3
        case 0xF0 where follows(1, 0x90...0xBF) && follows(2) && follows(3): return at + 4
        case 0xF1...0xF3 where follows(1) && follows(2) && follows(3): return at + 4
        case 0xF4 where follows(1, 0x80...0x8F) && follows(2) && follows(3): return at + 4
        default: throw JSONError(reason: .badUTF8, offset: at)
        }
    }
}
