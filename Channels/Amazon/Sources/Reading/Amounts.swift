// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

/// Reads amounts of one currency. An amount in another currency is refused by name: adding the two would be a lie.
struct Amounts {
    let currency: Currency
    /// Far above any order and far enough below the end of the number that a page of them can be added up.
    static let minorMax: Int64 = 10_000_000_000_000

    /// The currency that Amazon wrote beside an amount; nil where there is no amount.
    static func currency(of json: JSON?) throws(Unreadable) -> Currency? {
        guard let code = json?["currencyCode"]?.string else { return nil }
        guard let currency = Currency(code) else { throw .unknownCurrency(code) }
        return currency
    }

    /// Orders write `amount` as text, finances `currencyAmount` as a number. Nil when the amount is absent or null.
    func money(_ json: JSON?, _ field: String) throws(Unreadable) -> Money? {
        guard let json, !json.isNull else { return nil }
        guard json.kind == .object else { throw .badMoney(field: field, text: json.text ?? "") }
        guard let amount = json["amount"] ?? json["currencyAmount"], !amount.isNull else { return nil }
        guard let text = amount.text, let money = Money(text, currency), money.minor.magnitude <= UInt64(Self.minorMax)
        else {
            throw .badMoney(field: field, text: amount.text ?? "")
        }
        if let code = json["currencyCode"]?.string {
            guard let own = Currency(code) else { throw .unknownCurrency(code) }
            guard own == currency else { throw .malformed("\(field): \(code) beside \(currency.code)") }
        }
        return money
    }

    /// Never negative as a price; kept as written.
    func price(_ json: JSON?, _ field: String) throws(Unreadable) -> Decimal10? {
        guard let money = try money(json, field) else { return nil }
        guard let text = (json?["amount"] ?? json?["currencyAmount"])?.text, let price = Decimal10(text), money.minor >= 0
        else {
            throw .badMoney(field: field, text: money.decimalText)
        }
        return price
    }
}

extension JSON {
    /// A text that has to be there and not be empty.
    func required(_ name: StaticString) throws(Unreadable) -> String {
        guard let text = self[name]?.text, !text.isEmpty else { throw .missing(field: "\(name)") }
        return text
    }

    /// A moment that has to be there.
    func moment(_ name: StaticString) throws(Unreadable) -> Instant {
        let text = try required(name)
        guard let instant = Instant(iso: text, zoneless: 0) else { throw .badTime(field: "\(name)", text: text) }
        return instant
    }

    /// A moment that may be absent, null or unreadable without harm.
    func optionalMoment(_ name: StaticString) -> Instant? { self[name]?.string.flatMap { Instant(iso: $0, zoneless: 0) } }

    /// A number of units; nil when absent or null.
    func units(_ name: StaticString) throws(Unreadable) -> Quantity? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let number = value.integer else { throw .malformed("\(name): \(value.text ?? "no number")") }
        guard let quantity = Quantity(number) else {
            if number < 0 { throw .negativeQuantity(field: "\(name)") }
            throw .malformed("\(name): \(number)")
        }
        return quantity
    }

    /// A text that says something: nil when absent, null or blank.
    func words(_ name: StaticString) -> String? {
        guard let text = self[name]?.string?.trimmed, !text.isEmpty else { return nil }
        return text
    }
}
