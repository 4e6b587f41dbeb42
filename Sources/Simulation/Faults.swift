// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// What goes wrong on the way between shops and hub, and how often: chances in a million for each request or message.
public struct Faults: Hashable, Sendable {
    /// The request never reaches the shop, and nobody says so.
    public var lostBefore = 0
    /// The shop does what was asked, and its answer never comes.
    public var lostAfter = 0
    /// Nothing listens.
    public var refused = 0
    /// A proxy before the shop answers 503.
    public var unavailable = 0
    /// A proxy before the shop answers 429.
    public var throttled = 0
    /// The shop takes the token for an old one: 401.
    public var expired = 0
    /// A message that never comes.
    public var lostMessage = 0
    /// A message that comes twice, or more often.
    public var doubledMessage = 0
    /// A message that is late, by up to `lateness`.
    public var lateMessage = 0
    public var lateness = Span.minutes(10)
    /// How long a request is under way in each direction, at most.
    public var latency = Span.milliseconds(400)

    public init() {}

    /// Each kind of fault is there or not in a run, and more or less often: some runs have one kind alone.
    public static func swarm(_ chance: inout SplitMix64) -> Faults {
        var faults = Faults()
        func rate(_ most: Int) -> Int { chance.chance(perMillion: 350_000) ? chance.number(in: 1...most) : 0 }
        faults.lostBefore = rate(60_000)
        faults.lostAfter = rate(60_000)
        faults.refused = rate(100_000)
        faults.unavailable = rate(100_000)
        faults.throttled = rate(100_000)
        faults.expired = rate(50_000)
        faults.lostMessage = rate(300_000)
        faults.doubledMessage = rate(300_000)
        faults.lateMessage = rate(500_000)
        faults.lateness = .seconds(Int64(chance.number(in: 1...3_600)))
        faults.latency = .milliseconds(Int64(chance.number(in: 20...5_000)))
        return faults
    }

    /// What becomes of one request.
    enum Fate: Hashable, Sendable {
        case arrives, lostBefore, lostAfter, refused
        case answered(Int)
    }

    func fate(_ chance: inout SplitMix64) -> Fate {
        let kinds: [(Int, Fate)] = [
            (lostBefore, .lostBefore), (lostAfter, .lostAfter), (refused, .refused), (unavailable, .answered(503)), (throttled, .answered(429)),
            (expired, .answered(401)),
        ]
        for (rate, fate) in kinds where rate > 0 && chance.chance(perMillion: rate) { return fate }
        return .arrives
    }

    /// How late each copy of a message that comes is; none when it is lost.
    func deliveries(_ chance: inout SplitMix64) -> [Span] {
        if lostMessage > 0, chance.chance(perMillion: lostMessage) { return [] }
        let copies = doubledMessage > 0 && chance.chance(perMillion: doubledMessage) ? chance.number(in: 2...4) : 1
        return (0..<copies).map { _ in
            let late = lateMessage > 0 && chance.chance(perMillion: lateMessage) ? chance.number(in: 0...Int(lateness.milliseconds)) : 0
            return Span.milliseconds(Int64(late + chance.number(in: 5...max(6, Int(latency.milliseconds)))))
        }
    }

    func delay(_ chance: inout SplitMix64) -> Span { .milliseconds(Int64(chance.number(in: 1...max(2, Int(latency.milliseconds))))) }
}
