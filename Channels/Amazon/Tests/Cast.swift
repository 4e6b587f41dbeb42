// SPDX-License-Identifier: Apache-2.0

import AmazonChannel
import ChannelConformance
import ChannelKit
import JSONText
import Vocabulary

typealias AmazonWire = Wire<AmazonConnector, AmazonTwin>

/// The shop and the people that the tests tell of.
enum Cast {
    static let start = Instant(iso: "2026-11-02T09:00:00Z")!

    static func seed(_ articles: [TwinSeed.Article]? = nil, currency: Currency = .gbp) -> TwinSeed {
        TwinSeed(
            shopName: "Thames Gifts", currency: currency,
            articles: articles ?? [
                .init(sku: "MUG", title: "Mug", price: "6.50", gtin: "4006381333931", quantity: 10),
                .init(sku: "PEN", title: "Pen", price: "0.99", quantity: 50),
                .init(
                    sku: "SHIRT-S", title: "Shirt", price: "20.00", quantity: 3, parent: "SHIRT",
                    options: [.init(name: "Size", value: "S")]
                ),
            ],
            start: start, seed: 11)
    }

    static let buyer = Buyer(
        name: "Ada Example", email: "ada@example.test", phone: "+44 20 7946 0000",
        shipTo: PostalAddress(
            name: "Ada Example", lines: ["1 Sample Street"], city: "London", postcode: "N1 1AA", country: "GB"))

    static func order(_ reference: String, _ lines: [(String, Int, String)], paid: Bool = true, shipping: String = "0.00")
        -> ShopAct
    {
        .order(
            ShopOrder(
                reference: reference, lines: lines.map { .init(sku: $0.0, title: $0.0, quantity: $0.1, unitPrice: $0.2) },
                buyer: buyer,
                isPaid: paid,
                shipping: shipping))
    }

    static var settings: ChannelSettings {
        ChannelSettings([
            "clientID": "c", "clientSecret": "s", "refreshToken": "r", "sellerID": "A1SELLER",
            "marketplace": "A1F83G8C2ARO7P",
        ])
    }
    static var connector: AmazonConnector { try! AmazonConnector(settings) }
    static let access = Access(token: "t", now: start, nonce: "n")

    static func answer(_ text: String, status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPResponse {
        HTTPResponse(status, headers: headers, body: Array(text.utf8))
    }

    /// What the connector makes of a `getOrder` answer that holds this order.
    static func read(order: String) throws(ChannelFailure) -> ChannelOrder? {
        let facts = try page(of: order)
        return facts.compactMap { if case .order(let order) = $0 { order } else { nil } }.first
    }

    /// What the connector makes of a search page with this order.
    static func page(of order: String) throws(ChannelFailure) -> [ChannelFact] {
        let exchange = connector.orders(changedFrom: start - .hours(1), to: start - .minutes(5), access)
        switch try exchange.read(answer("{\"orders\":[\(order)]}")) {
        case .page(let facts, _), .done(let facts): return facts
        case .then, .wait: return []
        }
    }

    /// The failure of reading one order alone.
    static func failure(order: String) -> ChannelFailure? {
        do throws(ChannelFailure) {
            _ = try connector.order("026-1", access).read(answer("{\"order\":\(order)}"))
            return nil
        } catch { return error }
    }
}

extension Wire where Connector == AmazonConnector, Twin == AmazonTwin {
    mutating func place(_ act: ShopAct) throws -> String {
        guard case .done(let id?) = shop(act) else { throw Unplaced() }
        return id
    }
    mutating func latest(_ id: String) throws -> ChannelOrder? {
        try run { $0.order(id, $1) }.flatMap { $0 }.compactMap { if case .order(let order) = $0 { order } else { nil } }
            .last
    }
    /// Polls the time up to two minutes ago.
    mutating func poll(from: Instant) throws -> [ChannelFact] {
        let to = now - .minutes(2)
        return try run { $0.orders(changedFrom: from, to: to, $1) }.flatMap { $0 }
    }
    mutating func push(_ quantities: [(String, Int)], key: String = "k") throws -> [QuantityOutcome] {
        let pushes = quantities.map { sku, quantity in
            QuantityPush(
                key: ListingKey(product: sku, variant: sku, stock: sku), sku: sku, quantity: Quantity(clamping: quantity))
        }
        return try run { $0.publish(pushes, idempotencyKey: key, $1) }.flatMap { $0 }
    }
    mutating func act(_ action: ChannelAction, key: String = "k") throws -> ActionOutcome? {
        try run { $0.perform(action, idempotencyKey: key, $1) }.last
    }
}

struct Unplaced: Error {}

func refunds(_ facts: [ChannelFact]) -> [(order: String, refund: ChannelRefund)] {
    facts.compactMap { if case .refund(let id, let refund) = $0 { (id, refund) } else { nil } }
}
func orders(_ facts: [ChannelFact]) -> [ChannelOrder] {
    facts.compactMap { if case .order(let order) = $0 { order } else { nil } }
}
