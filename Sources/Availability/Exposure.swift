// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// The most units of a listing that its channel may still sell without the hub having heard of it.
///
/// Let Q be what the channel may still sell and U what it sold and we have not heard of. A sale moves a unit from Q to U; hearing of it takes
/// it out of U. So Q + U changes only by what we hear and by what we set, and a figure that follows both is never too small:
/// - hearing of a claim takes it off, hearing of a cancellation puts it back;
/// - a set with compare replaced exactly what was compared, or did nothing: Q + U moves by the difference;
/// - a blind set replaced nobody knows what, perhaps nothing: Q + U grows by at most all of what was set;
/// - a count that surely stood there at a moment is all there is, once every order up to that moment is known (`Mark`).
///
/// It holds while nobody but us and the buyers changes the count at the channel: an edit there is counted once it was seen and the orders up to
/// then, which might explain it by a cancellation, are known.
public struct Exposure: Hashable, Sendable {
    /// What stood there for sure at a moment, carried on: as soon as all orders up to the moment are known, no more than `units` may be sold unheard.
    public struct Mark: Hashable, Sendable {
        public var at: Instant
        public var units: Int
        /// No fewer may be sold, whatever was heard since; nil when a set was sent since, or when units may have gone since it was asked for.
        public var least: Int?
        public init(at: Instant, units: Int, least: Int? = nil) {
            self.at = at
            self.units = units
            self.least = least
        }
    }

    /// A set that was sent and not answered.
    public struct UnderWay: Hashable, Sendable {
        public var quantity: Int
        /// What was compared with; nil for a blind set.
        public var expected: Int?
        /// Units that were heard of since it was sent: they may have been sold of what it set.
        public var heard: Int
        public init(quantity: Int, expected: Int?, heard: Int = 0) {
            self.quantity = quantity
            self.expected = expected
            self.heard = heard
        }
        /// Units by which it may raise what is sold unheard, from the moment it is sent.
        var adds: Int { max(0, quantity - (expected ?? 0)) }
        /// Units by which it changes it, once it surely took effect.
        var change: Int { quantity - (expected ?? 0) }
    }

    /// Units that the hub heard were given back, and when it heard of it: a count that was under way then may lack them.
    public struct GivenBack: Hashable, Sendable {
        public var at: Instant
        public var units: Int
        public init(at: Instant, units: Int) {
            self.at = at
            self.units = units
        }
    }

    /// Nil: nothing was ever known for sure of what stands there.
    public private(set) var units: Int?
    public private(set) var underWay: UnderWay?
    /// Oldest first.
    public private(set) var marks: [Mark]
    /// Up to when the orders are known that `units` rests on, where one may be missing; nil where none can.
    public private(set) var knownUntil: Instant?
    /// Oldest first, those of late.
    public private(set) var givenBack: [GivenBack]

    /// More are not kept: they are chances to know more exactly, not duties.
    public static let marksMax = 6
    /// No count is under way for longer.
    static let underWayMax = Span.minutes(30)
    static let givenBackMax = 8
    /// How far the clocks of a channel and of the hub may be apart.
    public static let clockMargin = Span.seconds(10)

    public init(
        units: Int? = nil, underWay: UnderWay? = nil, marks: [Mark] = [], knownUntil: Instant? = nil, givenBack: [GivenBack] = []
    ) {
        self.units = units
        self.givenBack = givenBack
        self.knownUntil = knownUntil
        self.underWay = underWay
        self.marks = marks
    }

    /// A set leaves. One before it that was never answered stays counted: it may have taken effect.
    public mutating func sends(_ quantity: Int, expecting expected: Int?) {
        let set = UnderWay(quantity: quantity, expected: expected)
        move(by: set.adds)
        for place in marks.indices { marks[place].least = nil }
        underWay = set
    }

