// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// Typed members of WooCommerce's objects, each refused by name when it cannot be what it should.
extension JSON {
    /// An id or other short text that must be there, from a number or a string.
    func identifier(_ name: StaticString) throws(Unreadable) -> String {
        guard let text = self[name]?.text, !text.isEmpty else { throw .missing(field: "\(name)") }
        return text
    }

    /// An id that is there only when it is not 0, null or empty.
    func reference(_ name: StaticString) -> String? {
        guard let text = self[name]?.text, !text.isEmpty, text != "0" else { return nil }
        return text
    }

    /// Text that is not empty.
    func filled(_ name: StaticString) -> String? {
        guard let text = self[name]?.string?.trimmed, !text.isEmpty else { return nil }
        return text
    }

    /// An amount; the empty text and `-`, which WooCommerce writes for a refund without amount (recording 214), are nothing.
    func money(_ name: StaticString, _ currency: Currency) throws(Unreadable) -> Money {
        guard let value = self[name], !value.isNull else { throw .missing(field: "\(name)") }
        guard let text = value.text else {
            throw .badMoney(field: "\(name)", text: String(decoding: value.source.prefix(40), as: UTF8.self))
        }
        if text.isEmpty || text == "-" { return .zero(currency) }
        guard let money = Money(text, currency), money.minor.magnitude <= Self.minorMax else {
            throw .badMoney(field: "\(name)", text: String(text.prefix(40)))
        }
        return money
    }

    /// Ten trillion of a currency with two decimals: far above any order, in Iranian rials too.
    private static var minorMax: UInt64 { 1_000_000_000_000_000 }

    /// A `…_gmt` time: UTC without a zone (recording 149). Nil when null or not there.
    func moment(_ name: StaticString) throws(Unreadable) -> Instant? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let text = value.string, let instant = Instant(iso: text, zoneless: 0) else {
            throw .badTime(field: "\(name)", text: value.text ?? "")
        }
        return instant
    }

    /// The value of a meta key; PHP turns an empty map into `[]`, so both shapes are met.
    func meta(_ key: String) -> JSON? {
        var last: JSON?
        for entry in list("meta_data") where entry["key"]?.string == key { last = entry }
        return last
    }

    /// The elements of a member; empty when it is missing, null or a map.
    func list(_ name: StaticString) -> [JSON] { self[name].map { Array($0.elements) } ?? [] }
}

/// Turns a decoder's refusal into the failure of an exchange.
func reading<Value>(_ body: () throws(Unreadable) -> Value) throws(ChannelFailure) -> Value {
    do throws(Unreadable) { return try body() } catch { throw ChannelFailure.unreadable(error) }
}

extension Money {
    /// The sum, refused when hostile figures would take it to the edge of the number.
    func plus(_ other: Money, _ field: String) throws(Unreadable) -> Money {
        let (sum, over) = minor.addingReportingOverflow(other.minor)
        guard !over, sum.magnitude <= 100_000_000_000_000_000 else {
            throw .badMoney(field: field, text: "the sum is too large")
        }
        return Money(minor: sum, currency)
    }
}
