// SPDX-License-Identifier: Apache-2.0

/// Why the data set cannot be read. The text is for the developer and the log.
public enum RetailProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no readable file at the path.
    case missingFile(String)
    /// The file is compressed and no program `gzip` is on the path.
    case missingGzip
    /// gzip gave up: the file is cut off or damaged.
    case damaged(String, status: Int)
    /// The first record does not name the columns of this data set.
    case wrongColumns
    /// A field cannot be what its column says. Records are counted from 1, the header included.
    case malformed(record: Int, column: String, text: String)
    /// A record is longer than a mebibyte: most likely a quote is lost.
    case recordTooLong(record: Int)

    /// One sentence for the developer and the log.
    public var description: String {
        switch self {
        case .missingFile(let path): "there is no readable file at \(path)"
        case .missingGzip: "the file is compressed, and the program gzip that would unpack it is not installed"
        case .damaged(let path, let status): "gzip could not unpack \(path) (status \(status))"
        case .wrongColumns: "the first line does not name the columns of the Online Retail data set"
        case .malformed(let record, let column, let text): "record \(record) \(column): \(text)"
        case .recordTooLong(let record): "record \(record) has no end within a mebibyte"
        }
    }
}
