// SPDX-License-Identifier: Apache-2.0

import JSONText
import Storage
import Vocabulary

/// The only writer of `order_refunds`. Refunds keep their place in the order's list: rows are read in the order they were written.
enum RefundTable {
    static func save(_ record: OrderRecord, in transaction: Transaction) throws {
        for (index, refund) in record.order.refunds.enumerated() {
            let known = index < record.stored.refunds.count ? record.stored.refunds[index] : nil
            guard known != refund else { continue }
            let lines = json(refund.lines).text
            if let known {
                try transaction.execute(
                    """
                    UPDATE order_refunds SET external_id = \(refund.externalID), lines = \(lines), shipping = \(refund.shipping),
                        shipping_tax = \(refund.shippingTax), total = \(refund.total)
                    WHERE order_number = \(record.order.id.number) AND (external_id = \(known.externalID) OR (external_id IS NULL AND key = \(known.key)))
                    """)
            } else {
                let number = try transaction.takeNumbers("order_refunds")
                try transaction.execute(
                    """
                    INSERT INTO order_refunds (number, order_number, external_id, key, at, lines, shipping, shipping_tax, total, source)
                    VALUES (\(number), \(record.order.id.number), \(refund.externalID), \(refund.key), \(refund.at.milliseconds), \(lines), \(refund.shipping),
                        \(refund.shippingTax), \(refund.total), \(refund.source))
                    """)
            }
        }
    }

    static func refunds(of order: ID<OrderKind>, in transaction: Transaction) throws -> [Refund] {
        try transaction.all(
            "SELECT external_id, key, at, lines, shipping, shipping_tax, total, source FROM order_refunds WHERE order_number = \(order.number) ORDER BY number"
        ) { row in
            Refund(
                externalID: row.optionalText(0), key: row.optionalText(1), at: Instant(milliseconds: row.integer(2)),
                lines: try lines(JSON.parse(row.text(3))),
                shipping: row.integer(4), shippingTax: row.integer(5), total: row.integer(6), source: row.text(7))
        }
    }

    static func json(_ lines: [Refund.Line]) -> JSONValue {
        .array(
            lines.map { line in
                [
                    "line": .string(line.lineID), "units": .integer(line.units), "to": .string(line.disposition.rawValue), "net": .integer(line.net),
                    "tax": .integer(line.tax),
                ]
            })
    }

    static func lines(_ json: JSON) -> [Refund.Line] {
        json.elements.map { line in
            Refund.Line(
                lineID: line["line"]?.string ?? "", units: line["units"]?.integer ?? 0,
                disposition: line["to"]?.string.flatMap(Refund.Disposition.init(rawValue:)) ?? .unknown, net: Int64(line["net"]?.integer ?? 0),
                tax: Int64(line["tax"]?.integer ?? 0))
        }
    }
}
