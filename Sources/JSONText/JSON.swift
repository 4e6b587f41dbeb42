// SPDX-License-Identifier: Apache-2.0

/// A JSON text that has been checked once and is read in place: a cursor over the bytes and their index.
///
/// Numbers stay the text they were, so that money never passes through floating point. Nothing is copied until it
/// is asked for, which is what makes it possible to read a large order for its twenty fields at the speed of a scan.
/// A second member of the same name in an object is ignored.
public struct JSON: Sendable {
    let index: JSONIndex
    let node: Int

    /// How much a text may ask for. Deeper or larger is refused, never crashed on.
    public struct Limits: Sendable {
        public var bytes: Int
        public var depth: Int
        public init(bytes: Int = 16 << 20, depth: Int = 64) {
            self.bytes = bytes
            self.depth = depth
        }
    }

    /// Checks the whole text against RFC 8259 (strict: UTF-8, no trailing commas, no comments; a leading byte order mark is passed over).
    public static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(JSONError) -> JSON {
        var scanner = JSONScanner(limits: limits)
        return JSON(index: try scanner.scan(bytes), node: 0)
    }

    public static func parse(_ text: String, limits: Limits = Limits()) throws(JSONError) -> JSON {
        try parse(Array(text.utf8), limits: limits)
    }

    public enum Kind: Sendable { case null, bool, number, string, array, object }

    public var kind: Kind { index.nodes[node].kind }
    public var isNull: Bool { kind == .null }

    /// The member of an object; nil when this is no object or has none of that name. A member that is `null` is returned as such.
    public subscript(name: StaticString) -> JSON? {
        guard kind == .object else { return nil }
        return index.member(of: node, named: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    /// The member of a name that is only known at run time.
    public subscript(dynamic name: String) -> JSON? {
        guard kind == .object else { return nil }
        var name = name
        return name.withUTF8 { index.member(of: node, named: $0) }
    }

    /// The text of a string; nil for anything else.
    public var string: String? { kind == .string ? index.text(of: node) : nil }

    /// The text of a string, number or bool: ids come as numbers from one version of an API and as strings from the next.
    public var text: String? {
        switch kind {
        case .string: index.text(of: node)
        case .number: String(decoding: source, as: UTF8.self)
        case .bool: index.bytes[Int(index.nodes[node].start)] == 0x74 ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    /// A whole number, from a number without fraction or a string of digits.
    public var integer: Int? {
        guard kind == .number || kind == .string else { return nil }
        return index.integer(of: node)
    }

    public var bool: Bool? { kind == .bool ? index.bytes[Int(index.nodes[node].start)] == 0x74 : nil }

    /// The elements of an array; empty for anything else.
    public var elements: JSONElements { JSONElements(index: index, parent: node, isArray: kind == .array) }

    /// The members of an object in the order of the text; empty for anything else.
    public var members: [(name: String, value: JSON)] {
        guard kind == .object else { return [] }
        var all: [(name: String, value: JSON)] = []
        var at = node + 1
        let end = index.nodes[node].next
        while at < end {
            all.append((index.text(of: at), JSON(index: index, node: at + 1)))
            at = index.nodes[at + 1].next
        }
        return all
    }

    /// The bytes this value was read from, as they stood.
    public var source: ArraySlice<UInt8> { index.bytes[Int(index.nodes[node].start)..<Int(index.nodes[node].end)] }
}

/// The elements of an array, each a cursor.
public struct JSONElements: Sequence, IteratorProtocol, Sendable {
    private let index: JSONIndex
    private var at: Int
    private let end: Int

    init(index: JSONIndex, parent: Int, isArray: Bool) {
        self.index = index
        at = parent + 1
        end = isArray ? index.nodes[parent].next : parent + 1
    }

    public mutating func next() -> JSON? {
        guard at < end else { return nil }
        defer { at = index.nodes[at].next }
        return JSON(index: index, node: at)
    }
}

/// Why a text is not JSON, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Reason: String, Hashable, Sendable {
        case tooLarge, tooDeep, unexpectedEnd, unexpectedByte, badNumber, badString, badUTF8, trailingBytes
    }
    public var reason: Reason
    /// Bytes from the start of the text.
    public var offset: Int
    public var description: String { "\(reason.rawValue) at byte \(offset)" }
}
