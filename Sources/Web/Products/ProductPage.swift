// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import Vocabulary

/// One article: where its units are, what each listing shows, the rules, and the form to change stock.
struct ProductPage: ConsolePage {
    static let template = "ProductPage"

    struct Level: Sendable {
        var place: String
        var available: String
        var reserved: String
        var onHand: String
        var whyAvailable: String
        var whyReserved: String
        var whyOnHand: String
    }
    struct Offer: Sendable {
        var account: AccountBadge?
        var name: String
        var key: String
        var condition: String?
        var wanted: String
        var sent: String
        var acknowledged: String
        var believed: String
        var stale: String
        var state: Badge
        var problem: String?
        var why: String
        var ruleAction: String
        var formID: String
        var buffer: String
        var cap: String
        var isPaused: Bool
        var rule: String
    }
    struct Part: Sendable {
        var href: String
        var sku: String
        var name: String
        var note: String
    }

    var title: String
    var sku: String
    var name: String
    var gtin: String?
    var price: String?
    var options: String?
    var isBundle: Bool
    var done: String?
    var trouble: Trouble?
    var available: String
    var short: String?
    var levels: [Level]
    var bound: BoundView?
    var policy: PolicyView?
    var category: String
    var categoryAction: String
    var categories: [String]
    var isCategoryOpen: Bool
    var categoryTyped: String
    var offers: [Offer]
    var hasOffers: Bool
    var parts: [Part]
    var partOf: [Part]
    var hasPartOf: Bool
    var stockAction: String
    var stockKey: String
    var isStockOpen: Bool
    var locations: [Choice]
    var reasons: [Choice]
    var units: String
    var note: String

    init(_ facts: ProductFacts, draft: OrderDraft, done: String?, _ words: Words) {
        let variant = facts.row.variant
        title = variant.sku.text
        sku = variant.sku.text
        name = variant.title
        gtin = variant.gtin?.text
        price = variant.price.map(words.format.money)
        options =
            variant.options.isEmpty
            ? nil : variant.options.map { words("products.option", ["name": $0.name, "value": $0.value]) }.joined(separator: words("format.list"))
        isBundle = variant.isBundle
        self.done = done.flatMap { words.messages.has("done.\($0)") ? words("done.\($0)") : nil }
        trouble = draft.trouble.map(Trouble.init(message:))
        available = words.format.number(facts.row.availableToPromise)
        short = facts.row.short > 0 ? words.count("order.short", facts.row.short) : nil
        levels = facts.row.levels.map { level in
            let place = facts.locations.first { $0.id == level.location }?.name ?? level.location.description
            return Level(
                place: place, available: words.format.number(level.available), reserved: words.format.number(level.reserved),
                onHand: words.format.number(level.onHand),
                whyAvailable: Site.why(variant.sku, number: "available", location: level.location),
                whyReserved: Site.why(variant.sku, number: "reserved", location: level.location),
                whyOnHand: Site.why(variant.sku, number: "on-hand", location: level.location))
        }
        offers = facts.offers.map { Self.offer($0, variant.sku, facts.now, draft, words) }
        hasOffers = !offers.isEmpty
        bound = facts.bound.flatMap { $0.parts.isEmpty ? nil : BoundView($0, facts, words) }
        policy = bound == nil ? nil : PolicyView(facts, draft, words)
        category = variant.category ?? words("category.none")
        categoryAction = "\(Site.product(variant.sku))/category"
        categories = facts.categories
        isCategoryOpen = draft.form == "category"
        categoryTyped = draft.value("category", "category", or: variant.category ?? "")
        parts = facts.components.map { part in
            let values = ["units": words.format.number(part.units), "available": words.format.number(part.available)]
            return Part(
                href: Site.product(part.variant.sku), sku: part.variant.sku.text, name: part.variant.title, note: words("products.component", values))
        }
        partOf = facts.partOf.map { Part(href: Site.product($0.sku), sku: $0.sku.text, name: $0.title, note: "") }
        hasPartOf = !partOf.isEmpty
        stockAction = "\(Site.product(variant.sku))/stock"
        stockKey = draft.key(of: "stock")
        isStockOpen = draft.form == "stock"
        let place = draft.value("stock", "location", or: "")
        locations = facts.locations.map { Choice(value: $0.id.description, label: $0.name, isChosen: $0.id.description == place) }
        let reason = draft.value("stock", "reason", or: "received")
        reasons = ChangeStock.Reason.allCases.filter { $0 != .opening }.map {
            Choice(value: $0.rawValue, label: words("stock.reason.\($0.rawValue)"), isChosen: $0.rawValue == reason)
        }
        units = draft.value("stock", "units", or: "")
        note = draft.value("stock", "note", or: "")
    }

    private static func offer(_ offer: ProductFacts.Offer, _ sku: SKU, _ now: Instant, _ draft: OrderDraft, _ words: Words) -> Offer {
        let publication = offer.publication
        func at(_ quantity: Int?, _ moment: Instant?) -> String {
            guard let quantity else { return words("products.none") }
            guard let moment else { return words.format.number(quantity) }
            return words("products.quantity-at", ["quantity": words.format.number(quantity), "when": words.format.ago(moment, now: now)])
        }
        let form = "rule-\(offer.listing.account)"
        let rule = offer.rule
        var parts = [words("rule.buffer", ["units": words.format.number(rule.buffer)])]
        if let cap = rule.cap { parts.append(words("rule.cap", ["units": words.format.number(cap)])) }
        if rule.isPaused { parts.append(words("rule.paused")) }
        let listing = offer.listing
        let note =
            listing.isFulfilledByChannel
            ? "listing.by-channel" : !listing.keepsCount ? "listing.no-count" : !listing.isActive ? "listing.inactive" : nil
        return Offer(
            account: offer.account.map(AccountBadge.init), name: offer.listing.title, key: offer.listing.variantKey,
            condition: note.map { words($0) },
            wanted: at(publication?.wanted, publication?.wantedAt), sent: at(publication?.sent, publication?.sentAt),
            acknowledged: at(publication?.acknowledged, publication?.acknowledgedAt),
            believed: publication == nil
                ? words("products.none") : publication?.believed.map { words.format.number($0) } ?? words("products.unknown"),
            stale: publication?.staleness(at: now).map { words.format.span($0.milliseconds) } ?? words("products.none"),
            state: state(publication, words), problem: publication?.problem.map { ProblemWords.say(kept: $0, words) },
            why: Site.why(sku, number: "published", listing: offer.listing.id),
            ruleAction: "\(Site.product(sku))/rules/\(offer.listing.account)", formID: form,
            buffer: draft.value(form, "buffer", or: String(rule.buffer)),
            cap: draft.value(form, "cap", or: rule.cap.map(String.init) ?? ""),
            isPaused: draft.form == form ? draft.fields.has("paused") : rule.isPaused,
            rule: parts.joined(separator: words("format.list")))
    }

    private static func state(_ publication: Publication?, _ words: Words) -> Badge {
        guard let publication else { return Badge(tone: "quiet", label: words("publication.never")) }
        if publication.problem != nil { return Badge(tone: "bad", label: words("publication.refused")) }
        if publication.isDue { return Badge(tone: "busy", label: words(publication.failures > 0 ? "publication.retrying" : "publication.due")) }
        return Badge(tone: "good", label: words("publication.acknowledged"))
    }
}
