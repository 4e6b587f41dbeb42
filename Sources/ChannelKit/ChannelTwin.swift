// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// A local look-alike of a channel's API with its own shop behind it: request in, answer and webhooks out, without I/O.
///
/// It speaks the channel's real wire format, signs its webhooks the real way, enforces the real rate limits and shows
/// the channel's real faults. The demo, the tests and the simulator run on it; the connector cannot tell it from the service.
public protocol ChannelTwin: Sendable {
    init(_ seed: TwinSeed)

    /// Answers a call to the channel's API.
    mutating func respond(to request: HTTPRequest, at now: Instant) -> HTTPResponse

    /// Something a buyer or the merchant does in the shop itself.
    mutating func perform(_ act: ShopAct, at now: Instant) -> ShopOutcome

    /// Webhooks that are due by now, oldest first, each once; the host sends them and reports how it went.
    mutating func departures(at now: Instant) -> [TwinWebhook]
    /// The status that the receiver gave a webhook, or nil when it gave none. The channel's own retry rules follow.
    mutating func delivered(_ webhook: TwinWebhook, status: Int?, at now: Instant)

    /// What the shop shows as available, by SKU.
    var shelf: [String: Int] { get }
    /// The same of one article.
    func shown(_ sku: String) -> Int?
    /// Settings with which a connector reaches this twin at the given address (`http://127.0.0.1:4001`).
    func settings(reachableAt address: String) -> ChannelSettings
}

extension ChannelTwin {
    public func shown(_ sku: String) -> Int? { shelf[sku] }
}

/// The shop a twin begins with.
public struct TwinSeed: Sendable {
    public struct Article: Hashable, Sendable {
        public var sku: String
        public var title: String
        /// Decimal text in the shop's currency.
        public var price: String
        public var gtin: String?
        public var quantity: Int
        /// The product it is a variant of, with its option values; nil for a product of its own.
        public var parent: String?
        public var options: [ChannelListing.Option]
        public init(
            sku: String, title: String, price: String, gtin: String? = nil, quantity: Int, parent: String? = nil,
            options: [ChannelListing.Option] = []
        ) {
            self.sku = sku
            self.title = title
            self.price = price
            self.gtin = gtin
            self.quantity = quantity
            self.parent = parent
            self.options = options
        }
    }
    public var shopName: String
    public var currency: Currency
    public var articles: [Article]
    public var start: Instant
    /// Seeds ids, secrets and chance.
    public var seed: UInt64
    public init(shopName: String, currency: Currency, articles: [Article], start: Instant, seed: UInt64) {
        self.shopName = shopName
        self.currency = currency
        self.articles = articles
        self.start = start
        self.seed = seed
    }
}

/// What people do in a shop, in words that every twin understands.
public enum ShopAct: Hashable, Sendable {
    case order(ShopOrder)
    /// The buyer or the merchant cancels the whole order in the channel's own pages.
    case cancel(reference: String)
    /// The merchant refunds in the channel's own pages. `line` is the position in the order, from 0.
    case refund(reference: String, lines: [ShopRefundLine])
    /// A buyer pays an order that was pending.
    case pay(reference: String)
    /// The merchant types a new count into the channel's own pages.
    case edit(sku: String, quantity: Int)
}

public struct ShopOrder: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        /// A SKU that the shop does not know makes a line typed in by hand.
        public var sku: String
        public var title: String
        public var quantity: Int
        /// Decimal text, up to four decimals; the line's total is rounded to the currency's minor unit.
        public var unitPrice: String
        public init(sku: String, title: String, quantity: Int, unitPrice: String) {
            self.sku = sku
            self.title = title
            self.quantity = quantity
            self.unitPrice = unitPrice
        }
    }
    /// The driver's own name of the order: the order's number in the shop where the channel lets it be.
    public var reference: String
    public var lines: [Line]
    public var buyer: Buyer
    public var isPaid: Bool
    /// Decimal text: what the buyer pays for shipping.
    public var shipping: String
    /// Sell even what is not on the shelf (an order taken in by hand).
    public var ignoresShelf: Bool
    public init(reference: String, lines: [Line], buyer: Buyer, isPaid: Bool = true, shipping: String = "0.00", ignoresShelf: Bool = false) {
        self.reference = reference
        self.lines = lines
        self.buyer = buyer
        self.isPaid = isPaid
        self.shipping = shipping
        self.ignoresShelf = ignoresShelf
    }
}

public struct ShopRefundLine: Hashable, Sendable {
    public var line: Int
    public var quantity: Int
    public var restock: Bool
    public init(line: Int, quantity: Int, restock: Bool) {
        self.line = line
        self.quantity = quantity
        self.restock = restock
    }
}

public enum ShopOutcome: Hashable, Sendable {
    /// Done; the channel's own key of the order, where there is one.
    case done(externalID: String?)
    /// The shelf does not hold it: the buyer went away.
    case soldOut(sku: String)
    case unknown
    /// The shop's rules forbid it (refund of more than was sold, say).
    case refused(String)
}

/// A message on its way to whoever subscribed.
public struct TwinWebhook: Hashable, Sendable {
    /// The twin's own number of the delivery.
    public var number: Int
    /// Method, address, headers and body, signed.
    public var request: HTTPRequest
    public init(number: Int, request: HTTPRequest) {
        self.number = number
        self.request = request
    }
}
