// SPDX-License-Identifier: Apache-2.0

import Availability
import Testing
import Vocabulary

@Suite struct `What was counted at a channel` {
    private static func at(_ second: Int64) -> Instant { Instant(milliseconds: 1_000_000_000) + .seconds(second) }

    /// So many stood there at the second, and nothing was heard beside.
    private static func see(_ units: Int, at second: Int64, _ exposure: inout Exposure) {
        exposure.seen(units, during: at(second)...at(second), by: at(second), mayHaveSold: false)
    }

    @Test func `is kept a few times: the oldest, that are known soonest, and the newest`() {
        var exposure = Exposure(units: 50)
        for units in 1...9 { Self.see(units, at: Int64(units) * 60, &exposure) }
        #expect(exposure.marks.map(\.units) == [1, 2, 3, 4, 5, 9])
        #expect(exposure.marks.count == Exposure.marksMax)
        exposure.ordersAreKnown(until: Self.at(3 * 60 + 10), misses: false)
        #expect(exposure.units == 3 && exposure.marks.map(\.units) == [4, 5, 9])
        exposure.ordersAreKnown(until: Self.at(9 * 60 + 9), misses: false)
        #expect(exposure.marks.map(\.units) == [9], "the clocks may be ten seconds apart")
    }

    // Found by the simulator: two units came back to the shop's shelf before one was added to it.
    @Test func `after a difference was added is more because of a cancellation, until no order explains it`() {
        func added() -> Exposure {
            var exposure = Exposure(units: 0)
            exposure.sends(1, expecting: 0)
            exposure.confirmed(3, during: Self.at(0)...Self.at(1), by: Self.at(1), isAdded: true)
            return exposure
        }
        var cancelled = added()
        #expect(cancelled.units == 1, "what came back is not the hub's yet either")
        cancelled.heard(-2, placedAt: nil, at: Self.at(5))
        #expect(cancelled.units == 3)
        cancelled.ordersAreKnown(until: Self.at(60), misses: false)
        #expect(cancelled.units == 3)
        var edited = added()
        edited.ordersAreKnown(until: Self.at(60), misses: false)
        #expect(edited.units == 3, "somebody typed it")
    }

    @Test func `is not kept when it tells nothing that is not known`() {
        var exposure = Exposure(units: 4)
        Self.see(4, at: 1, &exposure)
        #expect(exposure.marks.isEmpty)
        Self.see(3, at: 2, &exposure)
        Self.see(4, at: 3, &exposure)
        #expect(exposure.marks.map(\.units) == [3, 4], "what stood there after three did is news")
    }

    @Test func `keeps what was claimed at a moment that nobody knows: it may be from before the count`() {
        var exposure = Exposure(units: 9)
        Self.see(5, at: 1, &exposure)
        exposure.heard(2, placedAt: nil, at: Self.at(2))
        #expect(exposure.units == 7)
        #expect(exposure.marks == [Exposure.Mark(at: Self.at(1), units: 5, least: 3)])
        exposure.ordersAreKnown(until: Self.at(60), misses: true)
        #expect(exposure.units == 5 && exposure.knownUntil == Self.at(1))
        exposure.heard(1, placedAt: nil, at: Self.at(61))
        #expect(exposure.units == 5)
        exposure.heard(1, placedAt: Self.at(50), at: Self.at(61))
        #expect(exposure.units == 4, "that one is from after it")
    }

    @Test func `may lack all that was given back while it was under way, however often that was`() {
        var exposure = Exposure(units: 20)
        for second in Int64(1)...9 { exposure.heard(-1, placedAt: nil, at: Self.at(second)) }
        #expect(exposure.units == 29)
        // The two oldest are kept as one, and count as long as the later of them does.
        #expect(exposure.givenBack.map(\.units) == [2, 1, 1, 1, 1, 1, 1, 1])
        #expect(exposure.givenBack.first == Exposure.GivenBack(at: Self.at(2), units: 2))
        exposure.seen(0, during: Self.at(2)...Self.at(20), by: Self.at(20), mayHaveSold: false)
        #expect(exposure.marks == [Exposure.Mark(at: Self.at(20), units: 9)], "and it proves no edit")
        exposure.seen(0, during: Self.at(8)...Self.at(21), by: Self.at(21), mayHaveSold: false)
        #expect(exposure.marks.last == Exposure.Mark(at: Self.at(21), units: 2))
    }

    @Test func `lacks nothing that was given back too long ago, or later than now`() {
        var exposure = Exposure(units: 0)
        exposure.heard(-3, placedAt: nil, at: Self.at(0))
        exposure.heard(-1, placedAt: nil, at: Self.at(1_800))
        #expect(exposure.givenBack.map(\.units) == [3, 1], "half an hour")
        exposure.heard(-1, placedAt: nil, at: Self.at(1_801))
        #expect(exposure.givenBack.map(\.units) == [1, 1])
        // The clock was put back.
        exposure.heard(-2, placedAt: nil, at: Self.at(10))
        #expect(exposure.givenBack == [Exposure.GivenBack(at: Self.at(10), units: 2)])
        #expect(exposure.units == 7, "for sale they are all the same")
    }

    @Test func `counts as an edit when it is the confirmation of a set that nobody knows of`() {
        var exposure = Exposure(units: 3)
        exposure.confirmed(5, during: Self.at(0)...Self.at(1), by: Self.at(1))
        #expect(exposure.units == 3, "an order may explain it")
        exposure.ordersAreKnown(until: Self.at(60), misses: false)
        #expect(exposure.units == 5, "none did")
        exposure.refused()
        exposure.lost()
        #expect(exposure == Exposure(units: 5), "nothing is under way")
    }
}
