// SPDX-License-Identifier: Apache-2.0

import JSONText
import Storage
import Vocabulary

/// News that overtook its order: kept until the order comes. The only writer of `early_news`.
enum EarlyNews {
    static func keep(_ news: OrderNews, at now: Instant, in transaction: Transaction) throws {
        let number = try transaction.takeNumbers("early_news")
        try transaction.execute(
            """
            INSERT INTO early_news (number, account, external_id, news, received_at)
            VALUES (\(number), \(news.account.number), \(news.externalID), \(OrderNewsText.text(news)), \(now.milliseconds))
            ON CONFLICT (account, external_id, news) DO NOTHING
            """)
    }

    static func take(account: ID<AccountKind>, externalID: String, in transaction: Transaction) throws -> [OrderNews] {
        let rows = try transaction.all(
            "SELECT number, news FROM early_news WHERE account = \(account.number) AND external_id = \(externalID) ORDER BY number"
        ) { ($0.integer(0), $0.text(1)) }
        guard !rows.isEmpty else { return [] }
        try transaction.execute("DELETE FROM early_news WHERE number = ?", each: rows.map { [.integer($0.0)] })
        return try rows.map { try OrderNewsText.news($0.1, account: account, externalID: externalID) }
    }
}

/// The parts of news that can come before the order, as JSON.
enum OrderNewsText {
    static func text(_ news: OrderNews) -> String {
        let refunds = news.refunds.map { refund -> JSONValue in
            [
                "id": .optional(refund.externalID), "at": .integer(refund.at.milliseconds), "lines": RefundTable.json(refund.lines),
                "shipping": .integer(refund.shipping), "shippingTax": .integer(refund.shippingTax), "total": .integer(refund.total),
                "source": .string(refund.source),
            ]
        }
        let shipments = news.shipments.map { shipment -> JSONValue in
            [
                "id": .optional(shipment.externalID), "at": .integer(shipment.at.milliseconds), "lines": ShipmentTable.json(shipment.lines),
                "tracking": ShipmentTable.json(shipment.tracking), "cancelled": .bool(shipment.isCancelled), "source": .string(shipment.source),
            ]
        }
        let whole: JSONValue = [
            "refunds": .array(refunds), "shipments": .array(shipments), "deleted": .bool(news.isDeleted), "source": .string(news.source),
        ]
        return whole.text
    }

    static func news(_ text: String, account: ID<AccountKind>, externalID: String) throws -> OrderNews {
        let json = try JSON.parse(text)
        func instant(_ json: JSON) -> Instant { Instant(milliseconds: Int64(json["at"]?.integer ?? 0)) }
        func amount(_ json: JSON?) -> Int64 { Int64(json?.integer ?? 0) }
        let refunds = (json["refunds"]?.elements).map { elements in
            elements.map { refund in
                Refund(
                    externalID: refund["id"]?.string, key: nil, at: instant(refund), lines: refund["lines"].map(RefundTable.lines) ?? [],
                    shipping: amount(refund["shipping"]), shippingTax: amount(refund["shippingTax"]), total: amount(refund["total"]),
                    source: refund["source"]?.string ?? "")
            }
        }
        let shipments = (json["shipments"]?.elements).map { elements in
            elements.map { shipment in
                Shipment(
                    externalID: shipment["id"]?.string, key: nil, at: instant(shipment), lines: shipment["lines"].map(ShipmentTable.lines) ?? [],
                    tracking: shipment["tracking"].map(ShipmentTable.tracking) ?? [], isCancelled: shipment["cancelled"]?.bool ?? false,
                    source: shipment["source"]?.string ?? "")
            }
        }
        return OrderNews(
            account: account, externalID: externalID, refunds: refunds ?? [], shipments: shipments ?? [], isDeleted: json["deleted"]?.bool ?? false,
            source: json["source"]?.string ?? "")
    }

    static func strings(_ text: String) throws -> [String] { try JSON.parse(text).elements.compactMap(\.string) }
}
