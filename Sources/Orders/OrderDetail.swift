// SPDX-License-Identifier: Apache-2.0

public import Catalog
import Inventory
public import Journal
public import Ledger
public import Storage
public import Vocabulary

/// Everything a person may want to know of one order, read at one moment. Changes nothing.
public struct OrderDetail: Sendable {
    /// Units of a line's variant, or of its components, on a shelf for it.
    public struct Hold: Hashable, Sendable {
        public var line: Int
        public var variant: ID<VariantKind>
        public var location: String
        public var units: Int
    }
    /// Units promised to a line that are nowhere.
    public struct Shortage: Hashable, Sendable {
        public var line: Int
        public var variant: ID<VariantKind>
        public var units: Int
    }

    public var order: Order
    public var fold: OrderFold
    public var receivedAt: Instant
    public var buyer: OrderBuyer?
    public var holds: [Hold]
    public var shortages: [Shortage]
    /// The variants of its lines and of their components.
    public var variants: [ID<VariantKind>: Variant]
    public var exceptions: [OpenException]
    public var events: [(number: Int64, event: Event)]
    public var transfers: [LedgerLine]
    /// What the channel has to be told, and how far that is.
    public var actions: [JobReport]

    /// Nil when there is no order of that number.
    public init?(_ id: ID<OrderKind>, ledger: LedgerBook, in transaction: Transaction) throws {
        guard let record = try OrderReader.record(id, in: transaction) else { return nil }
        order = record.order
        fold = OrderFold(record.order)
        receivedAt = record.receivedAt
        buyer = try OrderReader.buyer(of: id, in: transaction)
        holds = try transaction.all(
            """
            SELECT r.line, r.variant, l.name, r.units FROM reservations r JOIN locations l ON l.number = r.location
            WHERE r.holder = \(id.number) ORDER BY r.line, r.variant, l.priority, l.number
            """
        ) { Hold(line: $0.int(0), variant: ID($0.integer(1)), location: $0.text(2), units: $0.int(3)) }
        shortages = try transaction.all("SELECT line, variant, units FROM shortages WHERE holder = \(id.number) ORDER BY line, variant") {
            Shortage(line: $0.int(0), variant: ID($0.integer(1)), units: $0.int(2))
        }
        exceptions = try Exceptions.list(subject: .init("order", id.number), in: transaction)
        events = try EventLog.history(of: .init("order", id.number), in: transaction)
        transfers = try ledger.history(of: Posting.Cause("order", id.number), in: transaction)
        actions = try Self.actions(of: record.order, in: transaction)
        for action in actions { exceptions += try Exceptions.list(subject: .init("job", action.number), in: transaction) }
        let named =
            record.order.lines.compactMap(\.variant) + holds.map(\.variant) + shortages.map(\.variant)
            + transfers.compactMap(\.transfer.from.unit.variant)
        variants = [:]
        for id in Set(named) { variants[id] = try VariantTable.find(id, in: transaction) }
    }

    /// Units of a line that a person can ship now: still to go and on a shelf for it.
    public func shippable(_ position: Int, bundles: BundleContents) -> Int {
        guard let variant = order.lines[position].variant else { return 0 }
        let whole = bundles.shelfUnits(of: variant, units: 1).map { part in
            holds.filter { $0.line == position && $0.variant == part.component }.reduce(0) { $0 + $1.units } / part.units
        }
        return min(fold.lines[position].toShip, whole.min() ?? 0)
    }

    /// Units of a line that can still be refunded.
    public func refundable(_ position: Int) -> Int {
        let line = order.lines[position]
        let refunded = order.refunds.flatMap(\.lines).filter { $0.lineID == line.externalID }.reduce(0) { $0 + $1.units }
        return max(0, line.ordered - refunded)
    }

    private static func actions(of order: Order, in transaction: Transaction) throws -> [JobReport] {
        var keys = order.shipments.compactMap(\.key).map { "\(OrderAction.ship.rawValue):\(order.id):\($0)" }
        keys += order.refunds.compactMap(\.key).map { "\(OrderAction.refund.rawValue):\(order.id):\($0)" }
        keys.append("\(OrderAction.cancel.rawValue):\(order.id):1")
        return try keys.compactMap { try Jobs.report(key: $0, in: transaction) }
    }
}
