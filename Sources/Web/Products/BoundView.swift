// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Vocabulary

/// What could still be oversold of an article, with the sum that says so.
struct BoundView: Sendable {
    var state: Badge
    var sums: [WhyPage.Sum]
    var note: String
    var action: String
    var policy: String
    var kinds: [Choice]
    var limit: String
    var isForAll: Bool
    var isOpen: Bool

    /// What the form sends for an article without a policy of its own.
    static let asAll = "as-all"

    init(_ bound: OversellBound, _ facts: ProductFacts, _ draft: OrderDraft, _ words: Words) {
        let accounts = facts.accounts
        action = "\(Site.product(facts.row.variant.sku))/policy"
        let own = facts.policies.own(of: facts.row.variant.id)
        let asAll = words("policy.as-all", ["policy": words("policy.\(facts.policies.forAll.kind.rawValue)")])
        policy = own.map { words("policy.\($0.kind.rawValue)") } ?? asAll
        isOpen = draft.form == "policy"
        let chosen = draft.value("policy", "kind", or: own?.kind.rawValue ?? Self.asAll)
        kinds = [Choice(value: Self.asAll, label: asAll, isChosen: chosen == Self.asAll)]
        kinds += SellingPolicy.Kind.allCases.map {
            Choice(value: $0.rawValue, label: words("policy.\($0.rawValue)"), isChosen: $0.rawValue == chosen)
        }
        limit = draft.value("policy", "limit", or: String(facts.policies.policy(of: facts.row.variant.id).limit))
        isForAll = draft.value("policy", "for-all", or: "") == "1"
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
        note = words(bound.units == nil ? "bound.note-unknown" : "bound.note")
    }
}
