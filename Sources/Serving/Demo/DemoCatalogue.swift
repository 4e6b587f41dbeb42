// SPDX-License-Identifier: Apache-2.0

import Catalog
import ChannelKit
import ChannelSync
import Inventory
import Storage
import Trade
import Vocabulary

/// The merchant's own catalogue and opening stock, loaded before the shops are connected.
struct DemoCatalogue: Sendable {
    let business: Business

    func load(into hub: Hub) async throws {
        let isNew = try await hub.store.read { try VariantTable.highestNumber(in: $0) } == 0
        guard isNew else { return }
        var families: [[TwinSeed.Article]] = []
        var places: [String: Int] = [:]
        for article in business.articles {
            if let parent = article.parent, let place = places[parent] {
                families[place].append(article)
            } else {
                if let parent = article.parent { places[parent] = families.count }
                families.append([article])
            }
        }
        for start in stride(from: 0, to: families.count, by: 200) {
            let batch = Array(families[start..<min(start + 200, families.count)])
            try await hub.store.write { try load(batch, into: hub, in: $0) }
        }
        try await hub.store.write { transaction in
            for bundle in business.bundles {
                guard let variant = variant(bundle.article) else { continue }
                var made = variant
                for part in bundle.components { if let sku = SKU(part.sku) { made.components[sku] = part.units } }
                _ = try VariantTable.create(title: bundle.article.title.trimmed, variants: [made], at: business.start, in: transaction)
            }
        }
    }

    private func load(_ families: [[TwinSeed.Article]], into hub: Hub, in transaction: Transaction) throws {
        guard let home = try LocationTable.all(in: transaction).first?.id else { return }
        var lines: [ChangeStock.Line] = []
        for family in families {
            let title = family[0].title.trimmed
            let ids = try VariantTable.create(
                title: title.isEmpty ? family[0].sku : title, variants: family.compactMap(variant), at: business.start, in: transaction)
            for (id, article) in zip(ids, family) where article.quantity > 0 {
                lines.append(.init(variant: id, location: home, units: article.quantity))
            }
        }
        let key = "demo-opening:\(families[0][0].sku)"
        _ = try ChangeStock(key: key, lines: lines, reason: .opening, note: "", actor: "demo", at: business.start).run(
            with: hub.stock, in: transaction)
    }

    private func variant(_ article: TwinSeed.Article) -> NewVariant? {
        guard let sku = SKU(article.sku) else { return nil }
        let title = article.title.trimmed
        return NewVariant(
            sku: sku, gtin: article.gtin.flatMap { GTIN($0) }, title: title.isEmpty ? article.sku : title,
            options: article.options.map { .init(name: $0.name, value: $0.value) }, price: Money(article.price, business.currency))
    }
}
