// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
public import Vocabulary

/// A merchant's business to be replayed: what it sells, in how many shops, and what happens there.
public struct Business: Sendable {
    /// What the merchant calls it.
    public var name: String
    /// The currency of every price and credit.
    public var currency: Currency
    /// How many shops sell the articles; events number them from 0.
    public var channels: Int
    /// No event is earlier.
    public var start: Instant
    /// Everything that has a stock of its own, with the units that are there at the start (one stock for all shops).
    public var articles: [TwinSeed.Article]
    /// Sets made of articles.
    public var bundles: [TradeBundle]
    /// What happens, oldest first; possibly without end.
    public var events: TradeEvents

    /// A business; the caller vouches that its events name only what it has, in the order of time.
    public init(
        name: String, currency: Currency, channels: Int, start: Instant, articles: [TwinSeed.Article],
        bundles: [TradeBundle] = [],
        events: TradeEvents
    ) {
        self.name = name
        self.currency = currency
        self.channels = channels
        self.start = start
        self.articles = articles
        self.bundles = bundles
        self.events = events
    }

    /// What each shop shows: the articles and the bundles.
    public var listings: [TwinSeed.Article] { articles + bundles.map(\.article) }
}

/// A set that is sold under a SKU of its own and made up from articles when it is shipped; it has no stock of its own.
public struct TradeBundle: Hashable, Sendable {
    /// What one set takes of an article.
    public struct Component: Hashable, Sendable {
        /// The article, as `Business.articles` spells it.
        public var sku: String
        /// Units of the article in one set.
        public var units: Int

        /// So many units of that article.
        public init(sku: String, units: Int) {
            self.sku = sku
            self.units = units
        }
    }

    /// How the shops list it; its quantity is how many sets the components' opening stock makes.
    public var article: TwinSeed.Article
    /// Each article once.
    public var components: [Component]

    /// A set; the caller vouches that its quantity is what the components make.
    public init(article: TwinSeed.Article, components: [Component]) {
        self.article = article
        self.components = components
    }
}
