// SPDX-License-Identifier: Apache-2.0

/// What a request to a channel is for.
public enum CallPurpose: String, Hashable, Sendable, CaseIterable {
    case signIn, test, subscriptions, listings, orders, order, action
    /// Setting quantities, and asking which stand there.
    case quantities, reading

    /// Of the request that the present task sends: a transport may look at it.
    @TaskLocal public static var current: CallPurpose?
}
