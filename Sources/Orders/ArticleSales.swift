// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// One order's claim on an article: when its buyer made it, and when the hub heard of it.
public struct ArticleSale: Hashable, Sendable {
    public var order: ID<OrderKind>
    public var reference: String
    public var account: ID<AccountKind>
    public var variant: ID<VariantKind>
    public var units: Int
    public var placedAt: Instant
    public var receivedAt: Instant
    public var cancelledAt: Instant?

    /// The newest sales of the variants between two moments, by when they were placed; oldest first.
    public static func list(
        of variants: [ID<VariantKind>], from start: Instant, to end: Instant, limit: Int, in transaction: Transaction
    ) throws -> [ArticleSale] {
        var sales: [ArticleSale] = []
        for variant in variants {
            sales += try transaction.all(
                """
                SELECT o.number, o.reference, o.account, l.ordered, o.placed_at, o.received_at, COALESCE(o.cancelled_at, o.hub_cancelled_at)
                FROM order_lines l JOIN orders o ON o.number = l.order_number
                WHERE l.variant = \(variant.number) AND o.claims_stock = 1 AND o.by_channel = 0
                    AND o.placed_at BETWEEN \(start.milliseconds) AND \(end.milliseconds)
                ORDER BY o.placed_at DESC, o.number DESC LIMIT \(limit)
                """
            ) { row in
                ArticleSale(
                    order: ID(row.integer(0)), reference: row.text(1), account: ID(row.integer(2)), variant: variant, units: row.int(3),
                    placedAt: Instant(milliseconds: row.integer(4)), receivedAt: Instant(milliseconds: row.integer(5)),
                    cancelledAt: row.optionalInteger(6).map(Instant.init(milliseconds:)))
            }
        }
        return Array(sales.sorted { ($0.placedAt, $0.order) < ($1.placedAt, $1.order) }.suffix(limit))
    }
}
