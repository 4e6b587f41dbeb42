// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import JSONText
import Journal
import Orders
import Vocabulary

/// The rooms' values as JSON: numbers as numbers, money as minor units with its currency, moments as RFC 3339.
enum APIText {
    static func money(_ money: Money) -> JSONValue {
        ["minor": .integer(money.minor), "currency": .string(money.currency.code), "text": .string(money.decimalText)]
    }
    static func moment(_ instant: Instant?) -> JSONValue { .optional(instant?.iso) }
    static func number(_ number: Int?) -> JSONValue { number.map { .integer($0) } ?? .null }

    static func row(_ row: OrderRow) -> JSONValue {
        [
            "number": .integer(row.id.number), "account": .integer(row.account.number), "reference": .string(row.reference),
            "placedAt": moment(row.placedAt),
            "status": .string(row.status.rawValue), "payment": .string(row.payment.rawValue), "total": money(row.total),
            "refunded": money(row.refunded),
            "units": .integer(row.units), "buyer": .optional(row.buyer), "country": .optional(row.country), "exceptions": .integer(row.exceptions),
        ]
    }

    static func order(_ detail: OrderDetail) -> JSONValue {
        let header = detail.order.header
        func amount(_ minor: Int64) -> JSONValue { money(Money(minor: minor, header.currency)) }
        let lines = detail.order.lines.enumerated().map { position, line -> JSONValue in
            let fold = detail.fold.lines[position]
            let held = detail.holds.filter { $0.line == position }.map { hold -> JSONValue in
                ["location": .string(hold.location), "units": .integer(hold.units), "sku": .optional(detail.variants[hold.variant]?.sku.text)]
            }
            return [
                "position": .integer(position), "sku": .optional(line.variant.flatMap { detail.variants[$0]?.sku.text } ?? line.sku),
                "title": .string(line.title),
                "ordered": .integer(line.ordered), "shipped": .integer(fold.shipped), "removed": .integer(fold.removed),
                "returned": .integer(fold.returned),
                "writtenOff": .integer(fold.writtenOff), "net": amount(line.net), "tax": amount(line.tax), "held": .array(held),
                "short": .integer(detail.shortages.filter { $0.line == position }.reduce(0) { $0 + $1.units }),
                "isMapped": .bool(line.variant != nil),
            ]
        }
        let shipments = detail.order.shipments.map { shipment -> JSONValue in
            [
                "at": moment(shipment.at), "key": .optional(shipment.key), "externalID": .optional(shipment.externalID),
                "isCancelled": .bool(shipment.isCancelled),
                "lines": .array(shipment.lines.map { ["line": .string($0.lineID), "units": .integer($0.units)] }),
                "tracking": .array(
                    shipment.tracking.map { ["carrier": .string($0.carrier), "number": .string($0.number), "url": .optional($0.url)] }),
            ]
        }
        let refunds = detail.order.refunds.map { refund -> JSONValue in
            ["at": moment(refund.at), "key": .optional(refund.key), "externalID": .optional(refund.externalID), "total": amount(refund.total)]
        }
        return [
            "number": .integer(detail.order.id.number), "account": .integer(detail.order.account.number),
            "externalID": .string(detail.order.externalID),
            "reference": .string(header.reference), "placedAt": moment(header.placedAt), "status": .string(detail.fold.status.rawValue),
            "payment": .string(header.payment.rawValue), "total": amount(header.total), "refunded": amount(detail.fold.refunded),
            "lines": .array(lines),
            "shipments": .array(shipments), "refunds": .array(refunds), "exceptions": .array(detail.exceptions.map { .string($0.kind) }),
        ]
    }

    static func product(_ row: StockRow) -> JSONValue {
        let levels = row.levels.map { level -> JSONValue in
            [
                "location": .integer(level.location.number), "available": .integer(level.available), "reserved": .integer(level.reserved),
                "onHand": .integer(level.onHand),
            ]
        }
        let publications = row.publications.map { publication -> JSONValue in
            [
                "account": .integer(publication.account.number), "listing": .integer(publication.listing.number),
                "wanted": .integer(publication.wanted),
                "sent": number(publication.sent), "acknowledged": number(publication.acknowledged),
                "acknowledgedAt": moment(publication.acknowledgedAt),
                "isDue": .bool(publication.isDue), "owedSince": moment(publication.owedSince), "problem": .optional(publication.problem),
            ]
        }
        return [
            "sku": .string(row.variant.sku.text), "title": .string(row.variant.title), "gtin": .optional(row.variant.gtin?.text),
            "isBundle": .bool(row.variant.isBundle),
            "available": .integer(row.availableToPromise), "short": .integer(row.short), "levels": .array(levels), "published": .array(publications),
        ]
    }
}
