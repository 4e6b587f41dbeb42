// SPDX-License-Identifier: Apache-2.0

import JSONText
import Journal
public import Storage
public import Vocabulary

/// What a person has to look at in an order, opened when it shows and closed by itself when it is mended.
public enum OrderExceptions {
    static func key(_ kind: String, _ order: ID<OrderKind>) -> String { "\(kind):order:\(order.number)" }

    static func update(_ record: OrderRecord, _ fold: OrderFold, _ settlement: OrderSettlement, at now: Instant, in transaction: Transaction) throws {
        let order = record.order
        let takesStock = order.header.claimsStock && !order.header.isFulfilledByChannel
        let unknown = takesStock ? zip(order.lines, fold.lines).filter { $0.0.variant == nil && $0.1.ordered > 0 }.map(\.0) : []
        let names = unknown.map { JSONValue.string($0.sku ?? $0.title) }
        let overRefund = fold.refunded > max(0, order.header.total)
        let states: [(kind: String, holds: Bool, detail: JSONValue)] = [
            ("unknown-sku", !unknown.isEmpty && order.cancelledAt == nil, ["skus": .array(names)]),
            ("oversold", settlement.short > 0, ["units": .integer(settlement.short)]),
            (
                "disposition-unknown", fold.lines.contains { $0.undecided > 0 } && takesStock,
                ["units": .integer(fold.lines.reduce(0) { $0 + $1.undecided })]
            ),
            ("deleted-at-channel", order.isDeleted && order.cancelledAt == nil, [:]),
            ("cancelled-after-shipping", order.cancelledAt != nil && fold.lines.contains { $0.shipped > $0.returned }, [:]),
            ("refunded-too-much", overRefund, ["total": .integer(order.header.total), "refunded": .integer(fold.refunded)]),
        ]
        for (kind, holds, detail) in states {
            if holds {
                try open(kind, order, detail, at: now, in: transaction)
            } else if !record.isNew {
                try Exceptions.close(key: key(kind, order.id), resolution: "settled", at: now, in: transaction)
            }
        }
        if settlement.found > 0 { try open("shipped-unseen", order, ["units": .integer(settlement.found)], at: now, in: transaction) }
    }

    private static func open(_ kind: String, _ order: Order, _ detail: JSONValue, at now: Instant, in transaction: Transaction) throws {
        try Exceptions.open(
            kind: kind, key: key(kind, order.id), account: order.account, subject: .init("order", order.id.number), detail: detail, at: now,
            in: transaction)
    }

    /// Closes what goods that came in have mended: no order without a shortage stays marked as oversold.
    public static func closeFilled(at now: Instant, in transaction: Transaction) throws {
        let mended = try transaction.all(
            """
            SELECT e.key FROM exceptions e WHERE e.closed_at IS NULL AND e.kind = 'oversold'
                AND NOT EXISTS (SELECT 1 FROM shortages s WHERE s.holder = e.subject_number)
            """
        ) { $0.text(0) }
        for key in mended { try Exceptions.close(key: key, resolution: "stock-arrived", at: now, in: transaction) }
    }
}
