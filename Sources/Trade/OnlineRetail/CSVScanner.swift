// SPDX-License-Identifier: Apache-2.0

/// Reads comma-separated values (RFC 4180) piece by piece: quoted fields may hold commas, line breaks and doubled
/// quotes; lines end with LF or CRLF; empty lines are passed over; a byte order mark at the start is, too.
package struct CSVScanner {
    /// A record longer than this is refused, so that a lost quote cannot swallow the whole file into memory.
    package static var recordBytesMax: Int { 1 << 20 }

    private var held: [UInt8] = []
    private var fields: [CSVRecord.Field] = []
    private var number = 0
    private var isAtStart = true

    /// A scanner at the start of a text.
    package init() {}

    private enum Found {
        /// A record, and where the next one begins.
        case record(next: Int)
        /// The piece ends inside the record.
        case unfinished
    }

    /// Takes the next piece of the text and hands over every record that is complete; with `isLast` also the rest.
    package mutating func scan(
        _ piece: some Collection<UInt8>, isLast: Bool, each: (CSVRecord) throws(RetailProblem) -> Void
    ) throws(RetailProblem) {
        held.append(contentsOf: piece)
        let bytes = held
        held = []
        var done = 0
        try bytes.withUnsafeBufferPointer { buffer throws(RetailProblem) in
            if isAtStart, buffer.count >= 3 || isLast {
                isAtStart = false
                if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { done = 3 }
            }
            while !isAtStart, done < buffer.count {
                guard case .record(let next) = try record(from: done, in: buffer, isLast: isLast) else { break }
                done = next
                let isEmpty = fields.count == 1 && fields[0].start == fields[0].end
                if !isEmpty { try each(CSVRecord(base: buffer, fields: fields, number: number)) }
            }
        }
        held = Array(bytes[done...])
        guard held.count <= Self.recordBytesMax else { throw .recordTooLong(record: number + 1) }
    }

    private mutating func record(from start: Int, in buffer: UnsafeBufferPointer<UInt8>, isLast: Bool)
        throws(RetailProblem) -> Found
    {
        fields.removeAll(keepingCapacity: true)
        let count = buffer.count
        var at = start
        while true {
            var field = CSVRecord.Field(start: at, end: at, isEscaped: false)
            if at < count, buffer[at] == 0x22 {
                guard let end = quoted(&field, in: buffer, isLast: isLast) else {
                    guard isLast else { return .unfinished }
                    throw .malformed(record: number + 1, column: "", text: "a quoted field has no end")
                }
                at = end
            } else {
                while at < count, buffer[at] != 0x2C, buffer[at] != 0x0A { at += 1 }
                field.end = at > field.start && buffer[at - 1] == 0x0D ? at - 1 : at
            }
            fields.append(field)
            guard at < count else {
                guard isLast else { return .unfinished }
                number += 1
                return .record(next: at)
            }
            at += 1
            if buffer[at - 1] == 0x0A {
                number += 1
                return .record(next: at)
            }
            guard buffer[at - 1] == 0x2C else {
                throw .malformed(record: number + 1, column: "", text: "text follows a closing quote")
            }
        }
    }

    /// Finds the end of a quoted field: where its comma, line feed or the end of the text stands. Nil: not in this
    /// piece.
    private func quoted(_ field: inout CSVRecord.Field, in buffer: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Int? {
        var at = field.start + 1
        field.start = at
        while at < buffer.count {
            guard buffer[at] == 0x22 else {
                at += 1
                continue
            }
            if at + 1 < buffer.count, buffer[at + 1] == 0x22 {
                field.isEscaped = true
                at += 2
                continue
            }
            // The piece may end between two quotes that belong together.
            guard isLast || at + 1 < buffer.count else { return nil }
            field.end = at
            let isCarriageReturn = at + 1 < buffer.count && buffer[at + 1] == 0x0D
            return isCarriageReturn ? at + 2 : at + 1
        }
        return nil
    }
}
