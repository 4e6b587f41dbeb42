// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// A sale, or the return that gives back a part of one: both are orders at Square. Amounts are minor units; nothing is taxed.
struct TwinOrder: Sendable {
    struct Line: Sendable {
        /// Nil for a line typed in by hand.
        var article: Int?
        var title: String
        /// The price of one unit, and what a finer price than Square can write takes off the line again.
        var base: Int64
        var discount: Int64
        @PackedCount var quantity: Int
        @PackedCount var refunded = 0

        var total: Int64 { base * Int64(quantity) - discount }

        /// What so many further units are worth, so that all parts together are the line's total.
        func worth(of units: Int) -> Int64 {
            func upTo(_ count: Int) -> Int64 {
                quantity == 0 ? 0 : Money(minor: total, .gbp).split(by: [Int64(count), Int64(quantity - count)])[0].minor
            }
            return upTo(refunded + units) - upTo(refunded)
        }
    }
    struct Parcel: Sendable {
        var state = "PROPOSED"
        var shippedAt: Instant?
        var canceledAt: Instant?
        var cancelReason: String?
        var carrier: String?
        var number: String?
        var url: String?
        var metadata: JSONValue?
        var isOpen: Bool { ["PROPOSED", "RESERVED", "PREPARED"].contains(state) }
    }
    /// What a return gives back; its line is the position in the sale, nil for a sum.
    struct GiveBack: Sendable {
        struct Line: Sendable {
            var line: Int?
            var quantity: Int
            var amount: Int64
        }
        var source: Int
        var lines: [Line]
        var reason: String
        var total: Int64 { lines.reduce(0) { $0 + $1.amount } }
    }

    var reference: String
    var buyer: Buyer
    var lines: [Line]
    var shipping: Int64
    var createdAt: Instant
    var updatedAt: Instant
    var version = 1
    var state = "OPEN"
    var closedAt: Instant?
    var paidAt: Instant?
    var parcel = Parcel()
    var ignoresShelf = false
    /// Money that went back, by the orders that tell of it.
    var returns: [Int] = []
    var refunded: Int64 = 0
    /// Nil: it is a sale.
    var giveBack: GiveBack?

    var total: Int64 { lines.reduce(shipping) { $0 + $1.total } }
}

/// Ids as Square's look: letters and digits, the kind at the front.
enum TwinID: String {
    case item = "IT", variation = "VA", order = "OR", line = "LI", parcel = "FU", payment = "PM", refund = "RF", change = "CH", event = "EV"

    func text(_ number: Int, _ part: Int = 0) -> String { "\(rawValue)\(Self.padded(number, 12))\(Self.padded(part, 6))" }

    /// The number that the id stands for.
    func number(_ text: String) -> (number: Int, part: Int)? {
        guard text.utf8.count == 20, text.hasPrefix(rawValue), let number = Int(text.dropFirst(2).prefix(12)), let part = Int(text.suffix(6)),
            number >= 0,
            part >= 0
        else { return nil }
        return (number, part)
    }

    private static func padded(_ number: Int, _ length: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, length - digits.utf8.count)) + digits
    }
}
