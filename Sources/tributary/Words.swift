// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Serving
import Storage
import Vocabulary
import Web

/// Refusals in the words of the message catalog, the same as the console's.
enum Words {
    static func of(_ refusal: Refusal) -> String { RefusalText.of(refusal) }

    /// What is wrong outside.
    static func of(_ failure: ChannelFailure) -> String {
        switch failure {
        case .throttled: "It is asked too often. Try again in a minute."
        case .unauthorized(let why): "The credentials are not accepted (\(why))."
        case .forbidden(let why): "The credentials do not reach that far (\(why))."
        case .unavailable(let why): "It cannot be reached (\(why))."
        case .offLimits(let host): RefusalText.of(OutboundRule.refusal(of: host))
        case .lost(let why): "No answer came back (\(why))."
        case .refused(let why): "It refuses (\(why))."
        case .notFound(let why): "It has no such thing (\(why))."
        case .unreadable(let unreadable): "Its answer cannot be read (\(unreadable.name): \(unreadable.detail))."
        }
    }

    /// What is wrong with the database.
    static func of(_ failure: StorageFailure) -> String {
        switch failure {
        case .full(let why): "The database cannot be written: the disk is full or not ours (\(why))."
        case .busy(let why): "The database is busy, or cannot be reached at the moment (\(why)). Try again."
        case .newer(let found, let known): "The database is of a newer program (schema \(found), known here: \(known)). Install that one."
        case .check(let why), .unique(let why), .foreignKey(let why), .other(let why): "The database cannot be used (\(why))."
        }
    }
}
