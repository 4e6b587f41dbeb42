// SPDX-License-Identifier: Apache-2.0

import Catalog
import ChannelKit
import ChannelSync
import Clocks
import Foundation
import House
import Inventory
import Storage
import Vocabulary
import WooCommerceChannel

/// A hub with articles in stock and a WooCommerce twin whose signed webhooks are the payload of the measurements.
struct BenchShop {
    let hub: Hub
    let account: ID<Vocabulary.AccountKind>
    let connector: WooCommerceConnector
    private var twin: WooCommerceTwin
    private var now: Instant
    private var number = 0

    static let articles = (1...1000).map { TwinSeed.Article(sku: "ART-\($0)", title: "Article \($0)", price: "6.50", quantity: 10_000_000) }

    init(database: String) async throws {
        let clock = MachineClock()
        now = clock.now()
        hub = try await DatabaseAddress("sqlite:\(database)").open(clock: clock)
        twin = WooCommerceTwin(TwinSeed(shopName: "Bench", currency: .gbp, articles: Self.articles, start: now, seed: 1))
        twin.queueDelay = .milliseconds(0)
        twin.hostLimit = nil
        let settings = twin.settings(reachableAt: "http://127.0.0.1:1")
        connector = try WooCommerceConnector(settings)
        account = try await hub.store.write { [now] transaction in
            try ChannelAccountTable.add(channel: "woocommerce", name: "Bench", settings: settings, createsProducts: true, at: now, in: transaction)
        }
        try await load()
        try await subscribe()
    }

    private func load() async throws {
        let hub = hub
        let now = now
        try await hub.store.write { transaction in
            let home = try LocationTable.all(in: transaction)[0].id
            var lines: [ChangeStock.Line] = []
            for article in Self.articles {
                guard let sku = SKU(article.sku) else { continue }
                let id = try VariantTable.create(
                    title: article.title, variants: [NewVariant(sku: sku, title: article.title)], at: now, in: transaction)[0]
                lines.append(.init(variant: id, location: home, units: article.quantity))
            }
            _ = try ChangeStock(key: "opening", lines: lines, reason: .opening, note: "", actor: "bench", at: now).run(
                with: hub.stock, in: transaction)
        }
    }

    private mutating func subscribe() async throws {
        let access = Access(token: nil, now: now, nonce: "n")
        var next = connector.subscribe(to: "http://127.0.0.1:2/hooks/\(account)", access)
        while let exchange = next {
            next = nil
            switch try exchange.read(twin.respond(to: exchange.request, at: now)) {
            case .done: break
            case .page(_, let following), .then(let following), .wait(_, let following): next = following
            }
        }
        _ = twin.departures(at: now)
    }

    /// So many signed webhooks, each of a new order of two lines.
    mutating func deliveries(_ count: Int) -> [ChannelKit.HTTPRequest] {
        var requests: [ChannelKit.HTTPRequest] = []
        while requests.count < count {
            number += 1
            let lines = [number * 7 % 1000, number * 13 % 1000 + 1].map { index in
                ShopOrder.Line(sku: "ART-\(index % 1000 + 1)", title: "Article", quantity: 1, unitPrice: "6.50")
            }
            let buyer = Buyer(
                name: "Buyer \(number)", email: "buyer-\(number)@example.test",
                shipTo: PostalAddress(name: "Buyer \(number)", lines: ["1 Sample Street"], city: "London", postcode: "N1 1AA", country: "GB"))
            _ = twin.perform(.order(ShopOrder(reference: "B\(number)", lines: lines, buyer: buyer, shipping: "3.95")), at: now)
            now = now + .seconds(1)
            for webhook in twin.departures(at: now) {
                twin.delivered(webhook, status: 200, at: now)
                if webhook.request.headers["X-WC-Webhook-Topic"] == "order.created" { requests.append(webhook.request) }
            }
        }
        return requests
    }
}
