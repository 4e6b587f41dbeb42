// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// One request and how to read its answer: everything a connector has to say about a call, without making it.
///
/// The engine sends the request when the budget allows, hands the answer to `read` and does what the `Reply` says.
/// `read` is a pure function: it may be run again on a recorded answer.
public struct Exchange<Output: Sendable>: Sendable {
    public var request: HTTPRequest
    /// What the call takes from which of the channel's rate limits.
    public var cost: Cost
    /// Whether sending it a second time does no harm. When false, a lost answer is settled by reading back.
    public var isRepeatable: Bool
    /// What the engine is to remember for the account from the answer before this request on, for a quarter of an hour at most: it comes back in `Access.note`.
    /// Never a secret; the connector must do right without it, and find out when it is wrong.
    public var note: String?
    public var read: @Sendable (HTTPResponse) throws(ChannelFailure) -> Reply<Output>

    public init(
        _ request: HTTPRequest, cost: Cost = Cost(), isRepeatable: Bool = true,
        read: @escaping @Sendable (HTTPResponse) throws(ChannelFailure) -> Reply<Output>
    ) {
        self.request = request
        self.cost = cost
        self.isRepeatable = isRepeatable
        self.read = read
    }

    /// The same exchange with its outcome put in other words.
    public func map<Other: Sendable>(_ change: @escaping @Sendable (Output) throws(ChannelFailure) -> Other) -> Exchange<Other> {
        var other = Exchange<Other>(request, cost: cost, isRepeatable: isRepeatable) { response throws(ChannelFailure) in
            try read(response).map(change)
        }
        other.note = note
        return other
    }
}

/// What follows from an answer.
public indirect enum Reply<Output: Sendable>: Sendable {
    case done(Output)
    /// A part of the outcome, to be stored before the next request is made.
    case page(Output, next: Exchange<Output>)
    /// Nothing yet: another request is needed first.
    case then(Exchange<Output>)
    /// Nothing yet: ask again after this long (a job that runs at the channel).
    case wait(Span, then: Exchange<Output>)

    func map<Other: Sendable>(_ change: @escaping @Sendable (Output) throws(ChannelFailure) -> Other) throws(ChannelFailure) -> Reply<Other> {
        switch self {
        case .done(let output): .done(try change(output))
        case .page(let output, let next): .page(try change(output), next: next.map(change))
        case .then(let next): .then(next.map(change))
        case .wait(let span, let next): .wait(span, then: next.map(change))
        }
    }
}

/// What a call takes from a rate limit.
public struct Cost: Hashable, Sendable {
    /// The name of one of the channel's `RateLimit`s.
    public var limit: String
    public var points: Double
    public init(_ limit: String = "default", points: Double = 1) {
        self.limit = limit
        self.points = points
    }
}

/// A leaky bucket of the channel: `burst` points at most, refilled at `pointsPerSecond`.
public struct RateLimit: Hashable, Sendable {
    public var name: String
    public var pointsPerSecond: Double
    public var burst: Double
    public init(_ name: String, pointsPerSecond: Double, burst: Double) {
        self.name = name
        self.pointsPerSecond = pointsPerSecond
        self.burst = burst
    }
}

/// What an answer said about a limit, so that the engine's picture of it follows the channel's.
public struct RateReading: Hashable, Sendable {
    public var limit: String
    /// Points left now, where the answer said so.
    public var left: Double?
    public var pointsPerSecond: Double?
    public var burst: Double?
    public init(limit: String, left: Double? = nil, pointsPerSecond: Double? = nil, burst: Double? = nil) {
        self.limit = limit
        self.left = left
        self.pointsPerSecond = pointsPerSecond
        self.burst = burst
    }
}
