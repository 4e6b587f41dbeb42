// SPDX-License-Identifier: Apache-2.0

import Availability
public import Vocabulary

/// A stretch of business that is played against the hub: shops, goods, buyers, and what goes wrong. A value, made from a seed alone.
public struct Scenario: Sendable {
    public struct Article: Hashable, Sendable {
        public var sku: String
        public var units: Int
        public init(_ sku: String, units: Int) {
            self.sku = sku
            self.units = units
        }
    }

    /// Something that happens whether the hub is ready or not.
    public struct Happening: Hashable, Sendable {
        public enum Kind: Hashable, Sendable {
            /// A buyer who takes all of it or goes away.
            case buy(shop: Int, article: Int, units: Int)
            /// Nobody reaches the shop for so long.
            case outage(shop: Int, Span)
            /// The hub's process dies while it runs the so-manieth statement from now, and is started again after so long.
            case crash(afterSteps: Int, restart: Span)
            /// The buyer takes the shop's so-manieth order back, if there is one.
            case cancel(shop: Int, order: Int)
            /// The office ships, cancels or refunds the shop's so-manieth order in the hub, if the hub has it.
            case act(Act, shop: Int, order: Int)
            /// Goods come in, or are found missing.
            case stock(article: Int, change: Int)
            /// Somebody types another count into the shop.
            case edit(shop: Int, article: Int, units: Int)
            /// Somebody sets the clock of the hub's machine, by so much.
            case clock(Span)
            /// From now on this goes wrong on the way.
            case faults(Faults)
            /// Nothing goes wrong until everything is done; then the books are compared, and what comes later comes that much later.
            case calm
        }
        public var at: Instant
        public var kind: Kind
        public init(at: Instant, _ kind: Kind) {
            self.at = at
            self.kind = kind
        }
    }

    /// What the office does with an order, all of it.
    public enum Act: Hashable, Sendable {
        case ship, cancel
        case refund(restocks: Bool)
    }

    public var name: String
    /// The channel of each shop: `shopify`.
    public var shops: [String]
    public var articles: [Article]
    /// In the order of time.
    public var happenings: [Happening]
    public var faults: Faults
    public var start: Instant
    /// The last happening is before it; from then on nothing goes wrong any more.
    public var end: Instant

    public init(
        name: String, shops: [String], articles: [Article], happenings: [Happening], faults: Faults, start: Instant, end: Instant
    ) {
        self.name = name
        self.shops = shops
        self.articles = articles
        self.happenings = happenings
        self.faults = faults
        self.start = start
        self.end = end
    }

    /// Black Friday of 2026, at midnight.
    public static let start = Instant(milliseconds: 1_795_737_600_000)

    /// What a seller who knew all demand could have sold: of each article what is wanted, at most what is there, from calm to calm.
    public var clairvoyant: Int {
        var wanted = [Int](repeating: 0, count: articles.count)
        var there = articles.map(\.units)
        var sold = 0
        func sell() {
            for article in articles.indices {
                let units = min(max(0, there[article]), wanted[article])
                there[article] -= units
                sold += units
                wanted[article] = 0
            }
        }
        for happening in happenings {
            switch happening.kind {
            case .buy(_, let article, let units): wanted[article] += units
            case .stock(let article, let change): there[article] += change
            case .calm: sell()
            case .outage, .crash, .cancel, .act, .edit, .clock, .faults: break
            }
        }
        sell()
        return sold
    }

    /// How many schedules of faults it is: from calm to calm each.
    public var schedules: Int {
        1 + happenings.reduce(0) { if case .calm = $1.kind { $0 + 1 } else { $0 } }
    }

    /// Somebody types counts that nobody else knows of.
    public var isMeddledWith: Bool {
        happenings.contains { happening in
            switch happening.kind {
            case .edit: true
            case .stock(_, let change): change < 0
            case .buy, .outage, .crash, .cancel, .act, .clock, .faults, .calm: false
            }
        }
    }

    /// Units that buyers want.
    public var demanded: Int {
        happenings.reduce(0) { sum, happening in
            if case .buy(_, _, let units) = happening.kind { return sum + units }
            return sum
        }
    }
}

/// How the hub shares its stock among the shops, to be compared.
public enum PlayedPolicy: Hashable, Sendable, CustomStringConvertible {
    /// Every shop shows a share, so that no more than so many units can be oversold.
    case guarded(limit: Int)
    /// Every shop shows what is free; a change is pushed at once.
    case shared
    /// The same, pushed every so often: what is usual today.
    case interval(Span)

    /// What the hub is told of all its articles.
    var ofTheHub: SellingPolicy {
        if case .guarded(let limit) = self { SellingPolicy(.guarded, limit: limit) } else { SellingPolicy(.shared) }
    }

    /// `guarded`, `guarded:2`, `shared` or `interval:15m`; nil for anything else.
    public init?(_ text: String) {
        if text == "shared" {
            self = .shared
            return
        }
        if text == "guarded" {
            self = .guarded(limit: 0)
            return
        }
        if text.hasPrefix("guarded:"), let limit = Int(text.dropFirst(8)), (0...1_000).contains(limit) {
            self = .guarded(limit: limit)
            return
        }
        guard text.hasPrefix("interval:"), let unit = text.last, let count = Int64(text.dropFirst(9).dropLast()), count > 0, count <= 10_000 else {
            return nil
        }
        switch unit {
        case "s": self = .interval(.seconds(count))
        case "m": self = .interval(.minutes(count))
        case "h": self = .interval(.hours(count))
        default: return nil
        }
    }

    public var description: String {
        switch self {
        case .shared: "shared"
        case .guarded(let limit): limit == 0 ? "guarded" : "guarded:\(limit)"
        case .interval(let span):
            span.milliseconds.isMultiple(of: 60_000) ? "interval:\(span.milliseconds / 60_000)m" : "interval:\(span.milliseconds / 1_000)s"
        }
    }
}
