// SPDX-License-Identifier: Apache-2.0

import Crypto
import Vocabulary

/// Each posting's hash covers its words, its transfers and the hash before it, so that history cannot be bent quietly:
/// whoever changes, drops or swaps a posting breaks every hash after it.
enum LedgerChain {
    static func hash(_ posting: Posting, number: Int64, after previous: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(96 + posting.transfers.count * 24 + posting.note.utf8.count)
        func add(_ value: Int64) { withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) } }
        func add(_ text: String) {
            // The length first, so that no two texts run into each other.
            add(Int64(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
        bytes.append(contentsOf: previous)
        add(number)
        add(posting.at.milliseconds)
        add(posting.cause.kind)
        add(posting.cause.number)
        add(posting.actor)
        add(posting.verb)
        add(posting.note)
        add(posting.reverses ?? 0)
        for transfer in posting.transfers {
            add(transfer.from.number)
            add(transfer.to.number)
            add(transfer.amount)
        }
        return Array(SHA256.hash(data: bytes))
    }
}
