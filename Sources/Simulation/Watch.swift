// SPDX-License-Identifier: Apache-2.0

import Catalog
import Storage
import Vocabulary

/// What must be so after every step, read straight from the rows, the shops and the buyers: no verb of the house is asked.
///
/// An article is looked at after every step that touched it: its rows, its buyers, or a set of its quantity that is under way.
struct Watch {
    private let articles: [Scenario.Article]
    /// The hub's number of each article, and back.
    private var numbers: [Int64] = []
    private var places: [Int64: Int] = [:]
    /// Articles with a quantity under way, which may take effect at any step.
    private var underWay: Set<Int> = []
    private var turn = 0
    /// What stood where when each article was looked at last.
    private var last: [Int: State] = [:]
    /// The most that was ever stated of each article.
    private var bounds: [Int: Int] = [:]
    /// Articles of which somebody typed a count, in a shop or in the hub: what may be sold of them was more than anybody could know.
    private var excused: Set<Int> = []
    private var wereExcused: Set<Int> = []
    /// Articles of an order about which buyer and office contradict each other.
    private var contested: Set<Int> = []

    init(_ articles: [Scenario.Article]) { self.articles = articles }

    /// - Parameter forGood: what the shop offers besides may be found out only when its count is set or looked at again.
    mutating func excuse(_ article: Int, forGood: Bool = false) {
        excused.insert(article)
        wereExcused.insert(article)
        if forGood { contested.insert(article) }
    }

    /// From now on everybody has had the time to find out.
    mutating func excuseNobody() { excused = contested }

    /// The most units that could be oversold of one article at any moment, as stated.
    var worstBound: Int { bounds.values.max() ?? 0 }

    /// Units oversold beyond what was ever stated of their article.
    func aboveBound(_ oversold: [Int]) -> Int {
        oversold.enumerated().reduce(0) { $0 + (wereExcused.contains($1.offset) ? 0 : max(0, $1.element - (bounds[$1.offset] ?? 0))) }
    }

