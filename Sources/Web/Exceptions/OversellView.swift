// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import JSONText
import Vocabulary

/// One article that was oversold, as the exception's page tells it.
struct OversellView: Sendable {
    struct Line: Sendable {
        var when: String
        var iso: String
        var place: String?
        var series: Int
        var what: String
        var isOrder: Bool
    }
    var sku: String
    var href: String
    var name: String
    var units: String
    var cause: String
    var remedies: [String]
    var hasRemedies: Bool
    var lines: [Line]

    static func all(_ facts: OversellFacts, order: Int64, _ words: Words) -> [OversellView] {
        facts.articles.map { OversellView($0, facts, order: order, words) }
    }

    private init(_ article: OversellFacts.Article, _ facts: OversellFacts, order: Int64, _ words: Words) {
        func name(_ account: ID<AccountKind>?) -> AccountName? { facts.accounts.first { $0.id == account } }
        sku = article.variant.sku.text
        href = Site.product(article.variant.sku)
        self.name = article.variant.title
        units = words.count("oversell.units", article.units)
        var values: [String: String] = [:]
        switch article.found.cause {
        case .edited(let account), .overtaken(let account), .soldTwice(let account): values["account"] = name(account)?.name ?? account.description
        case .corrected(let units): values["units"] = words.format.number(units)
        case .hubAway, .unknown: break
        }
        cause = words("oversell.cause.\(article.found.cause.name)", values)
        remedies = article.found.remedies.map {
            words("oversell.remedy.\($0.name)", ["units": $0.units.map { words.format.number($0) } ?? ""])
        }
        hasRemedies = !remedies.isEmpty
        lines = article.found.steps.suffix(Self.linesMax).map { step in
            let place = name(step.account)
            var isOrder = false
            if case .sold(_, let number, _) = step.what { isOrder = number.number == order }
            return Line(
                when: words("timeline.when", ["date": words.format.date(step.at), "time": words.format.clockSeconds(step.at)]), iso: step.at.iso,
                place: place?.name, series: place?.series ?? 0, what: Self.say(step.what, facts, words), isOrder: isOrder)
        }
    }

    private static let linesMax = 120

    private static func say(_ what: OversellCase.Step.What, _ facts: OversellFacts, _ words: Words) -> String {
        func clock(_ moment: Instant) -> String { words.format.clockSeconds(moment) }
        func reference(_ order: ID<OrderKind>) -> String { facts.references[order.number] ?? order.description }
        switch what {
        case .confirmed(let units, let sentAt?):
            return words("oversell.step.confirmed-sent", ["units": words.format.number(units), "time": clock(sentAt)])
        case .confirmed(let units, nil): return words("oversell.step.confirmed", ["units": words.format.number(units)])
        case .seen(let units): return words("oversell.step.seen", ["units": words.format.number(units)])
        case .failed(let reason): return words("oversell.step.failed", ["why": ProblemWords.say(kept: reason, words)])
        case .sold(let units, let order, let heardAt):
            return words("oversell.step.sold", ["units": words.format.number(units), "order": reference(order), "time": clock(heardAt)])
        case .cancelled(let units, let order):
            return words("oversell.step.cancelled", ["units": words.format.number(units), "order": reference(order)])
        case .stock(let change, let reason):
            return words("oversell.step.stock", ["units": words.format.change(change), "reason": words.known("stock.reason.\(reason)", or: reason)])
        case .away(let until): return words("oversell.step.away", ["time": words.format.moment(until)])
        }
    }
}

extension APIText {
    static func oversell(_ facts: OversellFacts) -> JSONValue {
        .array(
            facts.articles.map { article in
                let remedies = article.found.remedies.map { remedy -> JSONValue in
                    ["setting": .string(remedy.name), "units": number(remedy.units)]
                }
                return [
                    "sku": .string(article.variant.sku.text), "units": .integer(article.units), "cause": .string(article.found.cause.name),
                    "remedies": .array(remedies), "timeline": .array(article.found.steps.map(step)),
                ]
            })
    }

    private static func step(_ step: OversellCase.Step) -> JSONValue {
        var json: [JSONValue.Member] = [
            .init("at", moment(step.at)), .init("account", step.account.map { .integer($0.number) } ?? .null),
        ]
        func add(_ what: String, _ more: (String, JSONValue)...) {
            json.append(.init("what", .string(what)))
            for (name, value) in more { json.append(.init(name, value)) }
        }
        switch step.what {
        case .confirmed(let units, let sentAt): add("confirmed", ("units", .integer(units)), ("sentAt", moment(sentAt)))
        case .seen(let units): add("seen", ("units", .integer(units)))
        case .failed(let reason): add("failed", ("reason", .string(reason)))
        case .sold(let units, let order, let heardAt):
            add("sold", ("units", .integer(units)), ("order", .integer(order.number)), ("heardAt", moment(heardAt)))
        case .cancelled(let units, let order): add("cancelled", ("units", .integer(units)), ("order", .integer(order.number)))
        case .stock(let change, let reason): add("stock", ("units", .integer(change)), ("reason", .string(reason)))
        case .away(let until): add("away", ("until", moment(until)))
        }
        return .object(json)
    }
}
