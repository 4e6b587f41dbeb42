// SPDX-License-Identifier: Apache-2.0

import JSONText
import Storage
import Vocabulary

/// The only writer of the order book's tables.
public enum OrderTable {
    static func save(_ records: [OrderRecord], _ folds: [OrderFold], in transaction: Transaction) throws {
        var new: [[SQLValue]] = []
        var changed: [[SQLValue]] = []
        for (record, fold) in zip(records, folds) {
            let number = SQLValue.integer(record.order.id.number)
            let state = state(of: record.order, fold)
            if record.isNew {
                let key: [SQLValue] = [
                    number, .integer(record.order.account.number), .text(record.order.externalID), .integer(record.receivedAt.milliseconds),
                    .optional(record.buyer?.country),
                ]
                new.append(key + state)
            } else {
                changed.append(state + [number])
            }
        }
        try transaction.execute(
            """
            INSERT INTO orders (number, account, external_id, received_at, country, reference, placed_at, changed_at, revision, payment, cancelled_at, hub_cancelled_at,
                is_on_hold, claims_stock, by_channel, is_deleted, status, currency, goods, tax, shipping, fees, total, refunded, posted_goods, posted_tax,
                posted_shipping, posted_fees, posted_difference)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, each: new)
        try transaction.execute(
            """
            UPDATE orders SET reference = ?, placed_at = ?, changed_at = ?, revision = ?, payment = ?, cancelled_at = ?, hub_cancelled_at = ?, is_on_hold = ?,
                claims_stock = ?, by_channel = ?, is_deleted = ?, status = ?, currency = ?, goods = ?, tax = ?, shipping = ?, fees = ?, total = ?, refunded = ?,
                posted_goods = ?, posted_tax = ?, posted_shipping = ?, posted_fees = ?, posted_difference = ?
            WHERE number = ?
            """, each: changed)
        try saveLines(records, folds, in: transaction)
        try saveBuyers(records, in: transaction)
        for record in records {
            try RefundTable.save(record, in: transaction)
            try ShipmentTable.save(record, in: transaction)
        }
        transaction.signal("orders")
    }

    private static func state(of order: Order, _ fold: OrderFold) -> [SQLValue] {
        let header = order.header
        let tax = order.lines.reduce(header.tax) { $0 + $1.tax }
        let goods = order.lines.reduce(0) { $0 + $1.net }
        return [
            .text(header.reference), .integer(header.placedAt.milliseconds), .integer(header.changedAt.milliseconds), .integer(header.revision),
            .text(header.payment.rawValue), .optional(header.cancelledAt?.milliseconds), .optional(order.hubCancelledAt?.milliseconds),
            .bool(header.isOnHold),
            .bool(header.claimsStock), .bool(header.isFulfilledByChannel), .bool(order.isDeleted), .text(fold.status.rawValue),
            .text(header.currency.code),
            .integer(goods), .integer(tax), .integer(header.shipping), .integer(header.fees), .integer(header.total), .integer(fold.refunded),
            .integer(fold.money.goods), .integer(fold.money.tax), .integer(fold.money.shipping), .integer(fold.money.fees),
            .integer(fold.money.difference),
        ]
    }

    private static func saveLines(_ records: [OrderRecord], _ folds: [OrderFold], in transaction: Transaction) throws {
        var inserts: [[SQLValue]] = []
        var updates: [[SQLValue]] = []
        for (record, fold) in zip(records, folds) {
            for (position, line) in record.order.lines.enumerated() {
                let isKnown = position < record.stored.lines.count
                let amounts = fold.lines[position]
                let key: [SQLValue] = [.integer(record.order.id.number), .integer(position)]
                let values: [SQLValue] = [
                    .text(line.externalID), .optional(line.variantKey), .optional(line.sku), .text(line.title), .optional(line.variant?.number),
                    .integer(line.ordered), .text(line.unitPrice), .integer(line.net), .integer(line.tax), .integer(amounts.shipped),
                    .integer(amounts.removed),
                    .integer(amounts.returned), .integer(amounts.writtenOff), .optional(line.restocked.map(Int64.init)),
                ]
                if isKnown { updates.append(values + key) } else { inserts.append(key + values) }
            }
        }
        try transaction.execute(
            """
            INSERT INTO order_lines (order_number, position, external_id, variant_key, sku, title, variant, ordered, unit_price, net, tax, shipped, removed,
                returned, written_off, restocked)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, each: inserts)
        try transaction.execute(
            """
            UPDATE order_lines SET external_id = ?, variant_key = ?, sku = ?, title = ?, variant = ?, ordered = ?, unit_price = ?, net = ?, tax = ?, shipped = ?,
                removed = ?, returned = ?, written_off = ?, restocked = ?
            WHERE order_number = ? AND position = ?
            """, each: updates)
    }

    private static func saveBuyers(_ records: [OrderRecord], in transaction: Transaction) throws {
        let rows = records.compactMap { record -> [SQLValue]? in
            guard let buyer = record.buyer else { return nil }
            let address = JSONValue.array(buyer.address.map(JSONValue.string)).text
            return [
                .integer(record.order.id.number), .optional(buyer.externalID), .optional(buyer.name), .optional(buyer.email), .optional(buyer.phone),
                .text(address),
            ]
        }
        try transaction.execute(
            """
            INSERT INTO order_buyers (order_number, buyer_id, name, email, phone, address) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (order_number) DO UPDATE SET buyer_id = excluded.buyer_id, name = excluded.name, email = excluded.email, phone = excluded.phone,
                address = excluded.address
            """, each: rows)
        let countries = records.filter { !$0.isNew }.compactMap { record -> [SQLValue]? in
            record.buyer?.country.map { [.text($0), .integer(record.order.id.number)] }
        }
        try transaction.execute("UPDATE orders SET country = ? WHERE number = ?", each: countries)
    }

    /// The numbers of the orders that are known.
    static func numbers(of keys: [(account: ID<AccountKind>, externalID: String)], in transaction: Transaction) throws -> [Int64?] {
        try keys.map { key in
            try transaction.number("SELECT number FROM orders WHERE account = \(key.account.number) AND external_id = \(key.externalID)")
        }
    }
}
