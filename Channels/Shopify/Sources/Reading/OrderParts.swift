// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// An order as both of Shopify's forms tell it, before what hangs together is worked out in one place: so that the
/// same order is the same value whichever way it came.
struct OrderParts: Sendable {
    struct Line: Sendable {
        var id: String
        var variant: String?
        var sku: String?
        var title: String
        /// Units ordered, with those refunded or edited away since.
        var ordered: Quantity
        /// Without those.
        var current: Quantity
        var unitPrice: Decimal10
        var discount: Money
        var tax: Money
    }
    struct RefundLine: Sendable {
        var lineID: String
        var quantity: Quantity
        var disposition: ChannelRefund.Disposition
        /// With tax where the order's prices include it.
        var subtotal: Money
        var tax: Money
    }
    struct Refund: Sendable {
        var id: String
        var at: Instant
        var lines: [RefundLine]
        var shipping: Money
        var shippingTax: Money
        var total: Money
    }

    var id: String
    var number: String
    var changedAt: Instant
    var placedAt: Instant
    var cancelledAt: Instant?
    var payment: ChannelOrder.Payment
    var currency: Currency
    var taxesIncluded: Bool
    var lines: [Line] = []
    /// With tax where the order's prices include it.
    var shipping: Money
    var shippingTax: Money
    var fees: Money
    var total: Money
    var buyer = Buyer()
    var refunds: [Refund] = []
    var shipments: [ChannelShipment] = []

    /// The finished order.
    func order() throws(Unreadable) -> ChannelOrder {
        var refunded: [String: Int] = [:]
        for refund in refunds {
            // Each figure is below a thousand million, so the sum cannot overflow.
            for line in refund.lines { refunded[line.lineID, default: 0] += line.quantity.units }
        }
        var lines: [ChannelOrder.Line] = []
        lines.reserveCapacity(self.lines.count)
        for line in self.lines { lines.append(try finished(line, refunded: refunded[line.id] ?? 0)) }
        let none = Money.zero(currency)
        return ChannelOrder(
            externalID: id, number: number, changedAt: changedAt, revision: revision, placedAt: placedAt,
            payment: payment,
            cancelledAt: cancelledAt, currency: currency, lines: lines,
            shipping: taxesIncluded ? shipping - shippingTax : shipping,
            shippingTax: shippingTax, fees: fees, feesTax: none, total: total, buyer: buyer,
            refunds: refunds.map(finished).sorted { Self.isBefore($0.externalID, $1.externalID) },
            shipments: shipments.sorted { Self.isBefore($0.externalID, $1.externalID) })
    }

    /// Units that an edit took away without a refund are no longer ordered; those a refund names stay, and the refund
    /// says what became of them.
    private func finished(_ line: Line, refunded: Int) throws(Unreadable) -> ChannelOrder.Line {
        let kept = cancelledAt == nil ? min(line.ordered.units, line.current.units + refunded) : line.ordered.units
        let gross = try Fields.money(line.unitPrice.multiplied(by: Int64(line.ordered.units)), "line price", currency)
        var net = gross - line.discount
        var tax = line.tax
        if taxesIncluded { net = net - tax }
        if kept < line.ordered.units {
            let weights = [Int64(kept), Int64(line.ordered.units - kept)]
            net = net.split(by: weights)[0]
            tax = tax.split(by: weights)[0]
        }
        return ChannelOrder.Line(
            externalID: line.id, variant: line.variant, sku: line.sku, title: line.title,
            quantity: Quantity(clamping: kept),
            unitPrice: Self.plain(line.unitPrice, digits: currency.minorDigits), net: net, tax: tax)
    }

    private func finished(_ refund: Refund) -> ChannelRefund {
        Self.refund(refund, taxesIncluded: taxesIncluded)
    }

    static func refund(_ refund: Refund, taxesIncluded: Bool) -> ChannelRefund {
        ChannelRefund(
            externalID: refund.id, at: refund.at,
            lines: refund.lines.map { line in
                ChannelRefund.Line(
                    lineID: line.lineID, quantity: line.quantity, disposition: line.disposition,
                    net: taxesIncluded ? line.subtotal - line.tax : line.subtotal, tax: line.tax)
            },
            shipping: taxesIncluded ? refund.shipping - refund.shippingTax : refund.shipping,
            shippingTax: refund.shippingTax,
            total: refund.total)
    }

    /// How far along the order is, which only grows: Shopify's times are whole seconds, and an order is often placed
    /// and paid within one. Two snapshots of one second are told apart by it.
    private var revision: Int {
        let step: Int =
            switch payment {
            case .pending: 0
            case .authorized: 1
            case .paid: 2
            case .partiallyRefunded: 3
            case .refunded: 4
            case .voided: 5
            }
        let past = refunds.count + shipments.count + shipments.count(where: \.isCancelled)
        return step + 8 * past + (cancelledAt == nil ? 0 : 6)
    }

    /// Ids are numbers: the shorter is the smaller.
    static func isBefore(_ left: String, _ right: String) -> Bool {
        (left.utf8.count, left) < (right.utf8.count, right)
    }

    /// GraphQL writes `6.5` where webhooks write `6.50`: zeros beyond the currency's own digits are dropped, missing ones added.
    static func plain(_ price: Decimal10, digits: Int) -> Decimal10 {
        var price = price
        while price.scale > digits, price.units % 10 == 0 {
            price = Decimal10(units: price.units / 10, scale: price.scale - 1)
        }
        if price.scale < digits, let units = price.scaled(to: digits) { price = Decimal10(units: units, scale: digits) }
        return price
    }
}
