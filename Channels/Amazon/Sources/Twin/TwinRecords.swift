// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import Vocabulary

/// An offer of the seller, or the parent that holds a family of variations together.
struct TwinArticle: Sendable {
    var sku: String
    var asin: String
    var title: String
    var price: String
    var gtin: String?
    var parent: String?
    var children: [String] = []
    var options: [ChannelListing.Option]
    var createdAt: Instant
    var changedAt: Instant
    /// Days that the merchant takes to hand a parcel over: an optional part of the availability that `replace` wipes out.
    var leadTime: Int? = 2
    /// What its last line keeps of it, for the next to share.
    var sold: TwinOrder.Offer?
    var isParent: Bool { !children.isEmpty }
}

struct TwinOrder: Sendable {
    enum Status: String, Sendable {
        case pending = "PENDING"
        case unshipped = "UNSHIPPED"
        case partlyShipped = "PARTIALLY_SHIPPED"
        case shipped = "SHIPPED"
        case cancelled = "CANCELLED"
    }
    /// What a line keeps of its offer as it was when it was sold. Lines share it: a year has half a million of them.
    final class Offer: Sendable {
        let sku: String
        let asin: String
        let title: String

        init(sku: String, asin: String, title: String) {
            self.sku = sku
            self.asin = asin
            self.title = title
        }
    }
    struct Line: Sendable {
        @PackedCount var number: Int
        @PackedCount var quantity: Int
        var offer: Offer
        var unitPrice: String
        var net: Money
        @PackedCount var shipped = 0
        var givenBack: Money
        @PackedCount var refunded = 0

        /// Fourteen digits, a six first.
        var id: String { AmazonTwin.padded(number, 14) }
        var sku: String { offer.sku }
        var asin: String { offer.asin }
        var title: String { offer.title }
    }
    struct Package: Sendable {
        var reference: String
        var carrier: String
        var method: String?
        var tracking: String
        var shippedAt: Instant
        var createdAt: Instant
        var items: [(line: Int, quantity: Int)]
    }
    var id: String
    var placedAt: Instant
    var changedAt: Instant
    var status: Status
    var lines: [Line]
    var buyer: Buyer
    var shipping: Money
    var shippingGivenBack: Money
    var packages: [Package] = []
    /// The place of the line with that id.
    func line(_ id: String?) -> Int? {
        guard let id, id.utf8.count == 14, let number = Int(id.dropFirst()) else { return nil }
        return lines.firstIndex { $0.number == number && $0.id == id }
    }
    /// `BUYER` or `MERCHANT`.
    var cancelledBy: String?
    var cancelReason: String?
    /// The buyer has asked for a cancellation that nobody has answered.
    var buyerAsks = false
}

struct TwinChange: Sendable {
    var at: Instant
    var order: Int
}

struct TwinTransaction: Sendable {
    enum Kind: String, Sendable {
        case shipment = "Shipment"
        case refund = "Refund"
    }
    struct Item: Sendable {
        var line: Int
        var quantity: Int
        /// Positive, whichever way it goes.
        var goods: Money
        var tax: Money
        var shipping: Money
    }
    var id: String
    var kind: Kind
    var order: Int
    var at: Instant
    var items: [Item]
}

struct TwinFeed: Sendable {
    var id: String
    var type: String
    var document: String
    var createdAt: Instant
    var beginsAt: Instant
    var endsAt: Instant
    var report: String?
    var state: String
}

struct TwinDocument: Sendable {
    var contentType: String
    var bytes: [UInt8]?
    var uploadUntil: Instant?
    /// The signature that its address carries.
    var key: String
}
