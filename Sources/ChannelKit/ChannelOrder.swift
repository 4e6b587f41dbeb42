// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// An order as the channel showed it at one moment. Newer versions replace older ones; what it says of refunds and
/// shipments only ever adds to what is known.
public struct ChannelOrder: Hashable, Sendable {
    public enum Payment: String, Hashable, Sendable, CaseIterable {
        /// Not paid yet, or not known (Amazon's `Pending`): units are held for it, but it is not to be shipped.
        case pending
        /// The buyer's bank has promised the money.
        case authorized
        case paid
        case partiallyRefunded, refunded
        /// The promise was given back; there will be no money.
        case voided
    }

    /// The channel's own key of the order, as text whatever it was.
    public var externalID: String
    /// What buyer and merchant call it (`#1001`).
    public var number: String
    /// When the channel last changed it. Together with `revision` it decides which of two snapshots is newer.
    public var changedAt: Instant
    /// Breaks ties of `changedAt` where the channel counts its changes or moves through states in one second.
    public var revision: Int
    public var placedAt: Instant
    public var payment: Payment
    /// When it was cancelled as a whole; nil while it stands. A later snapshot may take a cancellation back.
    public var cancelledAt: Instant?
    /// The channel holds it back (review, pending payment, address check): reserve, but do not ship.
    public var isOnHold: Bool
    /// Whether units are to be held for it at all. False for carts that became no order (WooCommerce's `checkout-draft`, `failed`).
    public var claimsStock: Bool
    /// Shipped by the channel from its own warehouse (FBA): never touches the merchant's stock.
    public var isFulfilledByChannel: Bool
    public var currency: Currency
    public var lines: [Line]
    /// Shipping the buyer pays, without tax.
    public var shipping: Money
    public var shippingTax: Money
    /// Fees the buyer pays beside goods and shipping (gift wrap, small-order fee), without tax.
    public var fees: Money
    public var feesTax: Money
    /// The channel's own total; what the lines do not add up to is kept as a difference, never hidden.
    public var total: Money
    public var buyer: Buyer
    /// Nil: this message says nothing about refunds.
    public var refunds: [ChannelRefund]?
    /// Nil: this message says nothing about shipments.
    public var shipments: [ChannelShipment]?

    public struct Line: Hashable, Sendable {
        public var externalID: String
        /// The channel's key of the article, as `ListingKey.variant` has it; nil for a line typed in by hand.
        public var variant: String?
        public var sku: String?
        public var title: String
        /// Units ordered and not edited away.
        public var quantity: Quantity
        /// The price of one unit as written, before discount and without rounding.
        public var unitPrice: Decimal10
        /// What the buyer pays for the line after discount, without tax (or with it, where the shop's prices include it and the channel gives no split).
        public var net: Money
        public var tax: Money
        /// How many units of the line all its refunds together put back into stock, where the channel counts that and not by refund.
        public var restocked: Int?
        public init(
            externalID: String, variant: String?, sku: String?, title: String, quantity: Quantity, unitPrice: Decimal10, net: Money, tax: Money,
            restocked: Int? = nil
        ) {
            self.externalID = externalID
            self.variant = variant
            self.sku = sku
            self.title = title
            self.quantity = quantity
            self.unitPrice = unitPrice
            self.net = net
            self.tax = tax
            self.restocked = restocked
        }
    }

    public init(
        externalID: String, number: String, changedAt: Instant, revision: Int = 0, placedAt: Instant, payment: Payment,
        cancelledAt: Instant? = nil, isOnHold: Bool = false, claimsStock: Bool = true, isFulfilledByChannel: Bool = false,
        currency: Currency, lines: [Line], shipping: Money, shippingTax: Money, fees: Money, feesTax: Money, total: Money,
        buyer: Buyer, refunds: [ChannelRefund]? = nil, shipments: [ChannelShipment]? = nil
    ) {
        self.externalID = externalID
        self.number = number
        self.changedAt = changedAt
        self.revision = revision
        self.placedAt = placedAt
        self.payment = payment
        self.cancelledAt = cancelledAt
        self.isOnHold = isOnHold
        self.claimsStock = claimsStock
        self.isFulfilledByChannel = isFulfilledByChannel
        self.currency = currency
        self.lines = lines
        self.shipping = shipping
        self.shippingTax = shippingTax
        self.fees = fees
        self.feesTax = feesTax
        self.total = total
        self.buyer = buyer
        self.refunds = refunds
        self.shipments = shipments
    }
}

