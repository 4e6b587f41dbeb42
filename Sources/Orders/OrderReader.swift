// SPDX-License-Identifier: Apache-2.0

import JSONText
public import Storage
public import Vocabulary

/// Reads whole orders back from their rows.
public enum OrderReader {
    /// The order with what was posted of it; nil when there is none of that number.
    public static func record(_ id: ID<OrderKind>, in transaction: Transaction) throws -> OrderRecord? {
        let sql: SQL = """
            SELECT account, external_id, reference, placed_at, changed_at, revision, payment, cancelled_at, hub_cancelled_at, is_on_hold, claims_stock,
                by_channel, is_deleted, status, currency, shipping, fees, tax, total, posted_goods, posted_tax, posted_shipping, posted_fees,
                posted_difference, received_at
            FROM orders WHERE number = \(id.number)
            """
        let head = try transaction.first(sql) { try readHead(of: id, $0) }
        guard let head else { return nil }
        let (_, money, status, receivedAt) = head
        var order = head.0
        var posted: [OrderRecord.PostedLine] = []
        try transaction.forEach(
            """
            SELECT external_id, variant_key, sku, title, variant, ordered, unit_price, net, tax, shipped, removed, returned, written_off, restocked
            FROM order_lines
            WHERE order_number = \(id.number) ORDER BY position
            """
        ) { row in
            order.lines.append(
                Order.Line(
                    externalID: row.text(0), variantKey: row.optionalText(1), sku: row.optionalText(2), title: row.text(3),
                    variant: row.optionalInteger(4).map { ID($0) }, ordered: row.int(5), unitPrice: row.text(6), net: row.integer(7),
                    tax: row.integer(8),
                    restocked: row.optionalInt(13)))
            var line = OrderRecord.PostedLine()
            line.shipped = row.int(9)
            line.removed = row.int(10)
            line.returned = row.int(11)
            line.writtenOff = row.int(12)
            posted.append(line)
        }
        // The row has the whole order's tax; the header keeps only what is not on a line.
        order.header.tax -= order.lines.reduce(0) { $0 + $1.tax }
        order.refunds = try RefundTable.refunds(of: id, in: transaction)
        order.shipments = try ShipmentTable.shipments(of: id, in: transaction)
        return OrderRecord(stored: order, postedLines: posted, postedMoney: money, receivedAt: receivedAt, status: status)
    }

    /// The channel's keys of the articles on these lines of the order, each once; on all of them when no lines are named.
    public static func variantKeys(of id: ID<OrderKind>, lines: Set<String>? = nil, in transaction: Transaction) throws -> [String] {
        let keys = try transaction.all(
            "SELECT external_id, variant_key FROM order_lines WHERE order_number = \(id.number) AND variant_key IS NOT NULL"
        ) { (line: $0.text(0), variant: $0.text(1)) }
        return Set(keys.filter { lines?.contains($0.line) ?? true }.map(\.variant)).sorted()
    }

    private static func readHead(of id: ID<OrderKind>, _ row: any Row) throws -> (Order, OrderFold.Money, Order.Status, Instant) {
        guard let currency = Currency(row.text(14)), let payment = Order.Payment(rawValue: row.text(6)),
            let status = Order.Status(rawValue: row.text(13))
        else {
            throw StorageFailure.other("order \(id) has an unknown currency, payment or status")
        }
        let header = Order.Header(
            reference: row.text(2), placedAt: Instant(milliseconds: row.integer(3)), changedAt: Instant(milliseconds: row.integer(4)),
            revision: row.int(5),
            payment: payment, cancelledAt: row.optionalInteger(7).map(Instant.init(milliseconds:)), isOnHold: row.bool(9), claimsStock: row.bool(10),
            isFulfilledByChannel: row.bool(11), currency: currency, shipping: row.integer(15), fees: row.integer(16), tax: row.integer(17),
            total: row.integer(18))
        let order = Order(
            id: id, account: ID(row.integer(0)), externalID: row.text(1), header: header, lines: [], refunds: [], shipments: [],
            hubCancelledAt: row.optionalInteger(8).map(Instant.init(milliseconds:)), isDeleted: row.bool(12))
        var money = OrderFold.Money()
        money.goods = row.integer(19)
        money.tax = row.integer(20)
        money.shipping = row.integer(21)
        money.fees = row.integer(22)
        money.difference = row.integer(23)
        return (order, money, status, Instant(milliseconds: row.integer(24)))
    }

    /// Units that refunds of all orders gave back, wherever they are.
    public static func unitsRefunded(in transaction: Transaction) throws -> Int {
        var units = 0
        try transaction.forEach("SELECT lines FROM order_refunds") { row in
            units += RefundTable.lines(try JSON.parse(row.text(0))).reduce(0) { $0 + $1.units }
        }
        return units
    }

    public static func buyer(of id: ID<OrderKind>, in transaction: Transaction) throws -> OrderBuyer? {
        try transaction.first(
            """
            SELECT b.buyer_id, b.name, b.email, b.phone, b.address, o.country FROM order_buyers b JOIN orders o ON o.number = b.order_number
            WHERE b.order_number = \(id.number)
            """
        ) { row in
            OrderBuyer(
                externalID: row.optionalText(0), name: row.optionalText(1), email: row.optionalText(2), phone: row.optionalText(3),
                address: try OrderNewsText.strings(row.text(4)), country: row.optionalText(5))
        }
    }
}
