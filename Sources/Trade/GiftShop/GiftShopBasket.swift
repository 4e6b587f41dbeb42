// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// Fills baskets: which articles, how many, and how untidily they are written down.
struct GiftShopBasket: Sendable {
    struct Filled {
        var lines: [ShopOrder.Line]
        /// For each line the articles that one unit of it takes, by index: several for a bundle, none for a line
        /// typed in by hand.
        var parts: [[(article: Int, units: Int)]]
    }

    private static let quantities: [(Int, weight: Int)] = [
        (1, 40), (2, 20), (3, 9), (4, 8), (6, 9), (12, 8), (24, 3), (10, 2), (48, 1),
    ]

    private let articles: [TwinSeed.Article]
    private let bundles: [TradeBundle]
    private let mean: Int
    /// Indexes of the articles, most wanted first.
    private let popularity: [Int]
    private let indexes: [String: Int]

    init(_ catalogue: GiftShop.Catalogue, mean: Int, chance: inout SplitMix64) {
        articles = catalogue.articles
        bundles = catalogue.bundles
        self.mean = mean
        popularity = Array(articles.indices).shuffled(using: &chance)
        indexes = Dictionary(uniqueKeysWithValues: articles.enumerated().map { ($1.sku, $0) })
    }

    func fill(chance: inout SplitMix64) -> Filled {
        // Nobody buys everything there is.
        let size = min(chance.longTailed(mean: mean), articles.count)
        var filled = Filled(lines: [], parts: [])
        var taken: Set<Int> = []
        for _ in 0..<size {
            if chance.chance(perMillion: 12_000) {
                add(bundle: chance.element(of: bundles), to: &filled, chance: &chance)
                continue
            }
            let index = wanted(chance: &chance)
            // One article in a hundred is keyed twice, on purpose or not.
            guard taken.insert(index).inserted || chance.chance(perMillion: 10_000) else { continue }
            let quantity = chance.element(weighted: Self.quantities)
            filled.lines.append(line(articles[index], quantity: quantity, chance: &chance))
            filled.parts.append([(index, 1)])
        }
        if chance.chance(perMillion: 10_000) || filled.lines.isEmpty {
            filled.lines.append(Self.handTyped(chance: &chance))
            filled.parts.append([])
        }
        return filled
    }

    /// An article by popularity: the first tenth makes up a quarter of what is bought.
    func wanted(chance: inout SplitMix64) -> Int {
        let place = chance.fraction()
        return popularity[Int((0.2 + 0.8 * place) * place * Double(popularity.count))]
    }

    /// Somebody leans on a key: tens of thousands of one article.
    func mistake(chance: inout SplitMix64) -> ShopOrder.Line {
        line(articles[wanted(chance: &chance)], quantity: chance.number(in: 40_000...90_000), chance: &chance)
    }

    private func add(bundle: TradeBundle, to filled: inout Filled, chance: inout SplitMix64) {
        let quantity = chance.number(in: 1...2)
        filled.lines.append(line(bundle.article, quantity: quantity, chance: &chance))
        filled.parts.append(bundle.components.compactMap { part in indexes[part.sku].map { ($0, part.units) } })
    }

    private func line(_ article: TwinSeed.Article, quantity: Int, chance: inout SplitMix64) -> ShopOrder.Line {
        let sku = chance.chance(perMillion: 20_000) ? article.sku.lowercased() : article.sku
        return ShopOrder.Line(
            sku: sku, title: Self.untidy(article.title, chance: &chance), quantity: quantity, unitPrice: article.price)
    }

    private static func handTyped(chance: inout SplitMix64) -> ShopOrder.Line {
        let typed = chance.element(of: GiftShopWords.handTyped)
        let price = Money(minor: Int64(chance.number(in: 50...2500)), .gbp).decimalText
        return ShopOrder.Line(sku: typed.code, title: typed.title, quantity: 1, unitPrice: price)
    }

    /// One title in twelve is not as the catalogue has it.
    private static func untidy(_ title: String, chance: inout SplitMix64) -> String {
        guard chance.chance(perMillion: 85_000) else { return title }
        switch chance.number(in: 0...6) {
        case 0, 1, 2: return title + " "
        case 3: return title.lowercased()
        case 4: return title.asciiUppercased
        case 5: return " " + title
        default: return chance.element(of: GiftShopWords.scribbles)
        }
    }
}
