// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite
import Storage

/// SQLite's result codes in the words that rooms know.
enum SQLiteFailure {
    /// Extended result codes; C has them as macros that Swift cannot see.
    private enum Extended {
        static let check = SQLITE_CONSTRAINT | 1 << 8
        static let foreignKey = SQLITE_CONSTRAINT | 3 << 8
        static let primaryKey = SQLITE_CONSTRAINT | 6 << 8
        static let unique = SQLITE_CONSTRAINT | 8 << 8
        static let rowID = SQLITE_CONSTRAINT | 10 << 8
    }

    static func storageFailure(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        return storageFailure(code: error.extendedResultCode.rawValue, message: error.message ?? "", statement: error.sql ?? "")
    }

    static func storageFailure(code: Int32, message: String, statement: String) -> StorageFailure {
        let words = "\(message) [\(code)] in: \(statement.prefix(200))"
        switch code {
        case Extended.check: return .check(words)
        case Extended.unique, Extended.primaryKey, Extended.rowID: return .unique(words)
        case Extended.foreignKey: return .foreignKey(words)
        default:
            switch code & 0xFF {
            case SQLITE_FULL, SQLITE_READONLY, SQLITE_IOERR: return .full(words)
            case SQLITE_BUSY, SQLITE_LOCKED: return .busy(words)
            default: return .other(words)
            }
        }
    }
}
