// SPDX-License-Identifier: Apache-2.0

import Catalog
import ChannelKit
import ChannelSync
import Clocks
import FoundationEssentials
import House
import Inventory
import Storage
import Vocabulary

/// Getting the street ready for a day.
extension ShopStreet {
    /// Makes the articles known to the hub with their opening stock and connects the three shops.
    func open(_ articles: [TwinSeed.Article]) async throws {
        try await stockUp(articles)
        try await connect()
    }

    /// Articles become products of the hub with their quantity at the first location.
    func stockUp(_ articles: [TwinSeed.Article]) async throws {
        for article in articles {
            try await know(article)
            if article.quantity > 0 { try await receive(article.sku, article.quantity, key: "opening:\(article.sku)", reason: .opening) }
        }
    }

    func know(_ article: TwinSeed.Article, components: [SKU: Int] = [:]) async throws {
        let made = NewVariant(sku: SKU(article.sku)!, title: article.title, price: Money(article.price, .gbp), components: components)
        try await hub.store.write { _ = try VariantTable.create(title: article.title, variants: [made], at: Self.start, in: $0) }
    }

    func connect(createsProducts: Bool = false) async throws {
        for (twin, entry) in zip(twins, Self.shops) {
            let settings = await twin.settings
            try await hub.store.write { transaction in
                _ = try ChannelAccountTable.add(
                    channel: entry.channel, name: entry.title, settings: settings, createsProducts: createsProducts, at: Self.start, in: transaction)
            }
        }
    }

    /// Makes a second, third… location.
    func location(_ name: String, priority: Int = 2, sellsOnline: Bool = true) async throws -> ID<LocationKind> {
        try await hub.store.write { try LocationTable.create(name: name, priority: priority, sellsOnline: sellsOnline, in: $0) }
    }

    func home() async throws -> ID<LocationKind> { try await hub.store.read { try LocationTable.all(in: $0)[0].id } }

    func serve(_ shop: Int, from locations: [ID<LocationKind>]) async throws {
        try await hub.store.write { try LocationTable.serve(self.account(shop), from: locations, in: $0) }
    }

    /// The account of a shop: the first one that was connected is number 1.
    func account(_ shop: Int) -> ID<Vocabulary.AccountKind> { ID(Int64(shop + 1)) }

    /// Goods come in (or, negative, go) at a location, the first when none is named.
    @discardableResult
    func receive(
        _ sku: String, _ units: Int, at location: ID<LocationKind>? = nil, key: String, reason: ChangeStock.Reason = .received
    ) async throws -> Bool {
        try await hub.store.write { transaction in
            let place = try location ?? LocationTable.all(in: transaction)[0].id
            let variant = try VariantTable.find(sku: SKU(sku)!, in: transaction)!.id
            return try ChangeStock(
                key: key, lines: [.init(variant: variant, location: place, units: units)], reason: reason, note: "", actor: "test",
                at: self.clock.now()
            ).run(with: self.hub.stock, in: transaction)
        }
    }

    /// What a merchant types in for articles with these quantities.
    static func articles(_ quantities: KeyValuePairs<String, Int>) -> [TwinSeed.Article] {
        quantities.map { TwinSeed.Article(sku: $0.key, title: $0.key.capitalized, price: "6.50", quantity: $0.value) }
    }
}
