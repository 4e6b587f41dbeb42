// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// An order in the twin's shop. Amounts are minor units of the shop's currency; nothing is taxed.
struct TwinOrder: Sendable {
    /// What a line keeps of its article as it was when it was sold. Lines share it: a year has half a million of them.
    final class Label: Sendable {
        /// The position of the article; nil for a line typed in by hand.
        let article: Int?
        let sku: String
        let title: String

        init(article: Int?, sku: String, title: String) {
            self.article = article
            self.sku = sku
            self.title = title
        }
    }
    struct Line: Sendable {
        var label: Label
        var unitPrice: Decimal10
        var total: Int64
        @PackedCount var quantity: Int
        /// Units sent, and units given back or taken off.
        @PackedCount var fulfilled = 0
        @PackedCount var refunded = 0
        /// Of the refunded ones, those that had been sent.
        @PackedCount var returned = 0

        var article: Int? { label.article }
        var sku: String { label.sku }
        var title: String { label.title }
        /// Units still to be sent.
        var open: Int { max(0, quantity - fulfilled - (refunded - returned)) }
    }
    struct Transaction: Sendable {
        var isRefund: Bool
        var amount: Int64
        /// The payment that a refund goes back to.
        var parent: Int?
        var at: Instant
    }
    struct RefundLine: Sendable {
        var line: Int
        var quantity: Int
        /// `return`, `cancel` or `no_restock`.
        var restock: String
        var subtotal: Int64
    }
    struct Refund: Sendable {
        var id: Int64
        var at: Instant
        var note: String?
        var lines: [RefundLine]
        var shipping: Int64
        /// Positions of its transactions in the order.
        var transactions: [Int]
    }
    struct Tracking: Hashable, Sendable {
        var company: String?
        var number: String?
        var url: String?
    }
    struct Fulfillment: Sendable {
        var id: Int64
        var at: Instant
        var lines: [(line: Int, quantity: Int)]
        var tracking: [Tracking]
    }

    var id: Int64
    var name: String
    var createdAt: Instant
    var updatedAt: Instant
    var lines: [Line]
    /// The id of the first line; the others follow it.
    var firstLineID: Int64
    var shipping: Int64
    var buyer: Buyer
    var customerID: Int64
    var isPaid: Bool
    var cancelledAt: Instant?
    var cancelReason: String?
    var note: String?
    var transactions: [Transaction] = []
    var refunds: [Refund] = []
    var fulfillments: [Fulfillment] = []

    var total: Int64 { lines.reduce(shipping) { $0 + $1.total } }
    var received: Int64 { transactions.reduce(0) { $0 + ($1.isRefund ? 0 : $1.amount) } }
    var returned: Int64 { transactions.reduce(0) { $0 + ($1.isRefund ? $1.amount : 0) } }
    var refundedShipping: Int64 { refunds.reduce(0) { $0 + $1.shipping } }

    /// In capitals, as GraphQL has it.
    var financialStatus: String {
        guard isPaid else { return cancelledAt == nil ? "PENDING" : "VOIDED" }
        if returned > 0, returned >= received { return "REFUNDED" }
        return returned > 0 ? "PARTIALLY_REFUNDED" : "PAID"
    }

    var fulfillmentStatus: String {
        guard fulfillments.contains(where: { !$0.lines.isEmpty }) else { return "UNFULFILLED" }
        return lines.allSatisfy { $0.open == 0 } ? "FULFILLED" : "PARTIALLY_FULFILLED"
    }

    /// What the units of a line from the `from`th on are worth, so that the parts of a line add up to it.
    func worth(of units: Int, from: Int, line: Line, in currency: Currency) -> Int64 {
        func upTo(_ count: Int) -> Int64 {
            let weights = [Int64(min(count, line.quantity)), Int64(max(0, line.quantity - count))]
            return Money(minor: line.total, currency).split(by: weights)[0].minor
        }
        return upTo(from + units) - upTo(from)
    }
}
