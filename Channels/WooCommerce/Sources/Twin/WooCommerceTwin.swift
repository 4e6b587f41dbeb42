// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
public import Vocabulary

/// A WooCommerce 11 shop in a value: the REST API v3 with its oddities as recorded from the real one, the storefront's
/// checkout, and webhooks that go out when the job queue runs.
///
/// Prices carry no tax. The shop's time zone is fixed and not UTC, so that a confusion of the two shows.
public struct WooCommerceTwin: ChannelTwin {
    /// How long after a change the job queue runs (WP-Cron). Webhooks are built then, not at the change.
    public var queueDelay = Span.milliseconds(300)
    /// The limit of the host in front of the shop, nil for none. Core WooCommerce has none of its own.
    public var hostLimit: RateLimit? = RateLimit("host", pointsPerSecond: 30, burst: 60)
    /// False for a key with read permission only.
    public var keyMayWrite = true
    /// Whether webhooks to private addresses are silently never sent, as WordPress has it unless a filter allows them.
    public var refusesPrivateTargets = false
    /// Minutes east of UTC of the shop's clock.
    public var minutesEast = -300
    /// Maintenance mode: every call is answered with 503 and this many seconds in `Retry-After`.
    public var maintenanceSeconds: Int?
    /// How long an unpaid order at the checkout keeps its units from other buyers ("Hold stock (minutes)").
    public var holdStock = Span.minutes(60)

    let shopName: String
    let currency: Currency
    let keys: TwinKeys
    var desk: TwinDesk
    var stock: TwinStock
    /// The label of each product as its newest line has it.
    var labels: [Int: TwinOrder.Label] = [:]
    var book: TwinOrderBook
    var hooks: TwinHooks
    var ids = TwinNumbers()
    /// Orders that keep units from other buyers, oldest first.
    var holds: [(until: Instant, order: Int)] = []
    /// Scheme and host that the last call came by; WordPress knows its own address, the twin learns it.
    var home = "http://shop.example.test"

    public init(_ seed: TwinSeed) {
        var chance = SplitMix64(seed: seed.seed)
        shopName = seed.shopName
        currency = seed.currency
        keys = TwinKeys(&chance)
        desk = TwinDesk(at: seed.start)
        stock = TwinStock()
        book = TwinOrderBook()
        hooks = TwinHooks(chance: chance.fork())
        stock.fill(seed, &ids)
    }

    /// Units on the shelf by SKU. Articles whose stock the shop does not count are left out.
    public var shelf: [String: Int] { stock.shelf }
    public func shown(_ sku: String) -> Int? { stock.shown(sku) }

    /// The settings of a connector that reaches the twin at the address.
    public func settings(reachableAt address: String) -> ChannelSettings {
        ChannelSettings([
            "address": address, "consumerKey": keys.key, "consumerSecret": keys.secret,
            "webhookSecret": keys.webhookSecret, "tracking": "note",
            "gatewayRefunds": "false",
        ])
    }
}

/// The key pair of the shop and the secret its owner will give to webhooks.
struct TwinKeys: Hashable, Sendable {
    let key: String
    let secret: String
    let webhookSecret: String

    init(_ chance: inout SplitMix64) {
        func hex(_ chance: inout SplitMix64) -> String {
            (0..<5).map { _ in String(chance.next() & 0xFFFF_FFFF | 0x1_0000_0000, radix: 16).dropFirst() }.joined()
        }
        key = "ck_" + hex(&chance)
        secret = "cs_" + hex(&chance)
        // Holds a character that WordPress writes as an entity, so that its decoding is always put to the test.
        webhookSecret = "wh&amp;" + hex(&chance)
    }
}

/// Numbers are handed out as WordPress does: posts (products, orders, refunds), order lines, meta entries and comments each count on their own.
struct TwinNumbers: Hashable, Sendable {
    private var post = 10
    private var line = 0
    private var meta = 0
    private var comment = 0

    mutating func nextPost() -> Int { next(\.post) }
    mutating func nextLine() -> Int { next(\.line) }
    mutating func nextMeta() -> Int { next(\.meta) }
    mutating func nextComment() -> Int { next(\.comment) }

    private mutating func next(_ counter: WritableKeyPath<TwinNumbers, Int>) -> Int {
        self[keyPath: counter] += 1
        return self[keyPath: counter]
    }
}
