// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// One offer on one channel account and the variant it stands for.
public struct Listing: Hashable, Sendable {
    public enum Mapping: String, Hashable, Sendable {
        /// Nobody knows what it is: its orders wait for a person.
        case none
        /// Found by its SKU.
        case sku
        /// Set by a person; a later look at the channel never changes it.
        case hand
    }
    public var id: ID<ListingKind>
    public var account: ID<AccountKind>
    public var productKey: String
    public var variantKey: String
    public var stockKey: String
    public var sku: String?
    public var title: String
    public var gtin: String?
    public var price: Money?
    public var variant: ID<VariantKind>?
    public var mapping: Mapping
    public var isActive: Bool
    /// The channel's own warehouse ships it: its quantity is not ours to set.
    public var isFulfilledByChannel: Bool
    /// The channel keeps a count of it.
    public var keepsCount: Bool

    /// Whether its quantity is ours to set: not the channel's own warehouse, counted, and shown to buyers.
    public var isPublishable: Bool { !isFulfilledByChannel && keepsCount && isActive }
}

/// What was seen of a listing at the channel.
public struct SeenListing: Hashable, Sendable {
    public var productKey: String
    public var variantKey: String
    public var stockKey: String
    public var sku: String?
    public var title: String
    public var gtin: String?
    public var price: Money?
    public var options: [Variant.Option]
    /// What kind of thing the channel says it is.
    public var category: String?
    public var isActive: Bool
    public var isFulfilledByChannel: Bool
    public var keepsCount: Bool

    public init(
        productKey: String, variantKey: String, stockKey: String, sku: String?, title: String, gtin: String?, price: Money?,
        options: [Variant.Option], category: String? = nil,
        isActive: Bool, isFulfilledByChannel: Bool, keepsCount: Bool
    ) {
        self.productKey = productKey
        self.variantKey = variantKey
        self.stockKey = stockKey
        self.sku = sku
        self.title = title
        self.gtin = gtin
        self.price = price
        self.options = options
        self.category = category
        self.isActive = isActive
        self.isFulfilledByChannel = isFulfilledByChannel
        self.keepsCount = keepsCount
    }

    /// As of a listing that is known.
    public var isPublishable: Bool { !isFulfilledByChannel && keepsCount && isActive }
}
