// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Something a channel told us, from a webhook or a poll: the same value whichever way it came.
public enum ChannelFact: Hashable, Sendable {
    case order(ChannelOrder)
    /// A refund that came without its order.
    case refund(orderID: String, ChannelRefund)
    case shipment(orderID: String, ChannelShipment)
    /// The channel no longer has the order (WooCommerce's trash). It says nothing about stock: a person decides.
    case orderDeleted(orderID: String)
    /// The message is too thin to act on: read the order again.
    case orderChanged(orderID: String)
    case listing(ChannelListing)
    case listingDeleted(variant: String)
    /// The channel's own figure of a listing, by its `ListingKey.stock`.
    case quantity(stock: String, quantity: Int, at: Instant)
    /// The merchant threw us out: the credentials are dead.
    case disconnected
}

/// A webhook whose signature has been found right, not yet looked into.
public struct WebhookDelivery: Hashable, Sendable {
    /// What tells a repetition from a new message; unique in the account for ever.
    public var key: String
    public var topic: String
    /// Nothing is to be stored: a ping, say.
    public var isEmpty: Bool
    public init(key: String, topic: String, isEmpty: Bool = false) {
        self.key = key
        self.topic = topic
        self.isEmpty = isEmpty
    }
}

/// Why a webhook is turned away at the door.
public enum WebhookRefusal: Error, Hashable, Sendable {
    /// 401: no signature, or one that is not ours.
    case badSignature
    /// 400: a header that must be there is not.
    case missingHeader(String)
    /// 404: this channel sends no webhooks.
    case unsupported
}
