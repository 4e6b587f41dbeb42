// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// What is still to come, earliest first; what falls on the same moment keeps the order it was written in.
struct GiftShopDiary: Sendable {
    private struct Entry {
        var event: TradeEvent
        var number: Int

        static func precedes(_ left: Entry, _ right: Entry) -> Bool {
            (left.event.at, left.number) < (right.event.at, right.number)
        }
    }

    /// A binary heap.
    private var entries: [Entry] = []
    private var written = 0

    var first: Instant? { entries.first?.event.at }

    mutating func write(_ event: TradeEvent) {
        entries.append(Entry(event: event, number: written))
        written += 1
        var at = entries.count - 1
        while at > 0, Entry.precedes(entries[at], entries[(at - 1) / 2]) {
            entries.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    mutating func takeFirst() -> TradeEvent? {
        guard let first = entries.first else { return nil }
        entries[0] = entries[entries.count - 1]
        entries.removeLast()
        var at = 0
        while true {
            var least = at
            for child in [2 * at + 1, 2 * at + 2] where child < entries.count {
                if Entry.precedes(entries[child], entries[least]) { least = child }
            }
            guard least != at else { return first.event }
            entries.swapAt(at, least)
            at = least
        }
    }
}
