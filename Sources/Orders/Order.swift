// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// One order as the hub knows it: what the channel last said of it, and every refund and shipment ever heard of or made.
///
/// The state is a fold: news may come twice, late and in any order, and the same set of news gives the same order.
public struct Order: Hashable, Sendable {
    public enum Payment: String, Hashable, Sendable, CaseIterable { case pending, authorized, paid, partiallyRefunded, refunded, voided }

    /// What a person sees of where the order stands.
    public enum Status: String, Hashable, Sendable, CaseIterable {
        /// Units are held; not to be shipped yet.
        case held
        /// To be shipped.
        case open
        /// A part has left.
        case partial
        /// All that was to leave has left.
        case shipped
        /// All units were taken off or came back.
        case closed
        case cancelled
        /// A cart that became no order.
        case draft
        /// The channel ships it from its own warehouse.
        case byChannel = "by-channel"
    }

    /// What the channel says of the order as a whole; the newest word wins.
    public struct Header: Hashable, Sendable {
        public var reference: String
        public var placedAt: Instant
        public var changedAt: Instant
        public var revision: Int
        public var payment: Payment
        public var cancelledAt: Instant?
        public var isOnHold: Bool
        public var claimsStock: Bool
        public var isFulfilledByChannel: Bool
        public var currency: Currency
        /// Shipping and fees without tax; `tax` is theirs together (the lines carry their own).
        public var shipping: Int64
        public var fees: Int64
        public var tax: Int64
        public var total: Int64

        public init(
            reference: String, placedAt: Instant, changedAt: Instant, revision: Int, payment: Payment, cancelledAt: Instant?, isOnHold: Bool,
            claimsStock: Bool,
            isFulfilledByChannel: Bool, currency: Currency, shipping: Int64, fees: Int64, tax: Int64, total: Int64
        ) {
            self.reference = reference
            self.placedAt = placedAt
            self.changedAt = changedAt
            self.revision = revision
            self.payment = payment
            self.cancelledAt = cancelledAt
            self.isOnHold = isOnHold
            self.claimsStock = claimsStock
            self.isFulfilledByChannel = isFulfilledByChannel
            self.currency = currency
            self.shipping = shipping
            self.fees = fees
            self.tax = tax
            self.total = total
        }
    }

    public struct Line: Hashable, Sendable {
        public var externalID: String
        public var variantKey: String?
        public var sku: String?
        public var title: String
        /// Nil while nobody knows what it is.
        public var variant: ID<VariantKind>?
        public var ordered: Int
        public var unitPrice: String
        public var net: Int64
        public var tax: Int64
        /// Units that the channel says its refunds of the line put back into stock, all together; nil where it does not count them so.
        public var restocked: Int?

        public init(
            externalID: String, variantKey: String?, sku: String?, title: String, variant: ID<VariantKind>?, ordered: Int, unitPrice: String,
            net: Int64, tax: Int64,
            restocked: Int? = nil
        ) {
            self.externalID = externalID
            self.variantKey = variantKey
            self.sku = sku
            self.title = title
            self.variant = variant
            self.ordered = ordered
            self.unitPrice = unitPrice
            self.net = net
            self.tax = tax
            self.restocked = restocked
        }
    }

    public var id: ID<OrderKind>
    public var account: ID<AccountKind>
    public var externalID: String
    public var header: Header
    public var lines: [Line]
    public var refunds: [Refund]
    public var shipments: [Shipment]
    /// A person cancelled it in the hub.
    public var hubCancelledAt: Instant?
    /// The channel threw it away. That says nothing about stock: a person decides.
    public var isDeleted: Bool

    public var cancelledAt: Instant? { header.cancelledAt ?? hubCancelledAt }
}

/// Money given back and what became of the goods.
public struct Refund: Hashable, Sendable {
    public enum Disposition: String, Hashable, Sendable, CaseIterable { case restocked, notRestocked = "not-restocked", removed, unknown }

    public struct Line: Hashable, Sendable {
        public var lineID: String
        public var units: Int
        public var disposition: Disposition
        public var net: Int64
        public var tax: Int64
        public init(lineID: String, units: Int, disposition: Disposition, net: Int64, tax: Int64) {
            self.lineID = lineID
            self.units = units
            self.disposition = disposition
            self.net = net
            self.tax = tax
        }
    }
    /// The channel's key; nil while it has not told us one.
    public var externalID: String?
    /// The hub's key, for refunds made here.
    public var key: String?
    public var at: Instant
    public var lines: [Line]
    public var shipping: Int64
    public var shippingTax: Int64
    public var total: Int64
    public var source: String

    public init(externalID: String?, key: String?, at: Instant, lines: [Line], shipping: Int64, shippingTax: Int64, total: Int64, source: String) {
        self.externalID = externalID
        self.key = key
        self.at = at
        self.lines = lines
        self.shipping = shipping
        self.shippingTax = shippingTax
        self.total = total
        self.source = source
    }
}

/// A parcel that left.
public struct Shipment: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        public var lineID: String
        public var units: Int
        public init(lineID: String, units: Int) {
            self.lineID = lineID
            self.units = units
        }
    }
    public struct Tracking: Hashable, Sendable {
        public var carrier: String
        public var number: String
        public var url: String?
        public init(carrier: String, number: String, url: String?) {
            self.carrier = carrier
            self.number = number
            self.url = url
        }
    }
    public var externalID: String?
    public var key: String?
    public var at: Instant
    public var lines: [Line]
    public var tracking: [Tracking]
    public var isCancelled: Bool
    public var source: String

    public init(externalID: String?, key: String?, at: Instant, lines: [Line], tracking: [Tracking], isCancelled: Bool, source: String) {
        self.externalID = externalID
        self.key = key
        self.at = at
        self.lines = lines
        self.tracking = tracking
        self.isCancelled = isCancelled
        self.source = source
    }
}
