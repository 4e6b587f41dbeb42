// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// One order as the shop keeps it. Amounts are minor units.
struct TwinOrder: Sendable {
    struct Meta: Sendable {
        var id: Int
        var key: String
        var value: JSONValue
    }

    /// What a line keeps of its product as it was when it was sold. Lines share it: a year has half a million of them.
    final class Label: Hashable, Sendable {
        /// Position in `TwinStock.products`; nil for a line typed in by hand or of an unknown product.
        let product: Int?
        let name: String
        let productID: Int
        let variationID: Int
        let sku: String?
        let gtin: String?
        let parentName: String?

        init(
            product: Int? = nil, name: String, productID: Int = 0, variationID: Int = 0, sku: String? = nil, gtin: String? = nil,
            parentName: String? = nil
        ) {
            self.product = product
            self.name = name
            self.productID = productID
            self.variationID = variationID
            self.sku = sku
            self.gtin = gtin
            self.parentName = parentName
        }

        func renamed(_ name: String) -> Label {
            Label(product: product, name: name, productID: productID, variationID: variationID, sku: sku, gtin: gtin, parentName: parentName)
        }

        static func == (left: Label, right: Label) -> Bool {
            left.product == right.product && left.name == right.name && left.productID == right.productID && left.variationID == right.variationID
                && left.sku == right.sku
                && left.gtin == right.gtin && left.parentName == right.parentName
        }
        func hash(into hasher: inout Hasher) {
            hasher.combine(name)
            hasher.combine(productID)
            hasher.combine(variationID)
        }
    }

    /// Units that a line moved off or on to the shelf, and the id of the meta entry that says so.
    struct Moved: Sendable {
        @PackedCount var meta: Int
        @PackedCount var units: Int
    }

    struct Line: Sendable {
        @PackedCount var id: Int
        @PackedCount var quantity: Int
        var label: Label
        var subtotal: Int64
        var total: Int64
        var options: [Meta] = []
        /// The price of one unit as written, while the line has the quantity it was made with.
        var unitPrice: Decimal10
        /// `_reduced_stock`: units this line has off the shelf.
        var reduced: Moved?
        /// `_restock_refunded_items`: units its refunds put back in all.
        var restocked: Moved?

        var product: Int? { label.product }
        var name: String { label.name }
        var productID: Int { label.productID }
        var variationID: Int { label.variationID }
        var sku: String? { label.sku }
        var gtin: String? { label.gtin }
        var parentName: String? { label.parentName }
    }

    struct Refund: Sendable {
        struct Line: Sendable {
            var id: Int
            /// The order line, or the shipping line, that it gives back.
            var of: Int
            var isShipping: Bool
            var quantity: Int
            var total: Int64
            var tax: Int64
            var metaID: Int
        }
        var id: Int
        var at: Instant
        /// Nil when none was given: shown as "" here and as "-" on the order.
        var amount: Int64?
        var reason: String
        var byGateway = false
        var metas: [Meta]
        var lines: [Line]
    }

    struct Note: Sendable {
        var id: Int
        var at: Instant
        var text: String
        var forCustomer: Bool
    }

    struct Address: Hashable, Sendable {
        var fields: [String: String] = [:]
        static let names = [
            "first_name", "last_name", "company", "address_1", "address_2", "city", "state", "postcode", "country",
            "email", "phone",
        ]
    }

    var id: Int
    var number: String
    var status: String
    /// What it was before it went into the trash.
    var trashedFrom: String?
    var created: Instant
    var modified: Instant
    var paid: Instant?
    var completed: Instant?
    var createdVia: String
    var paymentMethod = ""
    var paymentTitle = ""
    var customerNote = ""
    var billing = Address()
    var shipping = Address()
    var lines: [Line] = []
    /// Nil when there is no shipping line.
    var shippingLine: (id: Int, title: String, total: Int64)?
    var metas: [Meta] = []
    var refunds: [Refund] = []
    var notes: [Note] = []
    var tookStock = false
    /// Until when units are kept for it at the checkout.
    var heldUntil: Instant?

    var total: Int64 { lines.reduce(0) { $0 + $1.total } + (shippingLine?.total ?? 0) }
    var refunded: Int64 { refunds.reduce(0) { $0 + ($1.amount ?? 0) } }
    var left: Int64 { max(0, total - refunded) }
}

/// The orders, and an index of the listed ones by their last change, so that a poll looks at no order outside its window.
struct TwinOrderBook: Sendable {
    struct Change: Comparable, Sendable {
        var second: Int64
        var id: Int
        static func < (left: Change, right: Change) -> Bool { (left.second, left.id) < (right.second, right.id) }
    }

    private(set) var orders: [TwinOrder] = []
    private(set) var byID: [Int: Int] = [:]
    private(set) var byReference: [String: Int] = [:]
    private(set) var changes: [Change] = []

    subscript(place: Int) -> TwinOrder {
        get { orders[place] }
        _modify { yield &orders[place] }
    }

    /// Statuses that `status=any` leaves out.
    static func isListed(_ status: String) -> Bool { !["trash", "auto-draft", "checkout-draft"].contains(status) }

    mutating func add(_ order: TwinOrder, reference: String?) -> Int {
        let place = orders.count
        orders.append(order)
        byID[order.id] = place
        if let reference { byReference[reference] = place }
        if Self.isListed(order.status) { insert(Change(second: order.modified.seconds, id: order.id)) }
        return place
    }

    /// Moves an order to its new second; `listed` tells whether lists show it from now on.
    mutating func touch(_ place: Int, at now: Instant, wasListed: Bool) {
        let old = Change(second: orders[place].modified.seconds, id: orders[place].id)
        if wasListed { drop(old) }
        orders[place].modified = max(now, orders[place].created)
        if Self.isListed(orders[place].status) { insert(Change(second: orders[place].modified.seconds, id: old.id)) }
    }

    /// Trashing takes an order off the lists without moving its date (recording 256).
    mutating func trash(_ place: Int) {
        drop(Change(second: orders[place].modified.seconds, id: orders[place].id))
        orders[place].trashedFrom = orders[place].status
        orders[place].status = "trash"
    }

    mutating func remove(_ place: Int) {
        drop(Change(second: orders[place].modified.seconds, id: orders[place].id))
        byID[orders[place].id] = nil
        orders[place].status = "gone"
    }

    private mutating func insert(_ change: Change) {
        if let last = changes.last, last < change {
            changes.append(change)
        } else if changes.isEmpty {
            changes.append(change)
        } else {
            let at = changes.partition(from: change)
            if at == changes.count || changes[at] != change { changes.insert(change, at: at) }
        }
    }

    private mutating func drop(_ change: Change) {
        let at = changes.partition(from: change)
        if at < changes.count, changes[at] == change { changes.remove(at: at) }
    }

    /// Changes whose second lies strictly between the two, as WooCommerce compares them (recordings 344, 345).
    func changes(after: Int64?, before: Int64?) -> ArraySlice<Change> {
        let from = after.map { changes.partition(from: Change(second: $0, id: Int.max)) } ?? 0
        let to = before.map { changes.partition(from: Change(second: $0, id: Int.min)) } ?? changes.count
        return from < to ? changes[from..<to] : []
    }
}

extension Array where Element: Comparable {
    /// The first place whose element is not smaller, by halving.
    func partition(from wanted: Element) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
