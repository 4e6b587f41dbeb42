// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import Testing
import Vocabulary

@Suite struct `The window of a poll` {
    private static let noon = Instant(iso: "2026-11-27T12:00:00Z")!
    private func window(_ cursor: Instant?, present: Instant, isTimeKnown: Bool = true) -> PollWindow {
        PollWindow(cursor: cursor, present: present, isTimeKnown: isTimeKnown, overlap: .minutes(2), firstLook: .hours(1))
    }

    @Test func `begins before the last one ended and ends in the channel's present`() {
        let window = window(Self.noon, present: Self.noon + .minutes(5))
        #expect(window.from == Self.noon - .minutes(2) && window.to == Self.noon + .minutes(5))
        #expect(window.reached(Self.noon + .minutes(5)) == Self.noon + .minutes(5))
    }

    @Test func `reaches no further than the answer's own time bears out`() {
        let ahead = window(Self.noon, present: Self.noon + .days(1))
        #expect(ahead.reached(Self.noon + .minutes(5)) == Self.noon + .minutes(5), "the hub's clock was set forward while it asked")
        let behind = window(Self.noon, present: Self.noon + .minutes(5))
        #expect(behind.reached(Self.noon + .days(1)) == Self.noon + .minutes(5), "no more was asked for")
    }

    @Test func `of the first look is taken again when it was another time's`() {
        let window = window(nil, present: Self.noon + .hours(1), isTimeKnown: false)
        #expect(window.from == Self.noon - .minutes(2))
        #expect(window.reached(Self.noon) == nil && window.reached(Self.noon + .hours(2)) == nil)
        #expect(window.reached(Self.noon + .hours(1)) == Self.noon + .hours(1))
    }

    @Test func `goes on from where it was when the hub's clock is behind and no answer told the time yet`() {
        let window = window(Self.noon, present: Self.noon - .days(1), isTimeKnown: false)
        #expect(window.from == Self.noon - .minutes(2) && window.to == Self.noon)
        #expect(window.reached(Self.noon + .minutes(5)) == Self.noon)
    }

    @Test func `goes back with a channel whose clock was a day ahead, and misses nothing of that day`() {
        let present = Self.noon + .minutes(5)
        let window = window(Self.noon + .days(1), present: present)
        #expect(window.from < present && window.to == present && window.reached(present) == present)
    }
}
