// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// What WooCommerce's order statuses mean to the hub. A status of a plugin is treated as `processing`: it holds units and is not over.
enum OrderStatus {
    /// Whether units are to be held. A cart that became no order and a failed payment hold none; a trashed order is gone
    /// from the shop's lists, although the shop itself gives nothing back for it (recordings 253 to 259).
    static func claimsStock(_ status: String) -> Bool {
        !["checkout-draft", "auto-draft", "failed", "trash"].contains(status)
    }

    /// Not to be shipped yet: the payment is open, or the merchant looks into it.
    static func isOnHold(_ status: String) -> Bool {
        ["pending", "on-hold", "checkout-draft", "auto-draft", "failed"].contains(status)
    }

    /// Orders states that follow one another within a second, which is as fine as `date_modified_gmt` gets.
    static func rank(_ status: String) -> Int {
        switch status {
        case "auto-draft", "checkout-draft": 0
        case "pending": 1
        case "failed": 2
        case "on-hold": 3
        case "completed": 5
        case "cancelled": 6
        case "refunded": 7
        case "trash": 8
        default: 4
        }
    }

    /// Where the money is. An order in processing without a payment date is cash on delivery (recording 320): promised, and to be shipped.
    static func payment(_ status: String, isPaid: Bool, total: Money, refunded: Money, hasRefunds: Bool)
        -> ChannelOrder.Payment
    {
        if hasRefunds, refunded.minor > 0 || status == "refunded" {
            return refunded.minor >= total.minor || status == "refunded" ? .refunded : .partiallyRefunded
        }
        if status == "refunded" { return .refunded }
        if isPaid { return .paid }
        switch status {
        case "cancelled", "failed", "trash": return .voided
        case "pending", "on-hold", "checkout-draft", "auto-draft": return .pending
        default: return .authorized
        }
    }
}
