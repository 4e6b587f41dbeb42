// SPDX-License-Identifier: Apache-2.0

import CLibPQ
import Storage

/// One row of a result that came in PostgreSQL's binary form.
struct PostgresRow: Storage.Row {
    let result: OpaquePointer
    let row: Int32

    func isNull(_ column: Int) -> Bool { PQgetisnull(result, row, Int32(column)) == 1 }

    func integer(_ column: Int) -> Int64 {
        let bytes = bytes(column)
        switch PQftype(result, Int32(column)) {
        case 20: return bytes.loadUnaligned(as: Int64.self).bigEndian
        case 23: return Int64(bytes.loadUnaligned(as: Int32.self).bigEndian)
        case 21: return Int64(bytes.loadUnaligned(as: Int16.self).bigEndian)
        case 16: return Int64(bytes[0])
        case 1700: return Numeric.integer(bytes)
        case let type: preconditionFailure("column \(column) is no number but of type \(type)")
        }
    }

    func text(_ column: Int) -> String {
        let type = PQftype(result, Int32(column))
        // text, varchar, bpchar, name and a literal whose type nobody asked for.
        precondition([25, 1043, 1042, 19, 705].contains(type), "column \(column) is no text but of type \(type)")
        return String(decoding: bytes(column), as: UTF8.self)
    }

    func blob(_ column: Int) -> [UInt8] {
        precondition(PQftype(result, Int32(column)) == 17, "column \(column) holds no bytes")
        return Array(bytes(column))
    }

    private func bytes(_ column: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: PQgetvalue(result, row, Int32(column)), count: Int(PQgetlength(result, row, Int32(column))))
    }
}

/// NUMERIC, which sums of 64-bit integers come as: groups of four decimal digits, the first of weight `10000^weight`.
enum Numeric {
    static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        func word(_ place: Int) -> Int16 { bytes.loadUnaligned(fromByteOffset: place * 2, as: Int16.self).bigEndian }
        let count = Int(word(0))
        let weight = Int(word(1))
        precondition(count <= weight + 1 || count == 0, "a sum of whole numbers is one")
        guard count > 0 else { return 0 }
        var value: Int64 = 0
        // Downwards, because the least number has no opposite.
        for group in 0...weight { value = value * 10_000 - (group < count ? Int64(word(4 + group)) : 0) }
        return UInt16(bitPattern: word(2)) == 0x4000 ? value : -value
    }
}
