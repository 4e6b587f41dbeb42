// SPDX-License-Identifier: Apache-2.0

import ChannelKit
public import Vocabulary

/// What a poll asks a channel's orders for, and up to when the answer makes them known; all in the channel's time.
public struct PollWindow: Hashable, Sendable {
    public let from: Instant
    public let to: Instant
    private let isTimeKnown: Bool
    private let isFirst: Bool

    /// - Parameters:
    ///   - cursor: up to when the orders were asked for before; nil for the first time.
    ///   - present: the latest moment that the channel tells of, as far as it is known now.
    ///   - isTimeKnown: an answer told what time it is there. Until then the hub's clock stands for it, and may be wrong; but the channel's was
    ///     once as late as the cursor.
    public init(cursor: Instant?, present: Instant, isTimeKnown: Bool, overlap: Span, firstLook: Span) {
        let to = isTimeKnown ? present : max(present, cursor ?? present)
        // A cursor beyond the present is of a clock that was wrong: what is stamped with the right time must not be missed.
        from = (cursor.map { min($0, to) } ?? to - firstLook) - overlap
        self.to = to
        self.isTimeKnown = isTimeKnown
        isFirst = cursor == nil
    }

    /// The new cursor. Nil: only now it is known what time it is there, and the first look was at another time.
    /// - Parameter present: the same as at the beginning, for the moment at which the poll began, by what the answers said.
    public func reached(_ present: Instant) -> Instant? {
        let isOther = present + Self.margin < to || to + Self.margin < present
        if isFirst, !isTimeKnown, isOther { return nil }
        return min(to, present)
    }

    private static let margin = Span.minutes(1)
}
