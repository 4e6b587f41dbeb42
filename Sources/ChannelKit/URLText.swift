// SPDX-License-Identifier: Apache-2.0

/// Percent-encoding and the parts of an address, by RFC 3986.
public enum URLText {
    /// Encodes everything but the unreserved characters (letters, digits, `-._~`): safe in a path segment and in a query.
    public static func encode(_ text: some StringProtocol) -> String {
        var out: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: out.append(byte)
            default: out.append(contentsOf: [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Undoes percent-encoding; `plusIsBlank` for queries and forms. A broken escape stays as it is.
    public static func decode(_ text: some StringProtocol, plusIsBlank: Bool = false) -> String {
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        var at = 0
        func digit(_ byte: UInt8) -> UInt8? {
            switch byte {
            case 0x30...0x39: byte - 0x30
            case 0x41...0x46: byte - 0x37
            case 0x61...0x66: byte - 0x57
            default: nil
            }
        }
        while at < bytes.count {
            if bytes[at] == 0x25, at + 2 < bytes.count, let high = digit(bytes[at + 1]), let low = digit(bytes[at + 2]) {
                out.append(high << 4 | low)
                at += 3
            } else {
                out.append(plusIsBlank && bytes[at] == 0x2B ? 0x20 : bytes[at])
                at += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// `a=1&b=two%20words` as decoded pairs.
    public static func pairs(_ text: some StringProtocol) -> [(name: String, value: String)] {
        // By bytes: a combining mark behind a separator must not hide it.
        text.utf8.split(separator: 0x26).map { pair in
            let parts = pair.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
                .map { decode(String(decoding: $0, as: UTF8.self), plusIsBlank: true) }
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }

    /// Pairs as a query or form body, in their order.
    public static func query(_ pairs: [(String, String)]) -> String {
        pairs.map { "\(encode($0.0))=\(encode($0.1))" }.joined(separator: "&")
    }

    /// An address without scheme and host: what stands in the request line.
    static func target(of url: String) -> Substring {
        // A query may well hold another address; only what stands before every slash and question mark is a scheme.
        guard let scheme = url.firstRange(of: "://"),
            !url.utf8[..<scheme.lowerBound].contains(where: { $0 == 0x2F || $0 == 0x3F })
        else { return url[...] }
        let rest = url[scheme.upperBound...]
        guard let start = rest.utf8.firstIndex(where: { $0 == 0x2F || $0 == 0x3F }) else { return "/" }
        return rest.utf8[start] == 0x2F ? rest[start...] : "/" + rest[start...]
    }
}

extension StringProtocol {
    /// The first place where the text stands, by bytes; the standard library's own search needs Foundation here.
    func firstRange(of text: String) -> Range<Index>? {
        let wanted = Array(text.utf8)
        var start = utf8.startIndex
        while start < utf8.endIndex {
            if utf8[start...].starts(with: wanted) { return start..<utf8.index(start, offsetBy: wanted.count) }
            utf8.formIndex(after: &start)
        }
        return nil
    }
}
