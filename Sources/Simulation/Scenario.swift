// SPDX-License-Identifier: Apache-2.0

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
        }
        public var at: Instant
        public var kind: Kind
        public init(at: Instant, _ kind: Kind) {
            self.at = at
            self.kind = kind
        }
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

    /// What a seller who knew all demand could have sold: of each article what is wanted, at most what is there.
    public var clairvoyant: Int {
        var wanted = [Int](repeating: 0, count: articles.count)
        for case .buy(_, let article, let units) in happenings.map(\.kind) { wanted[article] += units }
        return zip(articles, wanted).reduce(0) { $0 + min($1.0.units, $1.1) }
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