    /// The channel confirmed the set; what it set stood there for sure no later than the moment.
    /// - Parameters:
    ///   - window: from when it left to now, by the hub's clock.
    ///   - isAdded: the difference was added to whatever stood there, and `quantity` is what came of it.
    ///   - comingBack: units that the channel is yet to put back, or has just put back, on our word; heard of already.
    public mutating func confirmed(
        _ quantity: Int, during window: ClosedRange<Instant>, by moment: Instant, isAdded: Bool = false, comingBack: Int = 0
    ) {
        let heard = underWay?.heard ?? 0
        if let underWay, underWay.expected != nil {
            move(by: underWay.change - underWay.adds)
            // More stood there than may be sold: a cancellation or an edit that we have not heard of. What a difference was added to may be that too,
            // and is told apart as any count is that was read.
            if !isAdded { units = units.map { max($0, quantity - heard) } }
        }
        underWay = nil
        mark(quantity, at: moment, least: quantity - heard, comingBack + givenBack(in: window))
    }

    /// The set surely did nothing.
    public mutating func refused() {
        if let underWay { move(by: -underWay.adds) }
        underWay = nil
    }

    /// Nobody knows whether the set took effect, and it will not do so any more.
    public mutating func lost() { underWay = nil }

    /// The hub heard of units that buyers claimed, or, negative, gave back.
    /// - Parameters:
    ///   - placedAt: when they were claimed, by the channel's clock; nil when nobody knows.
    ///   - now: by the hub's clock.
    public mutating func heard(_ claimed: Int, placedAt: Instant?, at now: Instant) {
        // A claim from before a count is not in it. Units given back may stand there again.
        func isAfter(_ moment: Instant) -> Bool { claimed < 0 || placedAt.map { $0 > moment + Self.clockMargin } ?? false }
        if knownUntil.map(isAfter) ?? true { units = units.map { $0 - claimed } }
        for place in marks.indices where isAfter(marks[place].at) { marks[place].units -= claimed }
        for place in marks.indices { marks[place].least = marks[place].least.map { $0 - max(0, claimed) } }
        underWay?.heard += max(0, claimed)
        givenBack.removeAll { $0.at + Self.underWayMax < now || $0.at > now }
        if claimed < 0 { givenBack.append(GivenBack(at: now, units: -claimed)) }
        if givenBack.count > Self.givenBackMax { mergeOldest() }
    }

    /// As if both were heard of when the later was.
    private mutating func mergeOldest() {
        let oldest = givenBack.removeFirst()
        givenBack[0].units += oldest.units
    }

    /// What a clock that was wrong dated later than now is not of the window.
    private func givenBack(in window: ClosedRange<Instant>) -> Int { givenBack.filter { window.contains($0.at) }.reduce(0) { $0 + $1.units } }

    /// A count was read at the channel while no set was under way.
    /// - Parameter mayHaveSold: units were heard of since it was asked for, which may have gone since.
    public mutating func seen(
        _ quantity: Int, during window: ClosedRange<Instant>, by moment: Instant, mayHaveSold: Bool, comingBack: Int = 0
    ) {
        mark(quantity, at: moment, least: mayHaveSold ? nil : quantity, comingBack + givenBack(in: window))
    }

    /// Buyers do not find it any more since the moment at the latest: what it sold before is known with its orders.
    public mutating func withdrawn(by moment: Instant) { mark(0, at: moment, least: nil, 0) }

    /// Every order up to the moment, by the channel's clock, is in the book.
    /// - Parameter misses: an order that changed since may be missing all the same, and be heard of later.
    public mutating func ordersAreKnown(until moment: Instant, misses: Bool) {
        guard let place = marks.lastIndex(where: { $0.at + Self.clockMargin <= moment }) else { return }
        let settled = marks[...place]
        if let last = settled.last, last.units < units ?? .max {
            units = last.units
            knownUntil = misses ? last.at : nil
        }
        // More stood there than may be sold, and no order explains it: somebody changed it.
        for mark in settled { if let least = mark.least, let known = units, least > known { units = max(known, mark.units) } }
        marks.removeSubrange(...place)
    }

    private mutating func move(by change: Int) {
        units = units.map { $0 + change }
        for place in marks.indices { marks[place].units += change }
    }

    private mutating func mark(_ quantity: Int, at moment: Instant, least: Int?, _ comingBack: Int) {
        let most = quantity + (underWay?.adds ?? 0) + comingBack
        // A mark that can never tell more than is known is not worth its room.
        if let units, units == most, marks.isEmpty { return }
        marks.append(Mark(at: moment, units: most, least: underWay == nil && comingBack == 0 ? least : nil))
        if marks.count > Self.marksMax { marks.remove(at: marks.count - 2) }
    }
}
