// SPDX-License-Identifier: Apache-2.0

import JSONText
import Storage
import Vocabulary

/// The only writer of `order_shipments`.
enum ShipmentTable {
    static func save(_ record: OrderRecord, in transaction: Transaction) throws {
        for (index, shipment) in record.order.shipments.enumerated() {
            let known = index < record.stored.shipments.count ? record.stored.shipments[index] : nil
            guard known != shipment else { continue }
            let lines = json(shipment.lines).text
            let tracking = json(shipment.tracking).text
            if let known {
                try transaction.execute(
                    """
                    UPDATE order_shipments SET external_id = \(shipment.externalID), lines = \(lines), tracking = \(tracking), is_cancelled = \(shipment.isCancelled)
                    WHERE order_number = \(record.order.id.number) AND (external_id = \(known.externalID) OR (external_id IS NULL AND key = \(known.key)))
                    """)
            } else {
                let number = try transaction.takeNumbers("order_shipments")
                try transaction.execute(
                    """
                    INSERT INTO order_shipments (number, order_number, external_id, key, at, lines, tracking, is_cancelled, source)
                    VALUES (\(number), \(record.order.id.number), \(shipment.externalID), \(shipment.key), \(shipment.at.milliseconds), \(lines), \(tracking),
                        \(shipment.isCancelled), \(shipment.source))
                    """)
            }
        }
    }

    static func shipments(of order: ID<OrderKind>, in transaction: Transaction) throws -> [Shipment] {
        try transaction.all(
            "SELECT external_id, key, at, lines, tracking, is_cancelled, source FROM order_shipments WHERE order_number = \(order.number) ORDER BY number"
        ) { row in
            Shipment(
                externalID: row.optionalText(0), key: row.optionalText(1), at: Instant(milliseconds: row.integer(2)),
                lines: lines(try JSON.parse(row.text(3))),
                tracking: tracking(try JSON.parse(row.text(4))), isCancelled: row.bool(5), source: row.text(6))
        }
    }

    static func json(_ lines: [Shipment.Line]) -> JSONValue { .array(lines.map { ["line": .string($0.lineID), "units": .integer($0.units)] }) }

    static func json(_ tracking: [Shipment.Tracking]) -> JSONValue {
        .array(tracking.map { ["carrier": .string($0.carrier), "number": .string($0.number), "url": .optional($0.url)] })
    }

    static func lines(_ json: JSON) -> [Shipment.Line] {
        json.elements.map { .init(lineID: $0["line"]?.string ?? "", units: $0["units"]?.integer ?? 0) }
    }

    static func tracking(_ json: JSON) -> [Shipment.Tracking] {
        json.elements.map { .init(carrier: $0["carrier"]?.string ?? "", number: $0["number"]?.string ?? "", url: $0["url"]?.string) }
    }
}
