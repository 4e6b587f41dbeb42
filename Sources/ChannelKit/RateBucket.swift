// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// A leaky bucket as the channels describe theirs. Used by the engine to keep within a limit and by the twins to enforce it.
public struct RateBucket: Hashable, Sendable {
    public private(set) var limit: RateLimit
    public private(set) var points: Double
    private var asOf: Instant

    /// A full bucket.
    public init(_ limit: RateLimit, at now: Instant) {
        self.limit = limit
        points = limit.burst
        asOf = now
    }

    private mutating func refill(at now: Instant) {
        guard now > asOf else { return }
        points = min(limit.burst, points + Double((now - asOf).milliseconds) / 1000 * limit.pointsPerSecond)
        asOf = now
    }

    /// Takes the points, or leaves the bucket as it was and tells how long to wait for them. More than the bucket can ever hold waits for a full one.
    public mutating func take(_ wanted: Double, at now: Instant) -> Span? {
        refill(at: now)
        let wanted = min(wanted, limit.burst)
        if let wait = wait(for: wanted) { return wait }
        points -= wanted
        return nil
    }

    /// How long until so many points, for several calls together, will have come in; nil when they are there now.
    public mutating func wait(for wanted: Double, at now: Instant) -> Span? {
        refill(at: now)
        return wait(for: wanted)
    }

    private func wait(for wanted: Double) -> Span? {
        // A hair of slack: refills are sums of fractions.
        guard points + 1e-6 < wanted else { return nil }
        guard limit.pointsPerSecond > 0 else { return .hours(1) }
        // A day is longer than any channel makes one wait, and a rate next to nothing must not overflow.
        let milliseconds = min(((wanted - points) / limit.pointsPerSecond * 1000).rounded(.up), 86_400_000)
        return .milliseconds(Int64(milliseconds))
    }

    /// Gives points back that a call did not need.
    public mutating func giveBack(_ spare: Double) { points = min(limit.burst, points + spare) }

    /// Takes over what the channel said of its own bucket.
    public mutating func adopt(_ reading: RateReading, at now: Instant) {
        refill(at: now)
        if let rate = reading.pointsPerSecond, rate > 0 { limit.pointsPerSecond = rate }
        if let burst = reading.burst, burst > 0 { limit.burst = burst }
        if let left = reading.left { points = min(points, left) }
        points = min(points, limit.burst)
    }
}
