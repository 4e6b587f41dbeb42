// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Trade
import Vocabulary

@Suite struct `Comma-separated values` {
    private func read(_ bytes: [UInt8], pieces: [Int] = []) throws -> [[String]] {
        var scanner = CSVScanner()
        var records: [[String]] = []
        var rest = bytes[...]
        for size in pieces {
            try scanner.scan(rest.prefix(size), isLast: false) { record throws(RetailProblem) in
                records.append(fields(record))
            }
            rest = rest.dropFirst(size)
        }
        try scanner.scan(rest, isLast: true) { record throws(RetailProblem) in records.append(fields(record)) }
        return records
    }

    private func fields(_ record: CSVRecord) -> [String] { (0..<record.count).map(record.text) }

    @Test func `are read as the public collection of hard cases has them`() throws {
        guard let folder = OutsideMaterial.dataset("hostile-input/csv-spectrum") else { return }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("csvs").path)
        #expect(names.count == 12)
        for name in names {
            let bytes = try Array(Data(contentsOf: folder.appendingPathComponent("csvs/\(name)")))
            let records = try read(bytes)
            // One of the files is not UTF-8; both sides then show replacement characters.
            let json = try String(
                decoding: Data(contentsOf: folder.appendingPathComponent("json/\(name.dropLast(4)).json")),
                as: UTF8.self)
            let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
            // A file of one record is one object, without an array around it.
            let expected = value as? [[String: String]] ?? (value as? [String: String]).map { [$0] }
            let header = try #require(records.first)
            let found = records.dropFirst().map { Dictionary(zip(header, $0)) { first, _ in first } }
            // The collection itself has two different phone numbers in the two files of one case.
            func comparable(_ rows: [[String: String]]?) -> [[String: String]]? {
                rows.map { $0.map { row in row.filter { $0.key != "Contact Phone Number" } } }
            }
            #expect(comparable(found) == comparable(expected), "\(name)")
        }
    }

    @Test func `read the same wherever the pieces are cut`() throws {
        let text = Array("\u{FEFF}a,\"b,\"\"\"\r\n\r\n\"\n\",\"\"\nå,,\"x\"\r\nlast".utf8)
        let whole = try read(text)
        #expect(whole == [["a", "b,\""], ["\n", ""], ["å", "", "x"], ["last"]])
        for first in 0...text.count {
            for second in [0, 1, 2, 3] {
                #expect(try read(text, pieces: [first, second]) == whole, "cut at \(first) and \(second)")
            }
        }
        #expect(try read(text, pieces: text.map { _ in 1 }) == whole)
    }

    @Test func `with a lost quote are refused and do not fill the memory`() {
        #expect(throws: RetailProblem.malformed(record: 2, column: "", text: "a quoted field has no end")) {
            try read(Array("a\n\"b".utf8))
        }
        #expect(throws: RetailProblem.recordTooLong(record: 1)) {
            try read(
                [0x22] + Array(repeating: 0x61, count: CSVScanner.recordBytesMax + 10),
                pieces: [CSVScanner.recordBytesMax + 5])
        }
    }

    @Test func `never bring the scanner down, whatever the bytes`() {
        var chance = SplitMix64(seed: 4180)
        let signs: [UInt8] = [0x22, 0x2C, 0x0A, 0x0D, 0x61, 0xFF]
        for _ in 0..<5_000 {
            let bytes = (0..<chance.number(in: 0...24)).map { _ in signs[chance.number(in: 0...5)] }
            let cut = chance.number(in: 0...24)
            let whole = try? read(bytes)
            #expect((try? read(bytes, pieces: [cut])) == whole, "\(bytes) cut at \(cut)")
        }
    }
}
