// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// A sellable article: what a SKU names. A product without options has one.
public struct Variant: Hashable, Sendable {
    public struct Option: Hashable, Sendable {
        public var name: String
        public var value: String
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
    public var id: ID<VariantKind>
    public var product: ID<ProductKind>
    public var sku: SKU
    public var gtin: GTIN?
    public var title: String
    public var options: [Option]
    public var price: Money?
    /// What kind of thing it is, in the merchant's own word or the first channel's; nil when nobody said.
    public var category: String?
    /// Sold as a whole, kept as its components: it has no stock of its own.
    public var isBundle: Bool
}

/// A variant that is about to be made.
public struct NewVariant: Hashable, Sendable {
    public var sku: SKU
    public var gtin: GTIN?
    public var title: String
    public var options: [Variant.Option]
    public var price: Money?
    public var category: String?
    /// For a bundle, what one of it takes; empty otherwise.
    public var components: [SKU: Int]

    public init(
        sku: SKU, gtin: GTIN? = nil, title: String, options: [Variant.Option] = [], price: Money? = nil, category: String? = nil,
        components: [SKU: Int] = [:]
    ) {
        self.sku = sku
        self.gtin = gtin
        self.title = title
        self.options = options
        self.price = price
        self.category = category
        self.components = components
    }
}
