// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// How often the engine looks at things by itself.
public struct SyncPace: Sendable {
    /// Nil: as the channel's profile says.
    public var pollEvery: Span?
    /// The least time between two rounds of changed quantities to an account; nil: as soon as the channel's limits allow.
    /// A listing's first quantity never waits.
    public var pushEvery: Span?
    public var listingsEvery: Span
    public var subscriptionsEvery: Span
    /// How often the list of accounts is looked at for what another process (`tributary channel add`) changed; nil: never.
    public var accountsEvery: Span?
    /// How far back the first poll of a new account reaches.
    public var firstLook: Span
    /// The `Date` of a channel's answers is in the time that the hub lives in: so everywhere but in a demo that is faster than its machine.
    public var channelsTellTime: Bool

    public init(
        pollEvery: Span? = nil, pushEvery: Span? = nil, listingsEvery: Span = .hours(1), subscriptionsEvery: Span = .minutes(30),
        accountsEvery: Span? = .seconds(2), firstLook: Span = .days(1), channelsTellTime: Bool = true
    ) {
        self.pollEvery = pollEvery
        self.pushEvery = pushEvery
        self.listingsEvery = listingsEvery
        self.subscriptionsEvery = subscriptionsEvery
        self.accountsEvery = accountsEvery
        self.firstLook = firstLook
        self.channelsTellTime = channelsTellTime
    }
}
