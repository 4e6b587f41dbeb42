// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// What went wrong outside: the channel, the network, or what it sent. The engine decides by the case whether to wait,
/// to sign in again, to ask a person, or to read back; the words are for the person who looks at it.
public enum ChannelFailure: Error, Hashable, Sendable {
    /// Too fast. The channel's own word on when to come back, where it gave one.
    case throttled(retryAfter: Span?)
    /// The access token is missing, wrong or over: sign in again and repeat.
    case unauthorized(String)
    /// The credentials are good but do not reach this far: a person has to grant something.
    case forbidden(String)
    /// The channel is down or answers nonsense for the moment (5xx, maintenance pages).
    case unavailable(String)
    /// Nothing came back, so whether it took effect is unknown.
    case lost(String)
    /// The host's address is none that this hub may connect to; whoever runs it can allow it.
    case offLimits(String)
    /// The channel will not do this, however often it is asked.
    case refused(String)
    case notFound(String)
    /// The answer or the message cannot be read.
    case unreadable(Unreadable)
}

/// Why a message of a channel cannot be taken in. Each case is an exception kind that a person sees by name.
public enum Unreadable: Error, Hashable, Sendable {
    case malformed(String)
    case missing(field: String)
    case negativeQuantity(field: String)
    case unknownCurrency(String)
    case badMoney(field: String, text: String)
    case badTime(field: String, text: String)
    case tooLarge(bytes: Int)

    /// The exception kind: stable, lower case, hyphens.
    public var name: String {
        switch self {
        case .malformed: "malformed-message"
        case .missing: "missing-field"
        case .negativeQuantity: "negative-quantity"
        case .unknownCurrency: "unknown-currency"
        case .badMoney: "bad-money"
        case .badTime: "bad-time"
        case .tooLarge: "message-too-large"
        }
    }

    /// What was wrong, for the person who mends it.
    public var detail: String {
        switch self {
        case .malformed(let why): why
        case .missing(let field): field
        case .negativeQuantity(let field): field
        case .unknownCurrency(let code): code
        case .badMoney(let field, let text), .badTime(let field, let text): "\(field): \(text)"
        case .tooLarge(let bytes): "\(bytes) bytes"
        }
    }
}
