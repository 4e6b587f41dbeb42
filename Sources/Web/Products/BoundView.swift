// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Vocabulary

/// What could still be oversold of an article, with the sum that says so.
struct BoundView: Sendable {
    var state: Badge
    var sums: [WhyPage.Sum]
    var note: String
    /// What safety probably cost, where it costs anything.
    var lost: String?
    var starving: String?
    init(_ bound: OversellBound, _ facts: ProductFacts, _ words: Words) {
        let accounts = facts.accounts
        sums = bound.parts.map { part in
            let account = accounts.first { $0.id == part.listing.account }?.name ?? part.listing.account.description
            let label =
                part.each > 1
                ? words("bound.bundle", ["account": account, "title": part.listing.title]) : words("bound.channel", ["account": account])
            return WhyPage.Sum(label: label, value: part.units.map { words.format.number($0) } ?? words("products.unknown"))
        }
        let known = bound.parts.compactMap(\.units)
        if known.count == bound.parts.count {
            sums.append(.init(label: words("bound.channels"), value: words.format.number(known.reduce(0, +)), isTotal: true))
        }
        sums.append(.init(label: words("bound.sellable"), value: words.format.number(bound.sellable)))
        sums.append(
            .init(label: words("bound.units"), value: bound.units.map { words.format.number($0) } ?? words("products.unknown"), isTotal: true))
        switch bound.units {
        case nil: state = Badge(tone: "quiet", label: words("products.unknown"))
        case 0: state = Badge(tone: "good", label: words.count("bound.badge", 0))
        case let units?: state = Badge(tone: "busy", label: words.count("bound.badge", units))
        }
        if facts.policy.kind.keepsLimit || facts.lostSales.units > 0 {
            let days = words.format.number(ProductFacts.lostSalesDays)
            lost = words("bound.lost", ["units": words.format.thousandths(facts.lostSales.units), "days": days])
        }
        let starving = facts.offers.filter { facts.lostSales.starving.contains($0.listing.id) }
        if !starving.isEmpty {
            let names = starving.map { $0.account?.name ?? $0.listing.title }.joined(separator: words("format.list"))
            self.starving = words("bound.starving", ["accounts": names])
        }
        note = words(bound.units == nil ? "bound.note-unknown" : "bound.note")
    }
}
