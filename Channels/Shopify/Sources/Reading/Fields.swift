// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// Strict reading of the few values that must be right. Each failure names the field.
enum Fields {
    /// The most minor units that one figure may have: far beyond any order, and small enough that no sum of a message overflows.
    static let moneyMax: Int64 = 10_000_000_000_000

    /// Decimal text as it is written. Exponents are refused: Shopify never writes them.
    static func decimal(_ json: JSON?, _ field: String) throws(Unreadable) -> Decimal10 {
        guard let json, !json.isNull else { throw .missing(field: field) }
        guard json.kind == .string || json.kind == .number, let text = json.text else {
            throw .badMoney(field: field, text: "")
        }
        guard text.utf8.count <= 40, !text.utf8.contains(where: { $0 | 0x20 == 0x65 }), let value = Decimal10(text)
        else {
            throw .badMoney(field: field, text: String(text.prefix(60)))
        }
        return value
    }

    static func money(_ json: JSON?, _ field: String, _ currency: Currency) throws(Unreadable) -> Money {
        try money(decimal(json, field), field, currency)
    }

    static func money(_ value: Decimal10?, _ field: String, _ currency: Currency) throws(Unreadable) -> Money {
        guard let value, let minor = value.scaled(to: currency.minorDigits), minor.magnitude <= UInt64(moneyMax) else {
            throw .badMoney(field: field, text: value?.description ?? "too large")
        }
        return Money(minor: minor, currency)
    }

    /// GraphQL's `shopMoney` of a money bag; zero where the bag is null.
    static func bag(_ json: JSON?, _ field: String, _ currency: Currency) throws(Unreadable) -> Money {
        guard let json, !json.isNull else { return .zero(currency) }
        return try money(json["shopMoney"]?["amount"], field, currency)
    }

    /// The webhooks' `shop_money` of a `…_set`, or the plain figure beside it; zero where both are null.
    static func set(_ set: JSON?, or plain: JSON?, _ field: String, _ currency: Currency) throws(Unreadable) -> Money {
        if let amount = set?["shop_money"]?["amount"], !amount.isNull { return try money(amount, field, currency) }
        guard let plain, !plain.isNull else { return .zero(currency) }
        return try money(plain, field, currency)
    }

    static func currency(_ json: JSON?, _ field: String) throws(Unreadable) -> Currency {
        guard let code = json?.string else { throw .missing(field: field) }
        guard let currency = Currency(code) else { throw .unknownCurrency(code) }
        return currency
    }

    static func quantity(_ json: JSON?, _ field: String) throws(Unreadable) -> Quantity {
        guard let json, !json.isNull else { throw .missing(field: field) }
        guard let units = json.integer else { throw .malformed("\(field) is no whole number") }
        guard units >= 0 else { throw .negativeQuantity(field: field) }
        guard let quantity = Quantity(units) else { throw .malformed("\(field) is beyond \(Quantity.unitsMax)") }
        return quantity
    }

    static func time(_ json: JSON?, _ field: String) throws(Unreadable) -> Instant {
        guard let json, !json.isNull else { throw .missing(field: field) }
        guard let text = json.string, let instant = Instant(iso: text) else {
            throw .badTime(field: field, text: String((json.text ?? "").prefix(60)))
        }
        return instant
    }

    /// A moment that may be missing.
    static func optionalTime(_ json: JSON?, _ field: String) throws(Unreadable) -> Instant? {
        guard let json, !json.isNull else { return nil }
        return try time(json, field)
    }

    /// The number of a global id or of a plain id.
    static func id(_ json: JSON?, _ field: String) throws(Unreadable) -> String {
        guard let json, !json.isNull else { throw .missing(field: field) }
        guard let text = json.text, let number = GlobalID.number(text) else { throw .malformed("\(field) is no id") }
        return number
    }

    static func optionalID(_ json: JSON?) -> String? { (json?.text).flatMap { GlobalID.number($0) } }

    static func text(_ json: JSON?, _ field: String) throws(Unreadable) -> String {
        guard let text = json?.text else { throw .missing(field: field) }
        return text
    }

    /// The text, or nil when it is missing or blank.
    static func optionalText(_ json: JSON?) -> String? {
        guard let text = json?.text?.trimmed, !text.isEmpty else { return nil }
        return text
    }

    /// The elements of an array; none for anything else.
    static func list(_ json: JSON?) -> [JSON] { json.map { Array($0.elements) } ?? [] }
}
