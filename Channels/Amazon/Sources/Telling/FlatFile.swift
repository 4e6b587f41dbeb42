// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import Vocabulary

/// A tab-separated document for the order feeds.
struct FlatFile {
    static let contentType = "text/tab-separated-values; charset=UTF-8"
    var columns: [String]
    var rows: [[String]] = []

    /// Tabs and line ends inside a cell would break the row.
    var bytes: [UInt8] {
        let lines = ([columns] + rows).map { row in row.map(Self.cell).joined(separator: "\t") }
        return Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
    }

    private static func cell(_ text: String) -> String {
        String(decoding: text.utf8.map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
    }
}

/// The processing report of a flat-file feed: counts first, then a table of what went wrong.
struct FlatReport {
    /// The complaints, each for a record of the file.
    private(set) var errors: [String] = []
    private(set) var processed: Int?
    private(set) var successful: Int?

    init(_ bytes: [UInt8]) throws(Unreadable) {
        let text = String(decoding: bytes, as: UTF8.self)
        var columns: [String]?
        var isReport = false
        for line in text.split(whereSeparator: { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }) {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map { $0.trimmed }
            let said = cells.filter { !$0.isEmpty }
            if said.first?.hasPrefix("Number of records processed") == true { processed = said.last.flatMap { Int($0) } }
            if said.first?.hasPrefix("Number of records successful") == true { successful = said.last.flatMap { Int($0) } }
            if said.first?.hasPrefix("Feed Processing Summary") == true { isReport = true }
            if cells.contains("error-message") {
                columns = cells
            } else if let columns, let type = columns.firstIndex(of: "error-type"),
                let message = columns.firstIndex(of: "error-message"),
                cells.indices.contains(type), cells.indices.contains(message), cells[type] == "Error"
            {
                errors.append(cells[message])
            }
        }
        guard isReport || processed != nil else { throw .malformed("no flat-file processing report") }
    }

    /// Every record of the file was taken.
    var isGood: Bool {
        errors.isEmpty && (processed.map { count in count > 0 && successful.map { $0 >= count } ?? true } ?? true)
    }
    var complaint: String {
        errors.isEmpty
            ? "Amazon took \(successful ?? 0) of \(processed ?? 0) records" : errors.prefix(3).joined(separator: "; ")
    }
}
