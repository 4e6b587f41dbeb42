// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// What is to happen and when, the earliest first, and of one moment in the order it was written down.
struct Agenda<Entry> {
    private var heap: [(at: Instant, number: Int, entry: Entry)] = []
    private var written = 0

    var next: Instant? { heap.first?.at }
    var isEmpty: Bool { heap.isEmpty }

    mutating func add(_ entry: Entry, at moment: Instant) {
        written += 1
        heap.append((moment, written, entry))
        var place = heap.count - 1
        while place > 0, isBefore(place, (place - 1) / 2) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func take(until moment: Instant) -> Entry? {
        guard let first = heap.first, first.at <= moment else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var place = 0
        while true {
            var least = place
            for child in [place * 2 + 1, place * 2 + 2] where child < heap.count && isBefore(child, least) { least = child }
            guard least != place else { return first.entry }
            heap.swapAt(place, least)
            place = least
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool { (heap[left].at, heap[left].number) < (heap[right].at, heap[right].number) }
}
