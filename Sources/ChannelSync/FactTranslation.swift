// SPDX-License-Identifier: Apache-2.0

import Catalog
import ChannelKit
import Orders
import Storage
import Vocabulary

/// Puts a channel's facts in the hub's words: lines get the variant that their listing, or their SKU, stands for.
struct FactTranslation {
    let account: ID<AccountKind>
    let source: String
    private var variants: [String: ID<VariantKind>?] = [:]

    init(account: ID<AccountKind>, source: String) {
        self.account = account
        self.source = source
    }

    mutating func news(_ order: ChannelOrder, in transaction: Transaction) throws -> OrderNews {
        let currency = order.currency
        let header = Order.Header(
            reference: order.number, placedAt: order.placedAt, changedAt: order.changedAt, revision: order.revision,
            payment: Order.Payment(rawValue: order.payment.rawValue) ?? .pending, cancelledAt: order.cancelledAt, isOnHold: order.isOnHold,
            claimsStock: order.claimsStock, isFulfilledByChannel: order.isFulfilledByChannel, currency: currency, shipping: order.shipping.minor,
            fees: order.fees.minor, tax: order.shippingTax.minor + order.feesTax.minor, total: order.total.minor)
        var lines: [Order.Line] = []
        lines.reserveCapacity(order.lines.count)
        for line in order.lines {
            lines.append(
                Order.Line(
                    externalID: line.externalID, variantKey: line.variant, sku: line.sku, title: line.title,
                    variant: try variant(key: line.variant, sku: line.sku, in: transaction), ordered: line.quantity.units,
                    unitPrice: line.unitPrice.description, net: line.net.minor, tax: line.tax.minor,
                    restocked: line.restocked))
        }
        let snapshot = OrderNews.Snapshot(header: header, lines: lines, buyer: Self.buyer(order.buyer))
        return OrderNews(
            account: account, externalID: order.externalID, snapshot: snapshot, refunds: (order.refunds ?? []).map(refund),
            shipments: (order.shipments ?? []).map(shipment), source: source)
    }

    func news(of orderID: String, refund: ChannelRefund) -> OrderNews {
        OrderNews(account: account, externalID: orderID, refunds: [self.refund(refund)], source: source)
    }

    func news(of orderID: String, shipment: ChannelShipment) -> OrderNews {
        OrderNews(account: account, externalID: orderID, shipments: [self.shipment(shipment)], source: source)
    }

    func newsOfDeletion(_ orderID: String) -> OrderNews { OrderNews(account: account, externalID: orderID, isDeleted: true, source: source) }

    /// The listing decides; a line whose listing is not known yet goes by its SKU; one without either waits for a person.
    private mutating func variant(key: String?, sku: String?, in transaction: Transaction) throws -> ID<VariantKind>? {
        let cacheKey = "\(key ?? "")\u{0}\(sku ?? "")"
        if let known = variants[cacheKey] { return known }
        var found: ID<VariantKind>?
        if let key { found = try ListingTable.find(account: account, variantKey: key, in: transaction)?.variant }
        if found == nil, let sku = sku.flatMap({ SKU($0) }) { found = try VariantTable.find(sku: sku, in: transaction)?.id }
        variants[cacheKey] = .some(found)
        return found
    }

    private func refund(_ refund: ChannelRefund) -> Refund {
        let lines = refund.lines.map { line -> Refund.Line in
            let disposition: Refund.Disposition =
                switch line.disposition {
                case .restocked: .restocked
                case .notRestocked: .notRestocked
                case .removed: .removed
                case .unknown: .unknown
                }
            return Refund.Line(lineID: line.lineID, units: line.quantity.units, disposition: disposition, net: line.net.minor, tax: line.tax.minor)
        }
        return Refund(
            externalID: refund.externalID, key: nil, at: refund.at, lines: lines, shipping: refund.shipping.minor,
            shippingTax: refund.shippingTax.minor,
            total: refund.total.minor, source: source)
    }

    private func shipment(_ shipment: ChannelShipment) -> Shipment {
        Shipment(
            externalID: shipment.externalID, key: nil, at: shipment.at,
            lines: shipment.lines.map { .init(lineID: $0.lineID, units: $0.quantity.units) },
            tracking: shipment.tracking.map { .init(carrier: $0.carrier, number: $0.number, url: $0.url) }, isCancelled: shipment.isCancelled,
            source: source)
    }

    private static func buyer(_ buyer: Buyer) -> OrderBuyer {
        let address = buyer.shipTo
        let place = [address?.postcode, address?.city].compactMap(\.self).joined(separator: " ")
        let lines =
            [address?.name].compactMap(\.self) + (address?.lines ?? [])
            + [place, address?.region ?? "", address?.country ?? ""].filter { !$0.isEmpty }
        return OrderBuyer(
            externalID: buyer.externalID, name: buyer.name ?? address?.name, email: buyer.email, phone: buyer.phone, address: lines,
            country: address?.country)
    }
}
