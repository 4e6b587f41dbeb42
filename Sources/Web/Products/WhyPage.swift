// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import Ledger
import Vocabulary

/// Why a number is what it is, now or at a moment of the past.
struct WhyPage: ConsolePage {
    static let template = "WhyPage"

    struct Step: Sendable {
        var when: String
        var iso: String
        var cause: String
        var causeHref: String?
        var actor: String
        var note: String?
        var change: String
        var tone: String
        var move: String
        var balance: String
    }
    struct Sum: Sendable {
        var label: String
        var value: String
        var isTotal = false
    }
    struct Part: Sendable {
        var sku: String
        var href: String
        var sums: [Sum]
    }
    struct History: Sendable {
        var when: String
        var what: Badge
        var quantity: String?
        var reason: String?
    }

    var title: String
    var sku: String
    var skuHref: String
    var name: String
    var question: String
    var answer: String
    var tabs: [Choice]
    var hidden: [Choice]
    var at: String
    var moment: String
    var isPast: Bool
    var stock: Bool
    var steps: [Step] = []
    var hasSteps = false
    var opening: String?
    var parts: [Part] = []
    var sums: [Sum] = []
    var history: [History] = []
    var hasHistory = false
    var pastNote: String?

    private init(_ ask: WhyAsk, question: String, answer: String, stock: Bool, _ words: Words) {
        title = words("why.title", ["sku": ask.variant.sku.text])
        sku = ask.variant.sku.text
        skuHref = Site.product(ask.variant.sku)
        name = ask.variant.title
        self.question = question
        self.answer = answer
        self.stock = stock
        tabs = ask.tabs(words)
        hidden = ask.hidden
        at = ask.moment.map(words.format.field) ?? ""
        moment = ask.moment.map { words("why.then", ["time": words.format.moment($0)]) } ?? words("why.now")
        isPast = ask.moment != nil
    }

    /// A stock number, step by step.
    init(_ why: WhyStock, _ ask: WhyAsk, _ facts: OrderFacts, _ words: Words) {
        let place = ask.location.flatMap { facts.locations[$0.number] } ?? words("why.everywhere")
        self.init(
            ask, question: words("why.question.\(why.number.rawValue)", ["place": place]), answer: words.format.number(why.value), stock: true, words)
        steps = why.steps.reversed().map { step in
            let line = step.line
            let from = LedgerWords.account(line.transfer.from, facts.ledgerNames, facts.locations, facts.accounts, words)
            let to = LedgerWords.account(line.transfer.to, facts.ledgerNames, facts.locations, facts.accounts, words)
            let cause = Self.cause(line, ask, words)
            return Step(
                when: words("timeline.when", ["date": words.format.date(line.at), "time": words.format.clockSeconds(line.at)]), iso: line.at.iso,
                cause: cause.text,
                causeHref: cause.href, actor: OrderWords.actor(line.actor, accounts: facts.accounts, words),
                note: line.note.isEmpty ? nil : line.note,
                change: words.format.change(step.change), tone: step.change > 0 ? "good" : "bad", move: words("why.move", ["from": from, "to": to]),
                balance: words.format.number(step.balance))
        }
        hasSteps = !steps.isEmpty
        opening = why.opening != 0 ? words("why.opening", ["units": words.format.number(why.opening)]) : nil
    }

    private static func cause(_ line: LedgerLine, _ ask: WhyAsk, _ words: Words) -> (text: String, href: String?) {
        let verb = words.known("posting.\(line.verb)", or: line.verb)
        guard line.cause.kind == "order" else { return (verb, nil) }
        let id = ID<OrderKind>(line.cause.number)
        let reference = ask.references[id.number] ?? id.description
        return (words("why.order", ["verb": verb, "reference": reference]), Site.order(id))
    }

    /// What a channel is to show, from the shelf to the acknowledgement.
    init(_ why: WhyPublished, _ ask: WhyAsk, _ facts: OrderFacts, _ words: Words) {
        let account = facts.accounts.first { $0.id == why.listing.account }?.name ?? ""
        // Of a guarded article the channel is given a share of what it might show.
        let share = ask.moment == nil && why.publication?.isGuarded == true ? why.publication?.wanted : nil
        self.init(
            ask, question: words("why.question.published", ["channel": account]), answer: words.format.number(share ?? why.computed), stock: false,
            words)
        parts = why.parts.map { part in
            var sums = part.free.map { Sum(label: words("why.free-at", ["place": $0.location.name]), value: words.format.number($0.units)) }
            if part.short > 0 { sums.append(Sum(label: words("why.short"), value: words.format.change(-part.short))) }
            sums.append(Sum(label: words("why.promisable"), value: words.format.number(part.promisable), isTotal: true))
            if part.units > 1 || why.parts.count > 1 {
                sums.append(
                    Sum(
                        label: words("why.makeable", ["units": words.format.number(part.units)]), value: words.format.number(part.makeable),
                        isTotal: true))
            }
            return Part(sku: part.variant.sku.text, href: Site.product(part.variant.sku), sums: sums)
        }
        sums = [Sum(label: words("why.available"), value: words.format.number(why.availableToPromise))]
        if why.rule.buffer > 0 { sums.append(Sum(label: words("why.buffer"), value: words.format.change(-why.rule.buffer))) }
        if let cap = why.rule.cap { sums.append(Sum(label: words("why.cap"), value: words.format.number(cap))) }
        if why.rule.isPaused { sums.append(Sum(label: words("rule.paused"), value: words("products.none"))) }
        sums.append(
            Sum(label: words(share == nil ? "why.computed" : "why.at-most"), value: words.format.number(why.computed), isTotal: true))
        if let share {
            sums.append(Sum(label: words("why.share"), value: words.format.number(share), isTotal: true))
            sums.append(Sum(label: words("why.unsold"), value: why.exposure.map { words.format.number($0) } ?? words("products.unknown")))
        }
        if let publication = why.publication, ask.moment == nil {
            func at(_ key: String, _ quantity: Int?, _ moment: Instant?) {
                guard let quantity else { return }
                let label = moment.map { words("why.\(key)-at", ["time": words.format.moment($0)]) } ?? words("why.\(key)")
                sums.append(Sum(label: label, value: words.format.number(quantity)))
            }
            at("wanted", publication.wanted, publication.wantedAt)
            at("sent", publication.sent, publication.sentAt)
            at("acknowledged", publication.acknowledged, publication.acknowledgedAt)
        }
        history = why.history.map { event in
            let tone = event.what == "acknowledged" ? "good" : event.what == "seen" ? "quiet" : "bad"
            return History(
                when: words("timeline.when", ["date": words.format.date(event.at), "time": words.format.clockSeconds(event.at)]),
                what: Badge(tone: tone, label: words.known("publication.event.\(event.what)", or: event.what)),
                quantity: event.quantity.map { words.format.number($0) },
                reason: event.reason.isEmpty ? nil : ProblemWords.say(kept: event.reason, words))
        }
        hasHistory = !history.isEmpty
        pastNote = ask.moment == nil ? nil : words("why.past-note")
    }
}
