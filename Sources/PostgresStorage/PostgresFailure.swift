// SPDX-License-Identifier: Apache-2.0

import CLibPQ
import Storage

/// The connection is gone, or was given up because it kept us waiting for too long. What was under way on it is undone or, after COMMIT was
/// sent, unknown.
struct ConnectionLost: Error {
    var why: String

    var failure: StorageFailure { .busy(why) }
}

/// PostgreSQL's SQLSTATE codes in the words that rooms know.
enum PostgresFailure {
    /// What a result that failed says. The statement is told, its values are not.
    static func storageFailure(_ result: OpaquePointer?, statement: String) -> StorageFailure {
        storageFailure(
            state: field(result, "C") ?? "", message: field(result, "M") ?? "no reason was given", statement: statement)
    }

    static func storageFailure(state: String, message: String, statement: String) -> StorageFailure {
        let words = "\(message) [\(state)] in: \(statement.prefix(200))"
        switch state {
        case "23514": return .check(words)
        case "23505": return .unique(words)
        case "23503": return .foreignKey(words)
        // No room on the disk, or a disk that fails.
        case "53100", "58030": return .full(words)
        // Locks, deadlines, deadlocks and conflicts, a server that goes down or comes up, no room for a connection or in memory.
        case "55P03", "57014", "57P01", "57P02", "57P03", "57P05", "25P03", "40001", "40P01", "53200", "53300", "53400": return .busy(words)
        default: return state.hasPrefix("08") ? .busy(words) : .other(words)
        }
    }

    /// Whether the same transaction run again may find its way: it was the victim of another one.
    static func isConflict(_ result: OpaquePointer?) -> Bool { ["40001", "40P01"].contains(field(result, "C") ?? "") }

    /// Whether the server only reads: a standby, or one that was the first and is no more. Another connection may find the one that writes.
    static func isReadOnly(_ result: OpaquePointer?) -> Bool { field(result, "C") == "25006" }

    /// Whether the server ended the connection with it.
    static func isFatal(_ result: OpaquePointer?) -> Bool { ["FATAL", "PANIC"].contains(field(result, "V") ?? "") }

    /// `C` is the SQLSTATE, `M` the message, `V` the severity in English.
    private static func field(_ result: OpaquePointer?, _ code: Character) -> String? {
        guard let result, let letter = code.asciiValue, let text = PQresultErrorField(result, Int32(letter)) else { return nil }
        return String(cString: text)
    }
}