    mutating func begin(in transaction: Transaction) throws {
        try TouchedArticles.begin(in: transaction)
        numbers = try articles.map { article in
            try SKU(article.sku).flatMap { try VariantTable.find(sku: $0, in: transaction)?.id.number } ?? 0
        }
        places = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ($1, $0) })
    }

    /// Looks at what was touched: by the hub since the last look, or by whoever is named; or at everything.
    mutating func look(
        _ book: BuyersBook, _ shops: [SimulatedShop], _ policy: PlayedPolicy, touched: Set<Int>, isOpen: Bool, all: Bool = false,
        in transaction: Transaction
    ) throws -> [(kind: String, detail: String)] {
        var places = touched.union(try TouchedArticles.take(in: transaction).compactMap { self.places[$0] })
        var found: [(kind: String, detail: String)] = []
        if all {
            places = Set(articles.indices)
            found += try TouchedArticles.wronglyHeard(in: transaction).map { ("watch-differs", $0) }
        }
        for place in places.sorted() {
            let number = numbers[place]
            let now = try state(number, in: transaction)
            try stock(place, now, &found, in: transaction)
            if !excused.contains(place) {
                exposures(place, now, book, shops, &found)
                // What stood in the shops before was not the hub's to share; who waits for units that a typed count sold was oversold already.
                let isSettled = now.short == 0 && now.offers.allSatisfy(\.marks.isEmpty)
                if isOpen, isSettled || !wereExcused.contains(place) { bound(place, now, policy, &found) }
            }
            if now.offers.contains(where: \.isUnderWay) { underWay.insert(place) } else { underWay.remove(place) }
            last[place] = now
        }
        if let last = found.indices.last { found[last].detail += try standing(in: transaction) }
        for place in someUnderWay() where !places.contains(place) && !excused.contains(place) {
            if let now = last[place] { exposures(place, now, book, shops, &found) }
        }
        return found
    }

    /// How every listing stands, for whoever looks for the reason.
    func standing(in transaction: Transaction) throws -> String {
        try transaction.all(
            """
            SELECT p.account, p.variant, p.wanted, believed, acknowledged, is_due, not_before, raise_not_before, guard, problem, e.units, e.marks FROM publications p
            LEFT JOIN exposures e ON e.listing = p.listing ORDER BY p.variant, p.account LIMIT 40
            """
        ) { row in
            "; listing of \(row.integer(1)) at \(row.integer(0)): wanted \(row.int(2)), believed \(row.optionalInt(3) ?? -1), confirmed \(row.optionalInt(4) ?? -1), "
                + "due \(row.int(5)) from \(Instant(milliseconds: max(row.integer(6), row.integer(7))).iso), guard \(row.int(8)) \(row.optionalText(9) ?? ""), may sell \(row.optionalInt(10) ?? -1) (\(row.optionalText(11) ?? ""))"
        }.joined()
    }

    /// Those with a quantity under way, which may stand in the shop since the last step: all of them, or some in turn where they are
    /// many, as at the opening.
    private mutating func someUnderWay() -> [Int] {
        let all = underWay.sorted()
        guard all.count > Self.underWayMax else { return all }
        turn = (turn + Self.underWayMax) % all.count
        return (0..<Self.underWayMax).map { all[(turn + $0) % all.count] }
    }

    private static let underWayMax = 16

    private func stock(
        _ place: Int, _ now: State, _ found: inout [(kind: String, detail: String)], in transaction: Transaction
    ) throws {
        let (sku, number) = (articles[place].sku, numbers[place])
        // Goods are moved, never made: the balances of an article are nothing together.
        if now.sum != 0 { found.append(("units-made", "\(sku): \(now.sum)")) }
        // Nobody waits for units while units are free.
        if now.short > 0, now.free > 0 { found.append(("short-beside-free", "\(sku): \(now.short) short, \(now.free) free")) }
        var reserved: [Int64: Int64] = [:]
        try transaction.forEach("SELECT location, SUM(units) FROM reservations WHERE variant = \(number) GROUP BY location") {
            reserved[$0.integer(0)] = $0.integer(1)
        }
        try transaction.forEach(
            """
            SELECT (number / 256) % 16777216, balance FROM accounts WHERE number >= \(number << 32) AND number < \((number + 1) << 32)
                AND number % 256 = 2
            """
        ) { row in
            let units = reserved.removeValue(forKey: row.integer(0)) ?? 0
            if row.integer(1) != units { found.append(("reserved-differs", "\(sku): reserved \(row.integer(1)), reservations \(units)")) }
        }
        if let more = reserved.values.first { found.append(("reserved-differs", "\(sku): nothing reserved, reservations \(more)")) }
    }

    private func state(_ number: Int64, in transaction: Transaction) throws -> State {
        var state = State()
        try transaction.forEach(
            "SELECT number % 256, balance FROM accounts WHERE number >= \(number << 32) AND number < \((number + 1) << 32)"
        ) { row in
            state.sum += row.int(1)
            if row.int(0) == 1 { state.free += row.int(1) }
        }
        state.short = try transaction.count("SELECT SUM(units) FROM shortages WHERE variant = \(number)")
        state.offers = try offers(number, in: transaction)
        return state
    }

    /// What is there of an article, and what may be sold of it.
    private struct State: CustomStringConvertible {
        /// Of all its balances.
        var sum = 0
        var free = 0
        var short = 0
        var offers: [Offer] = []
        var description: String {
            let text = offers.map { "\($0.account): \($0.most.map(String.init) ?? "?") (\($0.marks))" }.joined(separator: ", ")
            return "of \(free) free, \(short) short, shops may sell \(text)"
        }
    }

    /// What the hub says that a shop may sell unheard of an article at most, and what it heard of that the shop sold.
    private struct Offer {
        var account: Int
        var most: Int?
        var heard: Int
        var isUnderWay: Bool
        var marks: String
    }

    private func offers(_ number: Int64, in transaction: Transaction) throws -> [Offer] {
        var heard: [Int: Int] = [:]
        try transaction.forEach("SELECT account, units FROM temp.heard_units WHERE variant = \(number)") { heard[$0.int(0)] = $0.int(1) }
        return try transaction.all(
            """
            SELECT l.account, e.units - COALESCE((SELECT SUM(c.units) FROM channel_claims c
                WHERE c.account = l.account AND c.variant_key = l.variant_key), 0), e.sent IS NOT NULL, e.marks
            FROM listings l LEFT JOIN exposures e ON e.listing = l.number WHERE l.variant = \(number) ORDER BY l.account
            """
        ) { row in
            Offer(
                account: row.int(0), most: row.optionalInt(1), heard: heard[row.int(0)] ?? 0, isUnderWay: row.int(2) != 0,
                marks: row.optionalText(3) ?? "")
        }
    }

    /// What each shop may still sell, with what it sold unheard, is never more than the hub says it is at most.
    private func exposures(
        _ place: Int, _ now: State, _ book: BuyersBook, _ shops: [SimulatedShop], _ found: inout [(kind: String, detail: String)]
    ) {
        let sku = articles[place].sku
        for offer in now.offers {
            guard let most = offer.most else { continue }
            let shop = shops[offer.account - 1]
            let shown = shop.shown(sku) ?? 0
            let unheard = book.taken(shop: offer.account - 1, article: place) - offer.heard
            guard shown + unheard > most else { continue }
            found.append(("exposure-exceeded", "\(sku) at \(shop.title): \(shown) shown and \(unheard) sold unheard, stated are \(most)"))
        }
    }

    /// What is stated of the article, worked out from the rows: what all shops may sell unheard, less what is free.
    private mutating func bound(_ place: Int, _ now: State, _ policy: PlayedPolicy, _ found: inout [(kind: String, detail: String)]) {
        // What is not known is not stated.
        guard !now.offers.contains(where: { $0.most == nil }) else { return }
        let bound = max(0, now.offers.reduce(0) { $0 + ($1.most ?? 0) } - (now.free - now.short))
        bounds[place] = max(bounds[place] ?? 0, bound)
        guard case .guarded(let limit) = policy, bound > limit else { return }
        found.append(
            (
                "bound-exceeded",
                "\(articles[place].sku): \(bound) could be oversold, the limit is \(limit); \(now); before: \(last[place].map { "\($0)" } ?? "nothing")"
            ))
    }
}
