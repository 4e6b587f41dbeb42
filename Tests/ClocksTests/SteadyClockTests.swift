// SPDX-License-Identifier: Apache-2.0

import Clocks
import Synchronization
import Testing
import Vocabulary

/// A machine with two clocks: one that anybody can set, and one that nobody can.
private final class Machine: Sendable {
    private let state = Mutex((day: Int64(1_000_000_000), steady: Int64(0)))
    func pass(_ span: Span) {
        state.withLock { state in
            state.day += span.milliseconds * 1000
            state.steady += span.milliseconds * 1000
        }
    }
    func set(by span: Span) { state.withLock { $0.day += span.milliseconds * 1000 } }
    var day: Instant { Instant(milliseconds: state.withLock { $0.day } / 1000) }
    var steady: Int64 { state.withLock { $0.steady } }
    func clock() -> SteadyClock { SteadyClock(timeOfDay: { self.day }, steady: { self.steady }) }
}

@Suite struct `The clock that a process lives by` {
    @Test func `shows the time of day while nobody sets it`() {
        let machine = Machine()
        let clock = machine.clock()
        for _ in 0..<100 {
            machine.pass(.milliseconds(37))
            #expect(clock.now() == machine.day)
        }
    }

    @Test(arguments: [Span.seconds(1), .hours(1), .days(1)]) func `follows at once when it is set forward`(span: Span) {
        let machine = Machine()
        let clock = machine.clock()
        machine.set(by: span)
        #expect(clock.now() == machine.day)
    }

    @Test(arguments: [Span.seconds(1), .hours(1), .days(1)]) func `goes a tenth slower, and never back, until a clock that was set back has caught up`(
        span: Span
    ) {
        let machine = Machine()
        let clock = machine.clock()
        let before = clock.now()
        machine.set(by: span * -1)
        #expect(clock.now() == before)
        machine.pass(.minutes(10))
        #expect(clock.now() == max(machine.day, before + .minutes(9)))
        machine.pass(span * 10)
        #expect(clock.now() == machine.day)
    }

    @Test(arguments: [UInt64(1), 2, 3, 4]) func `never goes back and never stands still, whatever is done to the time of day`(seed: UInt64) {
        var chance = SplitMix64(seed: seed)
        let machine = Machine()
        let clock = machine.clock()
        var last = clock.now()
        for _ in 0..<2_000 {
            if chance.chance(perMillion: 100_000) { machine.set(by: .milliseconds(Int64(chance.number(in: 0...200_000_000)) - 100_000_000)) }
            let gone = Span.milliseconds(Int64(chance.number(in: 2...60_000)))
            machine.pass(gone)
            let now = clock.now()
            #expect(now >= last + .milliseconds(gone.milliseconds / 10 * 9 - 1) && now >= machine.day)
            last = now
        }
    }
}
