// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Trade

@Suite struct `The file of the Online Retail data set` {
    private static let text = """
        InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
        1,A,a,5,2011-01-01 10:00:00,2.00,7.0,France

        """

    private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("retail-\(UUID().uuidString)")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try body(file.path)
    }

    /// gzip around stored (uncompressed) data: ten bytes of header, one block, checksum and length.
    private func packed(_ text: [UInt8]) -> [UInt8] {
        var checksum: UInt32 = 0xFFFF_FFFF
        for byte in text {
            checksum ^= UInt32(byte)
            for _ in 0..<8 { checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xEDB8_8320 : checksum >> 1 }
        }
        func little(_ value: UInt32, _ bytes: Int) -> [UInt8] {
            (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let length = UInt32(text.count)
        let block = [1] + little(length, 2) + little(~length, 2) + text
        return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + block + little(~checksum, 4) + little(length, 4)
    }

    @Test func `is read plain or packed, whatever it is called`() throws {
        for bytes in [Array(Self.text.utf8), packed(Array(Self.text.utf8))] {
            try withFile(bytes) { path in
                let retail = try OnlineRetail(path: path)
                #expect(retail.totals.lines == 1)
            }
        }
    }

    @Test func `is said to be missing when it is not there`() {
        #expect(throws: RetailProblem.missingFile("/nowhere/retail.csv.gz")) {
            try OnlineRetail(path: "/nowhere/retail.csv.gz")
        }
    }

    @Test func `is said to be damaged when it is cut off`() throws {
        let whole = packed(Array(Self.text.utf8))
        try withFile(Array(whole.dropLast(6))) { path in
            #expect {
                _ = try OnlineRetail(path: path)
            } throws: { error in
                guard case .damaged(path, _) = error as? RetailProblem else { return false }
                return true
            }
        }
    }
}
