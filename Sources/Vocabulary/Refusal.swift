// SPDX-License-Identifier: Apache-2.0

/// Something a person (or another system) asked for that the hub declines, and why.
///
/// A refusal never says a sentence: it names a message of the catalog and the values that go into it, so that
/// every door can say it in its reader's language. Programming errors are `precondition`s and troubles of the
/// outside world are `ChannelFailure`s; neither is ever a `Refusal`.
public struct Refusal: Error, Hashable, Sendable {
    /// How a door should treat it: HTTP 422, 404, 409 or 403.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case invalid, notFound, conflict, forbidden
    }

    public var kind: Kind
    /// The key of the sentence in the message catalogs, such as `order.unknown`.
    public var message: String
    /// The values of the sentence, by name.
    public var values: [String: String]

    public init(_ kind: Kind, _ message: String, _ values: [String: String] = [:]) {
        self.kind = kind
        self.message = message
        self.values = values
    }
}

extension Refusal: CustomStringConvertible {
    /// For logs and the developer, not for a screen.
    public var description: String {
        let pairs = values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        return pairs.isEmpty ? "\(kind.rawValue): \(message)" : "\(kind.rawValue): \(message) (\(pairs))"
    }
}
