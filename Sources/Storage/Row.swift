// SPDX-License-Identifier: Apache-2.0

/// One row of an answer, read by position. Valid only inside the closure it is handed to.
///
/// A column of another type than asked for is a bug in the statement, not in the data (tables are STRICT), and traps.
public protocol Row {
    func isNull(_ column: Int) -> Bool
    func integer(_ column: Int) -> Int64
    func text(_ column: Int) -> String
    func blob(_ column: Int) -> [UInt8]
}

extension Row {
    public func int(_ column: Int) -> Int { Int(integer(column)) }
    public func bool(_ column: Int) -> Bool { integer(column) != 0 }
    public func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
    public func optionalInt(_ column: Int) -> Int? { isNull(column) ? nil : int(column) }
    public func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    public func optionalBlob(_ column: Int) -> [UInt8]? { isNull(column) ? nil : blob(column) }
}
