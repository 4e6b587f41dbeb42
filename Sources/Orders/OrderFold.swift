// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// What follows from everything known of an order: how many units of each line are where, what it is worth, and where it stands.
///
/// A pure function of the order. The ledger is moved from the fold posted last to this one, so that news in any order ends the same.
public struct OrderFold: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        public var ordered = 0
        /// Left for the buyer.
        public var shipped = 0
        /// Taken off before shipping: free again.
        public var removed = 0
        /// Came back fit for sale.
        public var returned = 0
        /// Refunded without leaving and without going back to stock: gone.
        public var writtenOff = 0
        /// Refunded units of which nobody has said where they are.
        public var undecided = 0
        /// Units that have to be held for it.
        public var toHold = 0
        /// Units a person may still ship.
        public var toShip: Int { max(0, toHold - undecided) }

        /// Nothing ordered.
        public init() {}
    }

    /// What the order owes to each account of the books, in minor units.
    public struct Money: Hashable, Sendable {
        public var goods: Int64 = 0
        public var tax: Int64 = 0
        public var shipping: Int64 = 0
        public var fees: Int64 = 0
        /// What the channel's total has beyond the parts.
        public var difference: Int64 = 0
        public init() {}
    }

    public var lines: [Line]
    public var money: Money
    public var refunded: Int64
    public var status: Order.Status

    public init(_ order: Order) {
        let takesStock = order.header.claimsStock && !order.header.isFulfilledByChannel
        lines = order.lines.map { Self.fold($0, of: order, takesStock: takesStock) }
        refunded = order.refunds.reduce(0) { $0 + $1.total }
        money = Self.money(of: order, refunded: refunded)
        status = Self.status(of: order, lines)
    }

    private static func fold(_ line: Order.Line, of order: Order, takesStock: Bool) -> Line {
        var fold = Line()
        fold.ordered = line.ordered
        let shipped = order.shipments.filter { !$0.isCancelled }.flatMap(\.lines).filter { $0.lineID == line.externalID }.reduce(0) { $0 + $1.units }
        fold.shipped = min(shipped, line.ordered)
        var back = 0
        var gone = 0
        for refunded in order.refunds.flatMap(\.lines) where refunded.lineID == line.externalID {
            switch refunded.disposition {
            case .restocked, .removed: back += refunded.units
            case .notRestocked: gone += refunded.units
            case .unknown: fold.undecided += refunded.units
            }
        }
        // A shop that counts restocked units by line and not by refund settles what the single refunds leave open.
        if let restocked = line.restocked {
            let returned = max(0, min(fold.undecided, restocked - back))
            back += returned
            gone += fold.undecided - returned
            fold.undecided = 0
        }
        // Units never counted back beyond what was sold: channels allow it (WooCommerce restocks without limit), stock does not.
        let inHouse = line.ordered - fold.shipped
        let fromHouse = min(back, inHouse)
        fold.writtenOff = takesStock ? min(gone, inHouse - fromHouse) : 0
        fold.removed = order.cancelledAt != nil || !takesStock ? inHouse - fold.writtenOff : fromHouse
        fold.returned = min(fold.shipped, back - fromHouse)
        fold.undecided = min(fold.undecided, line.ordered - fold.removed - fold.writtenOff)
        fold.toHold = line.ordered - fold.shipped - fold.removed - fold.writtenOff
        return fold
    }

    private static func money(of order: Order, refunded: Int64) -> Money {
        var money = Money()
        guard order.header.claimsStock, order.cancelledAt == nil || refunded > 0 else { return money }
        money.goods = order.lines.reduce(0) { $0 + $1.net }
        money.tax = order.lines.reduce(order.header.tax) { $0 + $1.tax }
        money.shipping = order.header.shipping
        money.fees = order.header.fees
        money.difference = order.header.total - money.goods - money.tax - money.shipping - money.fees
        return money
    }

    private static func status(of order: Order, _ lines: [Line]) -> Order.Status {
        if !order.header.claimsStock { return order.cancelledAt == nil ? .draft : .cancelled }
        let shipped = lines.reduce(0) { $0 + $1.shipped }
        if order.cancelledAt != nil, shipped == 0 { return .cancelled }
        if order.header.isFulfilledByChannel { return .byChannel }
        let toHold = lines.reduce(0) { $0 + $1.toHold }
        let stays = shipped - lines.reduce(0) { $0 + $1.returned }
        if toHold == 0 { return stays > 0 ? .shipped : .closed }
        if shipped > 0 { return .partial }
        return order.header.isOnHold ? .held : .open
    }
}
