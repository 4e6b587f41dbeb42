// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// The whole order is off, before anything left: what was held is free, the sale is taken back, the channel is told.
public struct CancelOrder: Sendable {
    public var order: ID<OrderKind>
    public var actor: String
    public var at: Instant

    public init(order: ID<OrderKind>, actor: String, at: Instant) {
        self.order = order
        self.actor = actor
        self.at = at
    }

    public func run(with desk: OrderDesk, in transaction: Transaction) throws -> Done {
        var record = try OrderAction.record(order, in: transaction)
        guard record.order.cancelledAt == nil else { return .before }
        let fold = OrderFold(record.order)
        guard fold.lines.allSatisfy({ $0.shipped == 0 }) else {
            throw Refusal(.conflict, "order.already-shipped", ["order": record.order.header.reference])
        }
        guard fold.status != .byChannel else { throw Refusal(.conflict, "order.by-channel", ["order": record.order.header.reference]) }
        record.order.hubCancelledAt = at
        var records = [record]
        try desk.settle(&records, actor: actor, kind: "order.cancelled", act: OrderAction.cancel.job(order, key: "1"), at: at, in: transaction)
        try OrderAction.cancel.tell(record.order, key: "1", at: at, in: transaction)
        return .now
    }
}
