// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// The stock keeper: reckons what is left, orders more when little is, and finds the odd broken piece.
///
/// Reckoned, not known: the shops decide what is really sold. The reckoning only has to keep goods coming for ever.
struct GiftShopStock: Sendable {
    private let articles: [TwinSeed.Article]
    private var left: [Int]
    /// Units sold since goods were last ordered.
    private var gone: [Int]
    private var isOnOrder: [Bool]
    private var papers = 0
    private var chance: SplitMix64

    init(_ articles: [TwinSeed.Article], chance: SplitMix64) {
        self.articles = articles
        left = articles.map(\.quantity)
        gone = articles.map { _ in 0 }
        isOnOrder = articles.map { _ in false }
        self.chance = chance
    }

    /// Takes an order's units away, all or none as the shops do, and tells what will be delivered because of it, six
    /// hours to two days later. What is ordered from the supplier is what was sold since the last time, or a box of
    /// 120.
    mutating func sell(_ basket: GiftShopBasket.Filled, kept: [Int], at now: Instant) -> [TradeEvent] {
        var asked: [Int: (units: Int, kept: Int)] = [:]
        for (index, parts) in basket.parts.enumerated() {
            for part in parts {
                asked[part.article, default: (0, 0)].units += part.units * basket.lines[index].quantity
                asked[part.article, default: (0, 0)].kept += part.units * kept[index]
            }
        }
        let isSold = asked.allSatisfy { $1.units <= left[$0] }
        var deliveries: [TradeEvent] = []
        // By number: the order of a dictionary differs from run to run.
        for (article, entry) in asked.sorted(by: { $0.key < $1.key }) {
            let isShort = entry.units > left[article]
            if isSold {
                left[article] -= entry.kept
                gone[article] += entry.kept
            }
            let level = max(gone[article] / 4, 40)
            guard isShort || left[article] < level, !isOnOrder[article] else { continue }
            isOnOrder[article] = true
            papers += 1
            deliveries.append(delivery(of: article, at: now + .minutes(Int64(chance.number(in: 360...2_880)))))
            gone[article] = 0
        }
        return deliveries
    }

    private func delivery(of article: Int, at arrival: Instant) -> TradeEvent {
        let units = max(gone[article], 120)
        return TradeEvent(
            at: arrival,
            .adjust(
                .init(
                    sku: articles[article].sku, units: units, reason: .received, note: "goods received", document: "GR-\(10_000 + papers)")
            ))
    }

    /// Goods have come in.
    mutating func receive(_ units: Int, of article: Int) {
        left[article] += units
        isOnOrder[article] = false
    }

    /// Now and then some pieces of a well-stocked article are lost.
    mutating func loss(at now: Instant) -> TradeEvent? {
        guard chance.chance(perMillion: 15_000) else { return nil }
        let article = chance.number(in: 0...(articles.count - 1))
        guard left[article] >= 20 else { return nil }
        let units = chance.number(in: 1...3)
        left[article] -= units
        papers += 1
        return TradeEvent(
            at: now,
            .adjust(
                .init(
                    sku: articles[article].sku, units: -units, reason: .writtenOff, note: chance.element(of: GiftShopWords.losses),
                    document: "SC-\(10_000 + papers)")))
    }
}
