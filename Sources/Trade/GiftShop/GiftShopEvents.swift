// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// The endless stream: the next buyer, or what the diary says comes before.
struct GiftShopEvents: IteratorProtocol, Sendable {
    /// Absurdly large orders in a million.
    private static let mistakesPerMillion = 2_500

    private let channels: Int
    private let indexes: [String: Int]
    private let buyers: GiftShopBuyers
    private let baskets: GiftShopBasket
    private var arrivals: GiftShopArrivals
    private var stock: GiftShopStock
    private var diary = GiftShopDiary()
    private var chance: SplitMix64
    private var nextArrival: Instant
    private var orders = 0

    init(_ shop: GiftShop, _ catalogue: GiftShop.Catalogue) {
        // Not the catalogue's own numbers again.
        var source = SplitMix64(seed: shop.seed ^ 0x5452_4942_5554_4152)
        channels = shop.channels
        indexes = Dictionary(uniqueKeysWithValues: catalogue.articles.enumerated().map { ($1.sku, $0) })
        buyers = GiftShopBuyers(chance: &source)
        baskets = GiftShopBasket(catalogue, mean: shop.basket, chance: &source)
        arrivals = GiftShopArrivals(shop, chance: source.fork())
        stock = GiftShopStock(catalogue.articles, chance: source.fork())
        chance = source.fork()
        nextArrival = arrivals.next()
    }

    mutating func next() -> TradeEvent? {
        if let first = diary.first, first <= nextArrival, let event = diary.takeFirst() {
            if case .adjust(let adjustment) = event.kind, adjustment.units > 0, let article = indexes[adjustment.sku] {
                stock.receive(adjustment.units, of: article)
            }
            return event
        }
        let now = nextArrival
        nextArrival = arrivals.next()
        return order(at: now)
    }

    private mutating func order(at now: Instant) -> TradeEvent {
        orders += 1
        let channel = chance.element(weighted: (0..<channels).map { ($0, weight: channels - $0) })
        let reference = "TG-\(100_000 + orders)"
        let buyer = buyers.next(channel: channel, chance: &chance)
        if let loss = stock.loss(at: now) { diary.write(loss) }
        if chance.chance(perMillion: Self.mistakesPerMillion) {
            // Taken in by hand, so no shelf stops it; noticed a quarter of an hour later.
            let order = ShopOrder(
                reference: reference, lines: [baskets.mistake(chance: &chance)], buyer: buyer, ignoresShelf: true)
            let noticed = now + .seconds(Int64(chance.number(in: 720...960)))
            diary.write(TradeEvent(at: noticed, .shop(channel: channel, .cancel(reference: reference))))
            return TradeEvent(at: now, .shop(channel: channel, .order(order)))
        }
        let basket = baskets.fill(chance: &chance)
        let order = ShopOrder(
            reference: reference, lines: basket.lines, buyer: buyer,
            isPaid: !chance.chance(perMillion: GiftShopFates.pendingPerMillion),
            shipping: Self.shipping(of: basket.lines, to: buyer.shipTo?.country))
        let fate = GiftShopFates.follow(order, channel: channel, at: now, chance: &chance)
        let deliveries = stock.sell(basket, kept: GiftShopFates.kept(of: order, after: fate), at: now)
        for event in fate + deliveries { diary.write(event) }
        return TradeEvent(at: now, .shop(channel: channel, .order(order)))
    }

    /// Free from forty pounds on within the country; abroad a flat price, further away a higher one.
    private static func shipping(of lines: [ShopOrder.Line], to country: String?) -> String {
        let pence = lines.reduce(Int64(0)) { sum, line in
            sum + (Money(line.unitPrice, .gbp)?.minor ?? 0) * Int64(line.quantity)
        }
        switch country {
        case "GB", nil: return pence >= 4000 ? "0.00" : "3.95"
        case "AU", "JP", "US", "CA": return "14.50"
        default: return "8.95"
        }
    }
}
