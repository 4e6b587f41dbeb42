// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Testing
import Trade
import Vocabulary

@Suite struct `The catalogue of the made-up gift shop` {
    private let seeds: [UInt64] = [1, 2, 3, 99, .max]

    @Test func `is the same for the same seed and another for another`() {
        #expect(GiftShop.catalogue(seed: 1) == GiftShop.catalogue(seed: 1))
        #expect(GiftShop.catalogue(seed: 1) != GiftShop.catalogue(seed: 2))
    }

    @Test func `names each article once, by SKU, by title and by number`() {
        for seed in seeds {
            let catalogue = GiftShop.catalogue(seed: seed)
            let listings = catalogue.articles + catalogue.bundles.map(\.article)
            #expect((300...400).contains(catalogue.articles.count))
            #expect(Set(listings.compactMap { SKU($0.sku) }).count == listings.count)
            #expect(Set(listings.map(\.title)).count == listings.count)
            let numbers = listings.compactMap(\.gtin)
            #expect(Set(numbers).count == numbers.count)
        }
    }

    @Test func `gives most articles a valid GTIN-13 with prefix 50`() {
        for seed in seeds {
            let articles = GiftShop.catalogue(seed: seed).articles
            let numbers = articles.compactMap(\.gtin)
            #expect(numbers.allSatisfy { $0.hasPrefix("50") && $0.utf8.count == 13 && GTIN($0) != nil })
            #expect(numbers.count > articles.count * 8 / 10 && numbers.count < articles.count)
        }
    }

    @Test func `has families whose variants differ in their options`() {
        for seed in seeds {
            let families = Dictionary(grouping: GiftShop.catalogue(seed: seed).articles.filter { $0.parent != nil }) {
                $0.parent
            }
            #expect(families.count == 18)
            for variants in families.values {
                #expect(variants.count > 1)
                #expect(Set(variants.map(\.options)).count == variants.count)
                #expect(Set(variants.map { $0.options.map(\.name) }).count == 1)
            }
        }
    }

    @Test func `starts with much of some articles and little of many`() {
        for seed in seeds {
            let quantities = GiftShop.catalogue(seed: seed).articles.map(\.quantity).sorted()
            #expect(quantities.allSatisfy { (1...2000).contains($0) })
            #expect(quantities[quantities.count / 4] < 20)
            #expect(quantities[quantities.count - 10] > 1000)
        }
    }

    @Test func `makes its three bundles from articles and offers as many as the parts allow`() {
        for seed in seeds {
            let catalogue = GiftShop.catalogue(seed: seed)
            let stock = Dictionary(uniqueKeysWithValues: catalogue.articles.map { ($0.sku, $0.quantity) })
            #expect(catalogue.bundles.count == 3)
            for bundle in catalogue.bundles {
                #expect(Set(bundle.components.map(\.sku)).count == bundle.components.count)
                #expect(bundle.components.map { stock[$0.sku, default: 0] / $0.units }.min() == bundle.article.quantity)
                #expect(bundle.components.allSatisfy { $0.units > 0 })
            }
        }
    }

    @Test func `prices everything in whole pence above nothing`() {
        for article in GiftShop(seed: 5, start: Instant(seconds: 0)).business.listings {
            #expect((Money(article.price, .gbp)?.minor ?? 0) > 0)
        }
    }
}
