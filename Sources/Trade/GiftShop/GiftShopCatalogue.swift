// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// Composes the catalogue of a seed.
struct GiftShopCatalogue {
    private var chance: SplitMix64
    private var articles: [TwinSeed.Article] = []
    private static let singles = 250

    static func make(seed: UInt64) -> GiftShop.Catalogue {
        var catalogue = GiftShopCatalogue(chance: SplitMix64(seed: seed))
        catalogue.addSingles()
        catalogue.addFamilies()
        let bundles = catalogue.bundles()
        return GiftShop.Catalogue(articles: catalogue.articles, bundles: bundles)
    }

    private init(chance: SplitMix64) { self.chance = chance }

    /// Every mood and thing at most once: a walk with a step that shares no factor with their number visits all.
    private mutating func addSingles() {
        let moods = GiftShopWords.moods
        let things = GiftShopWords.things
        let step = 355  // 5 · 71; the pairs are 24 · 36 = 2^5 · 3^3.
        var pair = chance.number(in: 0...(moods.count * things.count - 1))
        for number in 0..<Self.singles {
            let thing = things[pair % things.count]
            let title = "\(moods[pair / things.count]) \(thing.name)"
            pair = (pair + step) % (moods.count * things.count)
            add(sku: "G\(1001 + number)", title: title, pence: thing.pence, parent: nil, options: [])
        }
    }

    private mutating func addFamilies() {
        var number = 201
        for family in GiftShopWords.families {
            for mood in moods(3) {
                let parent = "\(mood) \(family.name)"
                var choices: [[ChannelListing.Option]] = [[]]
                for option in family.options {
                    choices = choices.flatMap { start in
                        option.values.map { start + [ChannelListing.Option(name: option.name, value: $0)] }
                    }
                }
                for options in choices {
                    let suffix = options.map { Self.mark($0.value) }.joined(separator: "-")
                    let title = "\(parent), \(options.map(\.value).joined(separator: ", "))"
                    add(
                        sku: "V\(number)-\(suffix)", title: title, pence: family.pence, parent: parent, options: options
                    )
                }
                number += 1
            }
        }
    }

    private mutating func moods(_ count: Int) -> [String] {
        let first = chance.number(in: 0...(GiftShopWords.moods.count - 1))
        return (0..<count).map { GiftShopWords.moods[(first + $0 * 7) % GiftShopWords.moods.count] }
    }

    /// `Slate` is `SLA`, `10 cm` is `10C`.
    private static func mark(_ value: String) -> String {
        String(value.asciiUppercased.filter { $0 != " " }.prefix(3))
    }

    private mutating func add(sku: String, title: String, pence: Int, parent: String?, options: [ChannelListing.Option]) {
        // Few pieces of most, many of some.
        let share = chance.fraction()
        let quantity = 1 + Int(1999 * share * share * share * share)
        let gtin = chance.chance(perMillion: 900_000) ? Self.gtin(articles.count) : nil
        articles.append(
            TwinSeed.Article(
                sku: sku, title: title, price: Money(minor: Int64(pence), .gbp).decimalText, gtin: gtin,
                quantity: quantity,
                parent: parent, options: options))
    }

    /// GTIN-13 of the n-th article: prefix 50, a made-up company, the number and the check digit.
    static func gtin(_ number: Int) -> String {
        let digits = [5, 0, 9, 9, 8, 7, 6] + [10_000, 1000, 100, 10, 1].map { number / $0 % 10 }
        return (digits + [GTIN.checkDigit(of: digits)]).map(String.init).joined()
    }

    /// Three sets; their components are singles that there are some of.
    private mutating func bundles() -> [TradeBundle] {
        let names: [(sku: String, title: String, units: [Int])] = [
            ("SET-TEA", "Rainy Afternoon Set", [1, 2]), ("SET-DESK", "Writing Desk Set", [1, 3, 1]),
            ("SET-HOUSE", "New House Hamper", [2, 1, 1, 4]),
        ]
        var stocked = articles.indices.filter { articles[$0].parent == nil && articles[$0].quantity >= 40 }
        var made: [TradeBundle] = []
        for (index, name) in names.enumerated() {
            var components: [TradeBundle.Component] = []
            var pence: Int64 = 0
            var sets = Int.max
            for units in name.units {
                let article = articles[stocked.remove(at: chance.number(in: 0...(stocked.count - 1)))]
                components.append(TradeBundle.Component(sku: article.sku, units: units))
                pence += (Money(article.price, .gbp)?.minor ?? 0) * Int64(units)
                sets = min(sets, article.quantity / units)
            }
            // A tenth off what the parts cost by themselves.
            let price = Money(minor: pence * 9 / 10, .gbp).decimalText
            let article = TwinSeed.Article(
                sku: name.sku, title: name.title, price: price, gtin: Self.gtin(90_000 + index), quantity: sets)
            made.append(TradeBundle(article: article, components: components))
        }
        return made
    }
}
