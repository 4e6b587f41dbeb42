// SPDX-License-Identifier: Apache-2.0

public import Storage
public import Vocabulary

/// A listing or a SKU has become known: lines that waited for it take their stock now.
public struct MapOrderLines: Sendable {
    public var account: ID<AccountKind>
    public var variantKey: String
    public var variant: ID<VariantKind>
    public var actor: String
    public var at: Instant

    public init(account: ID<AccountKind>, variantKey: String, variant: ID<VariantKind>, actor: String, at: Instant) {
        self.account = account
        self.variantKey = variantKey
        self.variant = variant
        self.actor = actor
        self.at = at
    }

    /// The orders that were waiting.
    @discardableResult
    public func run(with desk: OrderDesk, in transaction: Transaction) throws -> [ID<OrderKind>] {
        let numbers = try transaction.all(
            """
            SELECT DISTINCT o.number FROM order_lines l JOIN orders o ON o.number = l.order_number
            WHERE l.variant IS NULL AND l.variant_key = \(variantKey) AND o.account = \(account.number) ORDER BY o.number
            """
        ) { ID<OrderKind>($0.integer(0)) }
        var records: [OrderRecord] = []
        for number in numbers {
            guard var record = try OrderReader.record(number, in: transaction) else { continue }
            for index in record.order.lines.indices
            where record.order.lines[index].variant == nil && record.order.lines[index].variantKey == variantKey {
                record.order.lines[index].variant = variant
            }
            records.append(record)
        }
        try desk.settle(&records, actor: actor, kind: "order.mapped", at: at, in: transaction)
        return numbers
    }
}

/// A person says what one line of an order is (a line typed in by hand has no listing that could be mapped).
public struct MapOrderLine: Sendable {
    public var order: ID<OrderKind>
    public var position: Int
    public var variant: ID<VariantKind>
    public var actor: String
    public var at: Instant

    public init(order: ID<OrderKind>, position: Int, variant: ID<VariantKind>, actor: String, at: Instant) {
        self.order = order
        self.position = position
        self.variant = variant
        self.actor = actor
        self.at = at
    }

    public func run(with desk: OrderDesk, in transaction: Transaction) throws -> Done {
        var record = try OrderAction.record(order, in: transaction)
        guard position >= 0, position < record.order.lines.count else {
            throw Refusal(.invalid, "order.no-such-line", ["line": String(position + 1)])
        }
        guard record.order.lines[position].variant == nil else {
            if record.order.lines[position].variant == variant { return .before }
            throw Refusal(.conflict, "order.line-mapped")
        }
        record.order.lines[position].variant = variant
        var records = [record]
        try desk.settle(&records, actor: actor, kind: "order.mapped", at: at, in: transaction)
        return .now
    }
}
