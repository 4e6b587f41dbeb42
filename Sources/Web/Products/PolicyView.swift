// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Vocabulary

/// How an article is offered: the policy that counts, whose it is, and the form that changes it.
struct PolicyView: Sendable {
    /// One account's part of a fixed article.
    struct Part: Sendable {
        var name: String
        var fieldID: String
        var title: String
        var units: String
        var hint: String?
    }
    var action: String
    var policy: String
    var kinds: [Choice]
    var limit: String
    var scopes: [Choice]
    var parts: [Part]
    var isOpen: Bool

    /// What the form sends for an article without a policy of its own.
    static let asAll = "as-all"

    init(_ facts: ProductFacts, _ draft: OrderDraft, _ words: Words) {
        let variant = facts.row.variant
        action = "\(Site.product(variant.sku))/policy"
        let own = facts.policies.own(of: variant.id)
        let name = words("policy.\(facts.policy.kind.rawValue)")
        // What counts when the article has none of its own.
        let others = facts.policyWithoutOwn
        let asAll = words("policy.as.\(others.source.rawValue)", ["policy": words("policy.\(others.policy.kind.rawValue)")])
        policy = own == nil ? asAll : name
        isOpen = draft.form == "policy"
        let chosen = draft.value("policy", "kind", or: own?.kind.rawValue ?? Self.asAll)
        kinds = [Choice(value: Self.asAll, label: asAll, isChosen: chosen == Self.asAll)]
        kinds += SellingPolicy.Kind.allCases.map {
            Choice(value: $0.rawValue, label: words("policy.\($0.rawValue)"), isChosen: $0.rawValue == chosen)
        }
        limit = draft.value("policy", "limit", or: String(facts.policy.limit))
        let scope = draft.value("policy", "scope", or: "article")
        scopes = [Choice(value: "article", label: words("policy.scope.article"), isChosen: scope == "article")]
        if let category = variant.category {
            scopes.append(Choice(value: "category", label: words("policy.scope.category", ["category": category]), isChosen: scope == "category"))
        }
        scopes.append(Choice(value: "all", label: words("policy.scope.all"), isChosen: scope == "all"))
        parts = facts.sellers.map { account in
            let known = facts.allocations[account.id]
            let field = "units-\(account.id)"
            return Part(
                name: field, fieldID: "policy-\(field)", title: account.name,
                units: draft.value("policy", field, or: known.map { String($0.units) } ?? ""),
                hint: known.map { words("policy.left", ["sold": words.format.number($0.sold), "left": words.format.number($0.left)]) })
        }
    }
}
