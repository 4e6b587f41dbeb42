// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
public import Vocabulary

/// A made-up gift shop that never closes its books: a catalogue of our own and an endless stream of what happens, the
/// same for the same seed. Its habits are those of the Online Retail data set: opening hours, weekdays, countries,
/// basket sizes, price points, untidy descriptions and SKUs, returns, cancellations and absurdly large mistakes.
///
/// Shops may turn a buyer away (sold out). What later happens to an order that a shop never took is unknown to that
/// shop, and whoever replays the stream passes over it.
public struct GiftShop: Sendable {
    /// When buyers come.
    public enum Hours: Hashable, Sendable {
        /// From 7 to 21 o'clock UTC, never on a Saturday, most at noon.
        case shop
        /// At any hour of any day alike.
        case always
    }

    /// Everything follows from it.
    public var seed: UInt64
    /// No event is earlier.
    public var start: Instant
    /// On average over the open hours of a week; at least 1.
    public var ordersPerHour: Int
    /// Lines in an order on average, with a long tail; at least 1. The data set's own is 21.
    public var basket: Int
    /// Shops that sell the same articles; the first sells most. At least 1.
    public var channels: Int
    /// When it is open.
    public var hours: Hours

    /// The shop; numbers below 1 count as 1.
    public init(
        seed: UInt64, start: Instant, ordersPerHour: Int = 30, basket: Int = 4, channels: Int = 3, hours: Hours = .shop
    ) {
        self.seed = seed
        self.start = start
        self.ordersPerHour = max(ordersPerHour, 1)
        self.basket = max(basket, 1)
        self.channels = max(channels, 1)
        self.hours = hours
    }

    /// The business. Its events have no end.
    public var business: Business {
        let catalogue = Self.catalogue(seed: seed)
        return Business(
            name: "Tidewrack Gifts", currency: .gbp, channels: channels, start: start, articles: catalogue.articles,
            bundles: catalogue.bundles, events: TradeEvents(GiftShopEvents(self, catalogue)))
    }

    /// What the shop sells: some 360 articles, among them families of variants, and three bundles.
    public struct Catalogue: Hashable, Sendable {
        /// With a stock of their own: their opening quantities.
        public var articles: [TwinSeed.Article]
        /// Made of `articles`.
        public var bundles: [TradeBundle]
    }

    /// The catalogue of that seed. Most articles have a GTIN-13 with prefix 50.
    public static func catalogue(seed: UInt64) -> Catalogue { GiftShopCatalogue.make(seed: seed) }
}
