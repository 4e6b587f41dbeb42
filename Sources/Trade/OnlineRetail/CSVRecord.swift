// SPDX-License-Identifier: Apache-2.0

/// One record of a CSV text, read in place. It is valid only while the scanner's `each` runs.
package struct CSVRecord {
    struct Field {
        var start: Int
        var end: Int
        /// It holds doubled quotes, which stand for one.
        var isEscaped: Bool
    }

    let base: UnsafeBufferPointer<UInt8>
    let fields: [Field]
    /// Counted from 1, the header included.
    package let number: Int

    /// How many fields there are; never 0.
    package var count: Int { fields.count }

    /// The field's bytes without the quotes around it.
    func withBytes<Value>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
        let field = fields[index]
        let plain = UnsafeBufferPointer(rebasing: base[field.start..<field.end])
        guard field.isEscaped else { return body(plain) }
        var out: [UInt8] = []
        var at = 0
        while at < plain.count {
            out.append(plain[at])
            at += plain[at] == 0x22 ? 2 : 1
        }
        return out.withUnsafeBufferPointer(body)
    }

    /// The field as text; bytes that are not UTF-8 become replacement characters.
    package func text(_ index: Int) -> String { withBytes(index) { String(decoding: $0, as: UTF8.self) } }
}
