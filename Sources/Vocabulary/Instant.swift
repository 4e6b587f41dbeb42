// SPDX-License-Identifier: Apache-2.0

/// A moment in milliseconds since 1970-01-01T00:00:00Z. Rules never read a clock: moments are handed to them.
public struct Instant: Hashable, Comparable, Sendable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
    public init(seconds: Int64) { self.milliseconds = seconds * 1000 }

    public static let distantPast = Instant(milliseconds: 0)

    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }
    public static func + (instant: Instant, span: Span) -> Instant { Instant(milliseconds: instant.milliseconds + span.milliseconds) }
    public static func - (instant: Instant, span: Span) -> Instant { Instant(milliseconds: instant.milliseconds - span.milliseconds) }
    public static func - (later: Instant, earlier: Instant) -> Span { Span(milliseconds: later.milliseconds - earlier.milliseconds) }
    /// Whole seconds since 1970, rounded down.
    public var seconds: Int64 { milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000 }
}

/// A length of time in milliseconds.
public struct Span: Hashable, Comparable, Sendable {
    public var milliseconds: Int64
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
    public static func milliseconds(_ count: Int64) -> Span { Span(milliseconds: count) }
    public static func seconds(_ count: Int64) -> Span { Span(milliseconds: count * 1000) }
    public static func minutes(_ count: Int64) -> Span { .seconds(count * 60) }
    public static func hours(_ count: Int64) -> Span { .minutes(count * 60) }
    public static func days(_ count: Int64) -> Span { .hours(count * 24) }
    public static func < (left: Span, right: Span) -> Bool { left.milliseconds < right.milliseconds }
    public static func * (span: Span, count: Int64) -> Span { Span(milliseconds: span.milliseconds * count) }
    public static func + (left: Span, right: Span) -> Span { Span(milliseconds: left.milliseconds + right.milliseconds) }
}

/// Where the present moment comes from: the machine, a demo's faster clock, or a simulation.
public protocol TimeSource: Sendable {
    /// The present moment.
    func now() -> Instant
    /// Returns once `now()` has reached the moment, or throws `CancellationError`.
    func wait(until moment: Instant) async throws
    /// Says that something is under way that hardly takes time. A clock that is driven does not run far ahead of it; any
    /// other clock takes no notice. What is returned ends the hold.
    func hold() -> TimeHold
    func release(_ hold: TimeHold)
}

/// One piece of work that a driven clock has regard for.
public struct TimeHold: Hashable, Sendable {
    public var number: UInt64
    public init(number: UInt64) { self.number = number }
}

extension TimeSource {
    public func wait(_ span: Span) async throws { try await wait(until: now() + span) }
    public func hold() -> TimeHold { TimeHold(number: 0) }
    public func release(_ hold: TimeHold) {}
}
