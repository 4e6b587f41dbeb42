// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// How often the engine looks at things by itself.
public struct SyncPace: Sendable {
    /// Nil: as the channel's profile says.
    public var pollEvery: Span?
    /// The least time between two pushes of quantities to an account; nil: as soon as the channel's limits allow.
    public var pushEvery: Span?
    public var listingsEvery: Span
    public var subscriptionsEvery: Span
    /// How far back the first poll of a new account reaches.
    public var firstLook: Span

    public init(
        pollEvery: Span? = nil, pushEvery: Span? = nil, listingsEvery: Span = .hours(1), subscriptionsEvery: Span = .minutes(30), firstLook: Span = .days(1)
    ) {
        self.pollEvery = pollEvery
        self.pushEvery = pushEvery
        self.listingsEvery = listingsEvery
        self.subscriptionsEvery = subscriptionsEvery
        self.firstLook = firstLook
    }
}
