// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// How much of what is available a channel account may show.
public struct PublishRule: Hashable, Sendable {
    /// Units kept back.
    public var buffer: Int
    /// The most that is ever shown; nil for no limit.
    public var cap: Int?
    /// Nothing is sent while paused; what stands at the channel stays.
    public var isPaused: Bool

    public init(buffer: Int = 0, cap: Int? = nil, isPaused: Bool = false) {
        self.buffer = buffer
        self.cap = cap
        self.isPaused = isPaused
    }

    /// Available less the buffer, never more than the cap, never less than nothing.
    public func quantity(ofAvailable units: Int) -> Quantity {
        Quantity(clamping: min(units - buffer, cap ?? .max))
    }
}

/// What may be promised of a variant at the locations of an account.
public enum AvailableToPromise {
    /// Free units at these locations less what is short of the variant there: what comes in next is already promised.
    /// One location's trouble never takes from another's stock, because a location is never below zero.
    public static func units(free: [ID<LocationKind>: Int], short: Int, locations: [ID<LocationKind>]) -> Int {
        max(0, locations.reduce(0) { $0 + max(0, free[$1] ?? 0) } - short)
    }
}
