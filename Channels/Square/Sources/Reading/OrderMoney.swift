// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// An order's money beside its lines: what was charged for sending it, what else, and what came in.
///
/// Square adds up: total = lines + service charges that are not spread over the lines + tip + rounding.
struct OrderMoney: Sendable {
    private(set) var shipping: Money
    private(set) var shippingTax: Money
    /// Service charges other than shipping, tips, and the rounding of cash.
    private(set) var fees: Money
    private(set) var feesTax: Money
    let total: Money
    private var captured: Money
    private var promised: Money
    private let due: Money?
    private let order: JSON

    init(_ order: JSON, _ currency: Currency) throws(Unreadable) {
        self.order = order
        let zero = Money.zero(currency)
        (shipping, shippingTax, fees, feesTax, captured, promised) = (zero, zero, zero, zero, zero, zero)
        total = try Fields.money(order["total_money"], "total_money", currency)
        due = if let due = order["net_amount_due_money"], !due.isNull { try Fields.money(due, "net_amount_due_money", currency) } else { nil }
        for charge in Fields.list(order["service_charges"]) where charge["treatment_type"]?.string != "APPORTIONED_TREATMENT" {
            let whole = try Fields.money(charge["total_money"] ?? charge["applied_money"], "service_charge.total_money", currency)
            let tax = try Fields.money(charge["total_tax_money"], "service_charge.total_tax_money", currency)
            if Self.isShipping(charge) {
                shipping += whole - tax
                shippingTax += tax
            } else {
                fees += whole - tax
                feesTax += tax
            }
        }
        fees += try Fields.money(order["total_tip_money"], "total_tip_money", currency)
        fees += try Fields.money(order["rounding_adjustment"]?["amount_money"], "rounding_adjustment.amount_money", currency)
        for tender in Fields.list(order["tenders"]) {
            let amount = try Fields.money(tender["amount_money"], "tender.amount_money", currency)
            switch Self.state(of: tender) {
            case .captured: captured += amount
            case .promised: promised += amount
            case .gone: break
            }
        }
    }

    /// Money came in or is promised, or none is asked for.
    var hasTender: Bool { isPaid || captured.minor > 0 || promised.minor > 0 }

    /// Square completes no order that is not paid, be it with what came back in exchange.
    var isPaid: Bool {
        if total.minor == 0 || order["state"]?.string == "COMPLETED" { return true }
        return captured.minor > 0 && (captured.minor >= total.minor || due?.minor == 0 && promised.minor == 0)
    }

    func payment(isCancelled: Bool) -> ChannelOrder.Payment {
        if let given = try? given(total.currency), given.minor > 0, captured.minor > 0 {
            return given.minor >= captured.minor ? .refunded : .partiallyRefunded
        }
        if isPaid && (total.minor > 0 || !isCancelled) { return .paid }
        if isCancelled { return .voided }
        return captured.minor + promised.minor >= total.minor ? .authorized : .pending
    }

    /// Refunds that stand in the sale itself, as older ones do; today's come as a return, an order of its own. Nil: it says nothing of them.
    func ownRefunds(_ currency: Currency) throws(Unreadable) -> [ChannelRefund]? {
        let refunds = standing
        guard !refunds.isEmpty else { return nil }
        var all: [ChannelRefund] = []
        for refund in refunds {
            all.append(
                ChannelRefund(
                    externalID: try Fields.text(refund["id"], "refund.id"), at: try Fields.time(refund["created_at"], "refund.created_at"), lines: [],
                    shipping: .zero(currency), shippingTax: .zero(currency),
                    total: try Fields.money(refund["amount_money"], "refund.amount_money", currency)))
        }
        return all
    }

    private var standing: [JSON] {
        guard Fields.list(order["returns"]).isEmpty else { return [] }
        return Fields.list(order["refunds"]).filter { !["REJECTED", "FAILED"].contains($0["status"]?.string) }
    }

    private func given(_ currency: Currency) throws(Unreadable) -> Money {
        var sum = Money.zero(currency)
        for refund in standing { sum += try Fields.money(refund["amount_money"], "refund.amount_money", currency) }
        return sum
    }

    /// Square has no field for it: Square Online charges for sending under a name.
    static func isShipping(_ charge: JSON) -> Bool {
        let name = (charge["name"]?.string ?? "").asciiUppercased
        return ["SHIPPING", "DELIVERY", "POSTAGE", "FREIGHT"].contains { name.utf8Contains($0) }
    }

    private enum TenderState { case captured, promised, gone }

    private static func state(of tender: JSON) -> TenderState {
        let details = ["card_details", "buy_now_pay_later_details", "square_account_details", "bank_account_details"].lazy
            .compactMap { tender[dynamic: $0] }.first { $0.kind == .object }
        return switch details?["status"]?.string {
        case "AUTHORIZED", "PENDING": .promised
        case "VOIDED", "FAILED": .gone
        default: .captured
        }
    }
}

extension String {
    /// Whether the text stands somewhere in it, by bytes.
    func utf8Contains(_ text: String) -> Bool {
        let (all, wanted) = (Array(utf8), Array(text.utf8))
        guard wanted.count <= all.count else { return false }
        return (0...(all.count - wanted.count)).contains { all[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }
}
