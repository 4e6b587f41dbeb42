// SPDX-License-Identifier: Apache-2.0

public import ChannelKit

/// Carries a request to a channel and brings the answer back. The one place where the engine meets the network.
public protocol Transport: Sendable {
    /// Throws `.lost` when no whole answer came back in time, whatever the reason, and `.unavailable` when the request surely
    /// never left; `.offLimits` when it was not sent, because the hub may not connect to where its host is.
    func send(_ request: HTTPRequest) async throws(ChannelFailure) -> HTTPResponse
}
