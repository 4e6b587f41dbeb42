// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// The channel's own keys of one sellable article. Which of them a channel fills is its README's to say.
public struct ListingKey: Hashable, Sendable {
    public var product: String
    /// The key that order lines carry; unique in the account.
    public var variant: String
    /// What quantities are set on, where that is yet another key (Shopify's inventory item).
    public var stock: String
    public init(product: String, variant: String, stock: String) {
        self.product = product
        self.variant = variant
        self.stock = stock
    }
}

/// One sellable article as the channel shows it.
public struct ChannelListing: Hashable, Sendable {
    public var key: ListingKey
    public var sku: String?
    public var gtin: String?
    public var title: String
    /// The variant's options in order, such as size and colour; empty for a product without variants.
    public var options: [Option]
    /// What kind of thing it is, in the channel's words: a product type or its first category; nil when it has none.
    public var category: String?
    public var price: Money?
    /// What the channel shows as available now; nil when it keeps no count of it.
    public var quantity: Int?
    /// Shown to buyers.
    public var isActive: Bool
    /// The channel's own warehouse ships it (FBA): its quantity is the channel's, not ours to set.
    public var isFulfilledByChannel: Bool
    public var changedAt: Instant?

    public struct Option: Hashable, Sendable {
        public var name: String
        public var value: String
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(
        key: ListingKey, sku: String?, gtin: String? = nil, title: String, options: [Option] = [], category: String? = nil, price: Money? = nil,
        quantity: Int? = nil,
        isActive: Bool = true, isFulfilledByChannel: Bool = false, changedAt: Instant? = nil
    ) {
        self.key = key
        self.sku = sku
        self.gtin = gtin
        self.title = title
        self.options = options
        self.category = category
        self.price = price
        self.quantity = quantity
        self.isActive = isActive
        self.isFulfilledByChannel = isFulfilledByChannel
        self.changedAt = changedAt
    }
}

/// A quantity to be shown at the channel.
public struct QuantityPush: Hashable, Sendable {
    public var key: ListingKey
    public var sku: String
    public var quantity: Quantity
    /// What stands there now as far as we know: channels with compare-and-set refuse when something else stands there, channels with deltas
    /// move by the difference to it. Nil: set it whatever stands there; a channel with deltas cannot and answers `.stale`.
    public var expected: Int?
    public init(key: ListingKey, sku: String, quantity: Quantity, expected: Int? = nil) {
        self.key = key
        self.sku = sku
        self.quantity = quantity
        self.expected = expected
    }
}

/// What became of one push.
public struct QuantityOutcome: Hashable, Sendable {
    public enum Result: Hashable, Sendable {
        case acknowledged
        /// Something else stands there (its value, where the channel said): nothing was changed.
        case stale(actual: Int?)
        /// This one will not be taken, however often it is sent: shown to a person.
        case refused(String)
        /// This one failed for the moment.
        case failed(String)
    }
    public var key: ListingKey
    /// What was asked for; of an acknowledged delta the count that stands there now, and zero where the channel's own is below nothing.
    public var quantity: Quantity
    public var result: Result
    public init(key: ListingKey, quantity: Quantity, result: Result) {
        self.key = key
        self.quantity = quantity
        self.result = result
    }
}
