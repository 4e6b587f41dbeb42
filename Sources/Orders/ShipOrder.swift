// SPDX-License-Identifier: Apache-2.0

import Catalog
public import Storage
public import Vocabulary

/// A parcel leaves: all that is to be shipped, or some of it, with tracking. The channel is told.
public struct ShipOrder: Sendable {
    public var order: ID<OrderKind>
    /// Units by the line's position; nil ships all that can be shipped.
    public var units: [Int: Int]?
    public var tracking: Shipment.Tracking?
    /// The same key is the same parcel.
    public var key: String
    public var actor: String
    public var at: Instant

    public init(order: ID<OrderKind>, units: [Int: Int]?, tracking: Shipment.Tracking?, key: String, actor: String, at: Instant) {
        self.order = order
        self.units = units
        self.tracking = tracking
        self.key = key
        self.actor = actor
        self.at = at
    }

    public func run(with desk: OrderDesk, in transaction: Transaction) throws -> Done {
        var record = try OrderAction.record(order, in: transaction)
        guard !record.order.shipments.contains(where: { $0.key == key }) else { return .before }
        let reserved = try reservedUnits(record.order, desk, in: transaction)
        let lines = try Self.lines(of: record.order, units: units, reserved: reserved)
        record.order.shipments.append(
            Shipment(externalID: nil, key: key, at: at, lines: lines, tracking: tracking.map { [$0] } ?? [], isCancelled: false, source: actor))
        var records = [record]
        try desk.settle(&records, actor: actor, kind: "order.shipped", at: at, in: transaction)
        try OrderAction.ship.tell(record.order, key: key, at: at, in: transaction)
        return .now
    }

    /// Whole units of each line that are on a shelf for it.
    private func reservedUnits(_ order: Order, _ desk: OrderDesk, in transaction: Transaction) throws -> [Int: Int] {
        let bundles = try OrderDesk.Surroundings(in: transaction).bundles
        var reserved: [Int: Int] = [:]
        for (position, line) in order.lines.enumerated() {
            guard let variant = line.variant else { continue }
            let parts = bundles.shelfUnits(of: variant, units: 1)
            reserved[position] =
                try parts.map { part in
                    try transaction.count(
                        """
                        SELECT SUM(units) FROM reservations
                        WHERE holder = \(order.id.number) AND line = \(position) AND variant = \(part.component.number)
                        """) / part.units
                }.min() ?? 0
        }
        return reserved
    }

    /// What the parcel holds, or why it cannot be sent.
    static func lines(of order: Order, units: [Int: Int]?, reserved: [Int: Int]) throws(Refusal) -> [Shipment.Line] {
        let fold = OrderFold(order)
        switch fold.status {
        case .cancelled, .draft: throw Refusal(.conflict, "order.cancelled", ["order": order.header.reference])
        case .held: throw Refusal(.conflict, "order.held", ["order": order.header.reference])
        case .byChannel: throw Refusal(.conflict, "order.by-channel", ["order": order.header.reference])
        case .open, .partial, .shipped, .closed: break
        }
        if let units {
            for (position, count) in units where position < 0 || position >= order.lines.count || count < 0 {
                throw Refusal(.invalid, "order.no-such-line", ["line": String(position + 1)])
            }
        }
        var lines: [Shipment.Line] = []
        for (position, line) in order.lines.enumerated() {
            let able = min(fold.lines[position].toShip, reserved[position] ?? 0)
            let wanted = units.map { $0[position] ?? 0 } ?? able
            guard wanted > 0 else { continue }
            guard wanted <= fold.lines[position].toShip else {
                throw Refusal(.conflict, "order.more-than-open", ["line": line.title, "open": String(fold.lines[position].toShip)])
            }
            guard wanted <= able else { throw Refusal(.conflict, "order.not-in-stock", ["line": line.title, "reserved": String(able)]) }
            lines.append(Shipment.Line(lineID: line.externalID, units: wanted))
        }
        guard !lines.isEmpty else { throw Refusal(.conflict, "order.nothing-to-ship", ["order": order.header.reference]) }
        return lines
    }
}
