// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Testing
import Vocabulary

@Suite struct `A rate bucket` {
    private let start = Instant(seconds: 1_000)
    private let limit = RateLimit("default", pointsPerSecond: 2, burst: 40)

    @Test func `is full at first, gives what it has and then makes one wait`() {
        var bucket = RateBucket(limit, at: start)
        for _ in 0..<40 { #expect(bucket.take(1, at: start) == nil) }
        #expect(bucket.take(1, at: start) == .milliseconds(500))
        // A fraction is rounded up: rather a millisecond late than too early.
        #expect(bucket.take(1, at: start + .milliseconds(499)).map { $0 <= .milliseconds(2) } == true)
        #expect(bucket.take(1, at: start + .milliseconds(500)) == nil)
    }

    @Test func `never holds more than its burst, however long it rests`() {
        var bucket = RateBucket(limit, at: start)
        #expect(bucket.take(40, at: start + .days(365)) == nil)
        #expect(bucket.take(1, at: start + .days(365)) == .milliseconds(500))
        bucket.giveBack(1_000)
        #expect(bucket.points == 40)
    }

    @Test func `lets through what is larger than itself once it is full`() {
        var bucket = RateBucket(limit, at: start)
        #expect(bucket.take(1_000, at: start) == nil)
        #expect(bucket.take(1_000, at: start) == .seconds(20))
        #expect(bucket.take(1_000, at: start + .seconds(20)) == nil)
    }

    @Test func `never gives more than burst and rate allow, and its word on waiting holds`() {
        for seed in UInt64(1)...20 {
            var chance = SplitMix64(seed: seed)
            let limit = RateLimit(
                "x", pointsPerSecond: Double(chance.number(in: 1...500)) / 10, burst: Double(chance.number(in: 1...100))
            )
            var bucket = RateBucket(limit, at: start)
            var now = start
            var given = 0.0
            for _ in 0..<500 {
                let wanted = Double(chance.number(in: 1...120)) / 4
                if let wait = bucket.take(wanted, at: now) {
                    #expect(wait > .milliseconds(0), "seed \(seed)")
                    now = now + wait
                    #expect(bucket.take(wanted, at: now) == nil, "seed \(seed)")
                }
                given += min(wanted, limit.burst)
                let allowed = limit.burst + Double((now - start).milliseconds) / 1000 * limit.pointsPerSecond
                #expect(given <= allowed + 0.01, "seed \(seed)")
                #expect(bucket.points > -0.001 && bucket.points <= limit.burst)
                now = now + .milliseconds(Int64(chance.number(in: 0...400)))
            }
        }
    }

    @Test func `gains nothing from a clock that goes back`() {
        var bucket = RateBucket(limit, at: start)
        _ = bucket.take(40, at: start)
        #expect(bucket.take(1, at: start - .hours(1)) == .milliseconds(500))
        #expect(bucket.take(1, at: start + .milliseconds(500)) == nil)
    }

    @Test func `believes the channel when it says that less is left, never that more is`() {
        var bucket = RateBucket(limit, at: start)
        bucket.adopt(RateReading(limit: "default", left: 3), at: start)
        #expect(bucket.points == 3)
        bucket.adopt(RateReading(limit: "default", left: 30), at: start)
        #expect(bucket.points == 3)
        bucket.adopt(RateReading(limit: "default", pointsPerSecond: 10, burst: 2), at: start)
        #expect(bucket.points == 2)
        #expect(bucket.limit == RateLimit("default", pointsPerSecond: 10, burst: 2))
        bucket.adopt(RateReading(limit: "default", pointsPerSecond: 0, burst: -1), at: start)
        #expect(bucket.limit == RateLimit("default", pointsPerSecond: 10, burst: 2))
    }

    @Test func `makes nobody wait longer than a day, even at a rate next to nothing`() {
        var bucket = RateBucket(RateLimit("x", pointsPerSecond: 1e-300, burst: 1), at: start)
        _ = bucket.take(1, at: start)
        #expect(bucket.take(1, at: start) == .days(1))
        var stopped = RateBucket(RateLimit("x", pointsPerSecond: 0, burst: 1), at: start)
        _ = stopped.take(1, at: start)
        #expect(stopped.take(1, at: start) == .hours(1))
    }
}