/// Who bought and where it goes, as far as the channel tells.
public struct Buyer: Hashable, Sendable {
    /// The channel's key of the person; nil for guests.
    public var externalID: String?
    public var name: String?
    public var email: String?
    public var phone: String?
    public var shipTo: PostalAddress?
    public init(externalID: String? = nil, name: String? = nil, email: String? = nil, phone: String? = nil, shipTo: PostalAddress? = nil) {
        self.externalID = externalID
        self.name = name
        self.email = email
        self.phone = phone
        self.shipTo = shipTo
    }
}

/// A postal address as lines of text; `country` is ISO 3166-1 alpha-2.
public struct PostalAddress: Hashable, Sendable {
    public var name: String?
    public var lines: [String]
    public var city: String?
    public var region: String?
    public var postcode: String?
    public var country: String?
    public init(
        name: String? = nil, lines: [String] = [], city: String? = nil, region: String? = nil, postcode: String? = nil, country: String? = nil
    ) {
        self.name = name
        self.lines = lines
        self.city = city
        self.region = region
        self.postcode = postcode
        self.country = country
    }
}

/// Money given back at the channel, and what became of the goods.
public struct ChannelRefund: Hashable, Sendable {
    /// Where the units went. A channel that does not say leaves `unknown`, and a person decides.
    public enum Disposition: String, Hashable, Sendable, CaseIterable {
        /// Back into sellable stock.
        case restocked
        /// Never left, or came back unfit for sale, or stays with the buyer.
        case notRestocked
        /// Taken off the order before it was shipped: what was held for it is free again.
        case removed
        case unknown
    }

    public struct Line: Hashable, Sendable {
        /// The order line it gives back.
        public var lineID: String
        public var quantity: Quantity
        public var disposition: Disposition
        /// Without tax; positive.
        public var net: Money
        public var tax: Money
        public init(lineID: String, quantity: Quantity, disposition: Disposition, net: Money, tax: Money) {
            self.lineID = lineID
            self.quantity = quantity
            self.disposition = disposition
            self.net = net
            self.tax = tax
        }
    }

    public var externalID: String
    public var at: Instant
    public var lines: [Line]
    /// Shipping given back, without tax.
    public var shipping: Money
    public var shippingTax: Money
    /// All money given back, positive. What the lines and the shipping do not explain is an adjustment.
    public var total: Money

    public init(externalID: String, at: Instant, lines: [Line], shipping: Money, shippingTax: Money, total: Money) {
        self.externalID = externalID
        self.at = at
        self.lines = lines
        self.shipping = shipping
        self.shippingTax = shippingTax
        self.total = total
    }
}

/// A parcel that left.
public struct ChannelShipment: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        public var lineID: String
        public var quantity: Quantity
        public init(lineID: String, quantity: Quantity) {
            self.lineID = lineID
            self.quantity = quantity
        }
    }
    public var externalID: String
    public var at: Instant
    public var lines: [Line]
    public var tracking: [Tracking]
    /// The parcel was called back before it left.
    public var isCancelled: Bool

    public init(externalID: String, at: Instant, lines: [Line], tracking: [Tracking] = [], isCancelled: Bool = false) {
        self.externalID = externalID
        self.at = at
        self.lines = lines
        self.tracking = tracking
        self.isCancelled = isCancelled
    }
}

/// Where a parcel can be followed. A shipment may have several.
public struct Tracking: Hashable, Sendable {
    public var carrier: String
    public var number: String
    public var url: String?
    public init(carrier: String, number: String, url: String? = nil) {
        self.carrier = carrier
        self.number = number
        self.url = url
    }
}
