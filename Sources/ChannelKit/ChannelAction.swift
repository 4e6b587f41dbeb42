// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Something the hub wants done to an order at its channel.
public enum ChannelAction: Hashable, Sendable {
    case ship(Shipment)
    case cancel(Cancellation)
    case refund(Refund)

    public struct Shipment: Hashable, Sendable {
        public var orderID: String
        /// The hub's number of the parcel, for channels that want one (Amazon's `packageReferenceId`).
        public var reference: String
        public var shippedAt: Instant
        public var lines: [ChannelShipment.Line]
        /// Whether nothing is left to ship after this parcel.
        public var isLast: Bool
        public var tracking: Tracking?
        public init(orderID: String, reference: String, shippedAt: Instant, lines: [ChannelShipment.Line], isLast: Bool, tracking: Tracking?) {
            self.orderID = orderID
            self.reference = reference
            self.shippedAt = shippedAt
            self.lines = lines
            self.isLast = isLast
            self.tracking = tracking
        }
    }

    public struct Cancellation: Hashable, Sendable {
        public enum Reason: String, Hashable, Sendable, CaseIterable { case customer, outOfStock, fraud, declined, other }
        public var orderID: String
        public var reason: Reason
        /// Give the money back in the same breath.
        public var refund: Bool
        /// Whether the channel is to raise its own count; false where the hub will publish the new figure.
        public var restock: Bool
        public init(orderID: String, reason: Reason, refund: Bool, restock: Bool) {
            self.orderID = orderID
            self.reason = reason
            self.refund = refund
            self.restock = restock
        }
    }

    public struct Refund: Hashable, Sendable {
        public struct Line: Hashable, Sendable {
            public var lineID: String
            public var quantity: Quantity
            public var restock: Bool
            public var net: Money
            public var tax: Money
            public init(lineID: String, quantity: Quantity, restock: Bool, net: Money, tax: Money) {
                self.lineID = lineID
                self.quantity = quantity
                self.restock = restock
                self.net = net
                self.tax = tax
            }
        }
        public var orderID: String
        public var lines: [Line]
        /// Shipping given back, with its tax.
        public var shipping: Money
        /// All that goes back to the buyer.
        public var total: Money
        public var note: String
        public init(orderID: String, lines: [Line], shipping: Money, total: Money, note: String) {
            self.orderID = orderID
            self.lines = lines
            self.shipping = shipping
            self.total = total
            self.note = note
        }
    }

    public var orderID: String {
        switch self {
        case .ship(let shipment): shipment.orderID
        case .cancel(let cancellation): cancellation.orderID
        case .refund(let refund): refund.orderID
        }
    }
}

/// What became of an action.
public enum ActionOutcome: Hashable, Sendable {
    /// Done, with the channel's key of the new refund or shipment where it has one.
    case done(externalID: String?)
    /// It was done before: by an earlier try of ours or by hand.
    case alreadyDone(externalID: String?)
}
