// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// Strict reading of the few values that must be right. Each failure names the field.
enum Fields {
    /// The most minor units that one figure may have: far beyond any order, and small enough that no sum of a message overflows.
    static let moneyMax: Int64 = 10_000_000_000_000

    /// Square's `Money`: whole minor units with their currency. Zero where it is missing.
    static func money(_ json: JSON?, _ field: String, _ currency: Currency) throws(Unreadable) -> Money {
        guard let json, !json.isNull else { return .zero(currency) }
        guard let amount = json["amount"], !amount.isNull else { return .zero(currency) }
        guard amount.kind == .number, let minor = amount.integer, minor.magnitude <= UInt(moneyMax) else {
            throw .badMoney(field: field, text: String((amount.text ?? "").prefix(60)))
        }
        if let code = json["currency"]?.string, code != currency.code { throw .badMoney(field: field, text: "\(minor) \(code.prefix(10))") }
        return Money(minor: Int64(minor), currency)
    }

    static func currency(_ json: JSON?, _ field: String) throws(Unreadable) -> Currency {
        guard let code = json?.string else { throw .missing(field: field) }
        guard let currency = Currency(code) else { throw .unknownCurrency(String(code.prefix(20))) }
        return currency
    }

    static func time(_ json: JSON?, _ field: String) throws(Unreadable) -> Instant {
        guard let json, !json.isNull else { throw .missing(field: field) }
        guard let text = json.string, let instant = Instant(iso: text) else {
            throw .badTime(field: field, text: String((json.text ?? "").prefix(60)))
        }
        return instant
    }

    static func optionalTime(_ json: JSON?, _ field: String) throws(Unreadable) -> Instant? {
        guard let json, !json.isNull else { return nil }
        return try time(json, field)
    }

    static func text(_ json: JSON?, _ field: String) throws(Unreadable) -> String {
        guard let text = json?.string, !text.isEmpty else { throw .missing(field: field) }
        return text
    }

    /// The text, or nil when it is missing or blank.
    static func optionalText(_ json: JSON?) -> String? {
        guard let text = json?.string?.trimmed, !text.isEmpty else { return nil }
        return text
    }

    /// The elements of an array; none for anything else.
    static func list(_ json: JSON?) -> [JSON] { json.map { Array($0.elements) } ?? [] }

    /// Square's quantities are decimal text with up to five decimals: `3`, `2.25`, `-1`.
    static func decimal(_ json: JSON?, _ field: String) throws(Unreadable) -> Decimal10 {
        guard let json, !json.isNull else { throw .missing(field: field) }
        guard let text = json.text, text.utf8.count <= 26, !text.utf8.contains(where: { $0 | 0x20 == 0x65 }), let value = Decimal10(text) else {
            throw .malformed("\(field) is no number")
        }
        return value
    }

    /// A count of stock: what is not a whole unit cannot be sold as one. Below nothing where the shop has sold more than there was.
    static func count(_ json: JSON?, _ field: String) throws(Unreadable) -> Int {
        let value = try decimal(json, field)
        var units = value.units
        for _ in 0..<max(0, value.scale) { units = units >= 0 ? units / 10 : (units - 9) / 10 }
        guard units.magnitude <= UInt64(Quantity.unitsMax) else { throw .malformed("\(field) is beyond \(Quantity.unitsMax)") }
        return Int(units)
    }

    /// Whole units of an order, or nil for what is sold by measure.
    static func wholeUnits(_ json: JSON?, _ field: String) throws(Unreadable) -> Quantity? {
        let value = try decimal(json, field)
        guard value.units >= 0 else { throw .negativeQuantity(field: field) }
        var units = value.units
        for _ in 0..<max(0, value.scale) {
            guard units % 10 == 0 else { return nil }
            units /= 10
        }
        guard units <= Int64(Quantity.unitsMax), let quantity = Quantity(Int(units)) else {
            throw .malformed("\(field) is beyond \(Quantity.unitsMax)")
        }
        return quantity
    }
}
