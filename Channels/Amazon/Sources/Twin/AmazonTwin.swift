// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
internal import JSONText
public import Vocabulary

/// A seller account at Amazon that lives in this value: API, login and document storage at one address, with the
/// official rates, the two-minute horizon and feeds that take their time.
public struct AmazonTwin: ChannelTwin {
    let shopName: String
    let currency: Currency
    let marketplace: Marketplace
    let start: Instant
    let sellerID: String
    let clientID: String
    let clientSecret: String
    let refreshToken: String
    var random: SplitMix64

    /// The merchant's own quantities (`DEFAULT`), by SKU: what the shop shows as available.
    public internal(set) var shelf: [String: Int] = [:]
    public func shown(_ sku: String) -> Int? { shelf[sku] }
    /// What Amazon's own warehouses hold, by SKU (`AMAZON_EU`); nobody but Amazon sets it.
    public internal(set) var amazonStock: [String: Int] = [:]
    /// The account's application has no role for personal data: buyers and recipients are left out.
    public var hidesBuyers = false
    /// Multiplies every rate and burst, as a bigger seller's dynamic usage plan does.
    public var rateFactor = 1.0 { didSet { buckets = [:] } }
    /// How long a feed waits in the queue.
    public var feedQueueTime = Span.seconds(1)
    /// How long a feed is worked on after that.
    public var feedWorkTime = Span.seconds(2)

    var articles: [TwinArticle] = []
    var articleAt: [String: Int] = [:]
    var orders: [TwinOrder] = []
    var orderAt: [String: Int] = [:]
    var orderOfReference: [String: Int] = [:]
    /// Every change of an order in order of time; an order's older entries no longer count.
    var changes: [TwinChange] = []
    var transactions: [TwinTransaction] = []
    var transactionsOf: [Int: [Int]] = [:]
    var feeds: [TwinFeed] = []
    var feedAt: [String: Int] = [:]
    /// Feeds that have not been worked through, oldest first.
    var openFeeds: [Int] = []
    var documents: [String: TwinDocument] = [:]
    /// The newest reports; older ones are gone, as they are at Amazon after a while.
    var reports: [String] = []
    static let reportsMax = 500
    var tokens: [String: Instant] = [:]
    var buckets: [Operation: RateBucket] = [:]
    var counter = 0
    /// What orders are called follows from the orders alone: however often the shop is asked in between, a day's orders have the same names.
    var orderNames: SplitMix64
    var lineCounter = 0

    public init(_ seed: TwinSeed) {
        var random = SplitMix64(seed: seed.seed)
        shopName = seed.shopName
        currency = seed.currency
        marketplace = Marketplace.forShop(in: seed.currency)
        start = seed.start
        sellerID = "A" + Self.letters(13, &random)
        clientID = "amzn1.application-oa2-client." + ByteText.hex(Self.bytes(16, &random))
        clientSecret = "amzn1.oa2-cs.v1." + ByteText.hex(Self.bytes(32, &random))
        refreshToken = "Atzr|" + ByteText.base64(Self.bytes(48, &random))
        self.random = random
        orderNames = SplitMix64(seed: ~seed.seed)
        stock(seed)
    }

    public func settings(reachableAt address: String) -> ChannelSettings {
        ChannelSettings([
            "clientID": clientID, "clientSecret": clientSecret, "refreshToken": refreshToken, "sellerID": sellerID,
            "marketplace": marketplace.id, "endpoint": address, "loginEndpoint": address,
        ])
    }

    /// None: Amazon calls no web address.
    public mutating func departures(at now: Instant) -> [TwinWebhook] { [] }
    /// Nothing follows: there is nothing to deliver.
    public mutating func delivered(_ webhook: TwinWebhook, status: Int?, at now: Instant) {}

    static func bytes(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    /// Capital letters and digits, as Amazon's own identifiers have them.
    static func letters(_ count: Int, _ random: inout SplitMix64) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
        return String(
            decoding: (0..<count).map { _ in alphabet[random.number(in: 0...(alphabet.count - 1))] }, as: UTF8.self)
    }

    static func digits(_ count: Int, _ random: inout SplitMix64) -> String {
        String(decoding: (0..<count).map { _ in UInt8(0x30 + random.number(in: 0...9)) }, as: UTF8.self)
    }

    mutating func nextNumber() -> Int {
        counter += 1
        return counter
    }
}

extension Marketplace {
    /// The store where a shop of that currency would sell.
    static func forShop(in currency: Currency) -> Marketplace {
        let ids = [
            "GBP": "A1F83G8C2ARO7P", "EUR": "A1PA6795UKMFR9", "USD": "ATVPDKIKX0DER", "JPY": "A1VC38T7YXB528",
            "SEK": "A2NODRKZP88ZB9",
            "PLN": "A1C3SOZRARQ6R3",
        ]
        let id = ids[currency.code] ?? "A1F83G8C2ARO7P"
        return named(id)
            ?? Marketplace(id: id, country: "GB", currency: currency.code, domain: "amazon.co.uk", language: "en_GB")
    }
}
