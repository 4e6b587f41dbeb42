// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// Money goes back to the buyer, and a person says for each line whether the units go back to stock. The channel is told.
public struct RefundOrder: Sendable {
    public struct Line: Hashable, Sendable {
        /// The line's position in the order, from 0.
        public var position: Int
        public var units: Int
        /// Fit for sale and back on the shelf. False: stays with the buyer, lost or damaged.
        public var restock: Bool
        public init(position: Int, units: Int, restock: Bool) {
            self.position = position
            self.units = units
            self.restock = restock
        }
    }
    public var order: ID<OrderKind>
    public var lines: [Line]
    /// Shipping given back with its tax, in minor units.
    public var shipping: Int64
    /// The same key is the same refund.
    public var key: String
    public var actor: String
    public var at: Instant

    public init(order: ID<OrderKind>, lines: [Line], shipping: Int64, key: String, actor: String, at: Instant) {
        self.order = order
        self.lines = lines
        self.shipping = shipping
        self.key = key
        self.actor = actor
        self.at = at
    }

    public func run(with desk: OrderDesk, in transaction: Transaction) throws -> Done {
        var record = try OrderAction.record(order, in: transaction)
        guard !record.order.refunds.contains(where: { $0.key == key }) else { return .before }
        let refund = try Self.refund(record.order, lines: lines, shipping: shipping, key: key, actor: actor, at: at)
        record.order.refunds.append(refund)
        var records = [record]
        try desk.settle(&records, actor: actor, kind: "order.refunded", act: OrderAction.refund.job(order, key: key), at: at, in: transaction)
        try OrderAction.refund.tell(record.order, key: key, at: at, in: transaction)
        return .now
    }

    /// The refund's amounts, or why they cannot be. Each line's share follows its units so that refunding all of it, in however many steps, gives
    /// back exactly what was paid; never more than was sold, never more than the order's total.
    public static func refund(_ order: Order, lines: [Line], shipping: Int64, key: String, actor: String, at: Instant) throws(Refusal) -> Refund {
        guard lines.contains(where: { $0.units != 0 }) || shipping != 0 else { throw Refusal(.invalid, "refund.empty") }
        guard shipping >= 0 else { throw Refusal(.invalid, "refund.bad-shipping") }
        var refunded: [String: Int] = [:]
        for line in order.refunds.flatMap(\.lines) { refunded[line.lineID, default: 0] += line.units }
        var parts: [Refund.Line] = []
        var total = shipping
        for line in lines where line.units != 0 {
            guard line.position >= 0, line.position < order.lines.count else {
                throw Refusal(.invalid, "order.no-such-line", ["line": String(line.position + 1)])
            }
            let sold = order.lines[line.position]
            let before = refunded[sold.externalID] ?? 0
            guard line.units > 0, before + line.units <= sold.ordered else {
                throw Refusal(.conflict, "refund.more-than-sold", ["line": sold.title, "left": String(max(0, sold.ordered - before))])
            }
            refunded[sold.externalID] = before + line.units
            let net = share(sold.net, before: before, units: line.units, of: sold.ordered)
            let tax = share(sold.tax, before: before, units: line.units, of: sold.ordered)
            parts.append(
                Refund.Line(lineID: sold.externalID, units: line.units, disposition: line.restock ? .restocked : .notRestocked, net: net, tax: tax))
            total += net + tax
        }
        let left = order.header.total - order.refunds.reduce(0) { $0 + $1.total }
        guard total <= left else {
            throw Refusal(.conflict, "refund.more-than-paid", ["left": Money(minor: max(0, left), order.header.currency).decimalText])
        }
        return Refund(externalID: nil, key: key, at: at, lines: parts, shipping: shipping, shippingTax: 0, total: total, source: actor)
    }

    /// What units `before` to `before + units` of `count` are worth of the amount.
    package static func share(_ amount: Int64, before: Int, units: Int, of count: Int) -> Int64 {
        guard count > 0 else { return 0 }
        func upTo(_ units: Int) -> Int64 { Int64(Int128(amount) * Int128(units) / Int128(count)) }
        return upTo(before + units) - upTo(before)
    }

}
