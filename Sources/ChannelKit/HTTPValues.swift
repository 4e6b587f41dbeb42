// SPDX-License-Identifier: Apache-2.0

/// A request as a value: what a connector wants sent, or what reached a door.
public struct HTTPRequest: Hashable, Sendable {
    public enum Method: String, Hashable, Sendable, CaseIterable {
        case get = "GET", head = "HEAD", post = "POST", put = "PUT", patch = "PATCH", delete = "DELETE"
    }

    public var method: Method
    /// Outgoing: the whole address. Incoming: the whole address too, as the channel was given it, where the door knows that; else path and
    /// query as they stood in the request line.
    public var url: String
    public var headers: HTTPHeaders
    public var body: [UInt8]

    public init(_ method: Method, _ url: String, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }

    /// The part before the question mark, without scheme and host, still percent-encoded.
    public var path: String {
        let target = URLText.target(of: url)
        return String(decoding: target.utf8.prefix { $0 != 0x3F }, as: UTF8.self)
    }

    /// The pairs of the query, decoded, in their order.
    public var query: [(name: String, value: String)] {
        let target = URLText.target(of: url)
        guard let mark = target.utf8.firstIndex(of: 0x3F) else { return [] }
        return URLText.pairs(target[target.utf8.index(after: mark)...])
    }

    /// The first value of that name in the query.
    public func query(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

/// An answer as a value.
public struct HTTPResponse: Hashable, Sendable {
    public var status: Int
    public var headers: HTTPHeaders
    public var body: [UInt8]

    public init(_ status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Header lines in their order; names compare without letter case.
public struct HTTPHeaders: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    public struct Line: Hashable, Sendable {
        public var name: String
        public var value: String
    }
    public private(set) var lines: [Line]

    public init(dictionaryLiteral elements: (String, String)...) { lines = elements.map { Line(name: $0.0, value: $0.1) } }
    public init(_ pairs: [(String, String)]) { lines = pairs.map { Line(name: $0.0, value: $0.1) } }

    /// The first value of that name; setting replaces all of that name, nil removes them.
    public subscript(name: String) -> String? {
        get { lines.first { Self.same($0.name, name) }?.value }
        set {
            lines.removeAll { Self.same($0.name, name) }
            if let newValue { lines.append(Line(name: name, value: newValue)) }
        }
    }

    /// Appends a line beside others of its name.
    public mutating func add(_ name: String, _ value: String) { lines.append(Line(name: name, value: value)) }

    private static func same(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).allSatisfy { lower($0) == lower($1) }
    }
    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte }
}
