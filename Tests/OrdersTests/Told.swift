// SPDX-License-Identifier: Apache-2.0

import Orders
import RoomSupport
import Vocabulary

/// What a shop tells of one order, in pieces.
struct Told: Sendable {
    var shop = ID<AccountKind>(1)
    var order = "A-1"
    var mug: ID<VariantKind>?
    var tin: ID<VariantKind>?

    /// The same shop's word of another order; another shop's when one is given.
    func about(_ order: String, at shop: ID<AccountKind>? = nil) -> Told {
        var told = self
        told.order = order
        if let shop { told.shop = shop }
        return told
    }

    /// A line of so many units at 5.00 and a fifth of tax.
    func line(_ name: String, _ units: Int) -> Order.Line {
        let net = Int64(units) * 500
        return Order.Line(
            externalID: name, variantKey: "v-" + name, sku: name.uppercased(), title: name, variant: name == "mug" ? mug : name == "tin" ? tin : nil,
            ordered: units,
            unitPrice: "5.00", net: net, tax: net / 5)
    }

    /// The shop's word of the whole order. Shipping is 3.00 with 0.60 of tax.
    func placed(
        _ lines: [(name: String, units: Int)], revision: Int = 1, payment: Order.Payment = .paid, isCancelled: Bool = false, isOnHold: Bool = false,
        claimsStock: Bool = true, isFulfilledByChannel: Bool = false
    ) -> OrderNews {
        let lines = lines.map { line($0.name, $0.units) }
        let changedAt = Rooms.morning + .minutes(Int64(revision))
        let header = Order.Header(
            reference: "#" + order, placedAt: Rooms.morning, changedAt: changedAt, revision: revision, payment: payment,
            cancelledAt: isCancelled ? changedAt : nil,
            isOnHold: isOnHold, claimsStock: claimsStock, isFulfilledByChannel: isFulfilledByChannel, currency: .gbp, shipping: 300, fees: 0, tax: 60,
            total: lines.reduce(360) { $0 + $1.net + $1.tax })
        let buyer = OrderBuyer(name: "Ida Buyer", address: ["1 Sample Street", "London"], country: "GB")
        return OrderNews(account: shop, externalID: order, snapshot: .init(header: header, lines: lines, buyer: buyer), source: "test")
    }

    func parcel(_ key: String, _ lines: [(name: String, units: Int)], isCancelled: Bool = false) -> OrderNews {
        let shipment = Shipment(
            externalID: key, key: nil, at: Rooms.morning + .hours(2), lines: lines.map { .init(lineID: $0.name, units: $0.units) }, tracking: [],
            isCancelled: isCancelled, source: "test")
        return OrderNews(account: shop, externalID: order, shipments: [shipment], source: "test")
    }

    /// Goods given back at their price.
    func refund(_ key: String, _ lines: [(name: String, units: Int)], _ disposition: Refund.Disposition) -> OrderNews {
        let parts = lines.map {
            Refund.Line(lineID: $0.name, units: $0.units, disposition: disposition, net: Int64($0.units) * 500, tax: Int64($0.units) * 100)
        }
        let total = parts.reduce(0) { $0 + $1.net + $1.tax }
        let refund = Refund(
            externalID: key, key: nil, at: Rooms.morning + .hours(3), lines: parts, shipping: 0, shippingTax: 0, total: total, source: "test")
        return OrderNews(account: shop, externalID: order, refunds: [refund], source: "test")
    }

    /// The order as it is after the news, heard in this order. News that overtook the order waits for it.
    static func heard(_ news: [OrderNews]) -> Order? {
        guard let first = news.first(where: { $0.snapshot != nil }), let snapshot = first.snapshot else { return nil }
        var order = OrderRecord(new: ID(1), from: snapshot, account: first.account, externalID: first.externalID, receivedAt: Rooms.morning).order
        for piece in news { _ = order.hear(piece) }
        return order
    }
}

extension OrderNews {
    /// The same word with something in it changed.
    func with(_ change: (inout OrderNews.Snapshot) -> Void) -> OrderNews {
        var news = self
        guard var snapshot = news.snapshot else { return news }
        change(&snapshot)
        news.snapshot = snapshot
        return news
    }
}
