// SPDX-License-Identifier: Apache-2.0

import Catalog
import JSONText
import Journal
import Ledger
import Orders
import Vocabulary

/// Everything that happened to an order in one column: events, what the ledger moved, what the channel was told.
enum OrderTimeline {
    struct Entry: Sendable {
        /// `event`, `ledger` or `action`: the sign beside it.
        var sign: String
        var title: String
        var when: String
        var iso: String
        var actor: String
        var moves: [String]
        fileprivate var at: Instant
        fileprivate var rank: Int
    }

    static func entries(_ detail: OrderDetail, _ facts: OrderFacts, _ words: Words) -> [Entry] {
        var entries: [Entry] = []
        for (_, event) in detail.events { entries.append(entry(event, facts, words)) }
        var postings: [(number: Int64, lines: [LedgerLine])] = []
        for line in detail.transfers {
            if postings.last?.number == line.posting {
                postings[postings.count - 1].lines.append(line)
            } else {
                postings.append((line.posting, [line]))
            }
        }
        for posting in postings {
            guard let first = posting.lines.first else { continue }
            let moves = merged(posting.lines.map(\.transfer)).map { move($0, detail, facts, words) }
            entries.append(
                make(
                    "ledger", words.known("posting.\(first.verb)", or: first.verb), first.at,
                    OrderWords.actor(first.actor, accounts: facts.accounts, words), moves, 1, words))
        }
        for job in detail.actions {
            let name = words("action.\(job.key.split(separator: ":").first ?? "ship")")
            var moves = [words("timeline.job.\(job.state)", ["tries": words.format.number(job.attempts)])]
            if !job.reason.isEmpty { moves.append(ProblemWords.say(kept: job.reason, words)) }
            entries.append(make("action", words("timeline.told", ["action": name]), job.createdAt, words("actor.hub"), moves, 2, words))
        }
        return entries.enumerated().sorted { ($0.element.at, $0.element.rank, $0.offset) < ($1.element.at, $1.element.rank, $1.offset) }.map(
            \.element
        ).reversed()
    }

    /// What moved between the same two accounts, as one move: a bundle and a single mug take the same mugs.
    static func merged(_ transfers: [Transfer]) -> [Transfer] {
        var merged: [Transfer] = []
        for transfer in transfers {
            if let index = merged.firstIndex(where: { $0.from == transfer.from && $0.to == transfer.to }) {
                merged[index].amount += transfer.amount
            } else {
                merged.append(transfer)
            }
        }
        return merged
    }

    private static func entry(_ event: Event, _ facts: OrderFacts, _ words: Words) -> Entry {
        var notes: [String] = []
        if case .object(let members) = event.detail {
            for member in members {
                switch (member.name, member.value) {
                case ("status", .string(let status)):
                    notes.append(words("timeline.status", ["status": words.known("order.status.\(status)", or: status)]))
                case ("payment", .string(let payment)):
                    notes.append(words("timeline.payment", ["payment": words.known("order.payment.\(payment)", or: payment)]))
                case ("refunds", .number(let count)): notes.append(words("timeline.refunds", ["count": count]))
                case ("shipments", .number(let count)): notes.append(words("timeline.shipments", ["count": count]))
                default: break
                }
            }
        }
        return make(
            "event", words.known("event.\(event.kind)", or: event.kind), event.at, OrderWords.actor(event.actor, accounts: facts.accounts, words),
            notes, 0, words)
    }

    private static func make(_ sign: String, _ title: String, _ at: Instant, _ actor: String, _ moves: [String], _ rank: Int, _ words: Words) -> Entry
    {
        Entry(
            sign: sign, title: title, when: words("timeline.when", ["date": words.format.date(at), "time": words.format.clockSeconds(at)]),
            iso: at.iso, actor: actor,
            moves: moves, at: at, rank: rank)
    }

    /// `2 × MUG: from available at Main to reserved at Main`, or the same with money.
    static func move(_ transfer: Transfer, _ detail: OrderDetail, _ facts: OrderFacts, _ words: Words) -> String {
        let from = LedgerWords.account(transfer.from, facts.ledgerNames, facts.locations, facts.accounts, words)
        let to = LedgerWords.account(transfer.to, facts.ledgerNames, facts.locations, facts.accounts, words)
        if let variant = transfer.from.unit.variant {
            let sku = detail.variants[variant]?.sku.text ?? variant.description
            return words("ledger.units", ["count": words.format.number(transfer.amount), "sku": sku, "from": from, "to": to])
        }
        let money = transfer.from.unit.currency.map { words.format.money(Money(minor: transfer.amount, $0)) } ?? words.format.number(transfer.amount)
        return words("ledger.money", ["amount": money, "from": from, "to": to])
    }
}

/// The ledger's accounts in words.
enum LedgerWords {
    static func account(
        _ account: Account, _ names: [UInt8: String], _ locations: [Int64: String], _ accounts: [AccountName], _ words: Words
    ) -> String {
        let name = names[account.kindNumber] ?? ""
        let label = words.known("ledger.account.\(name)", or: name)
        guard account.unit.variant != nil else { return label }
        guard name == "available" || name == "reserved" else { return label }
        return words("ledger.at", ["account": label, "place": locations[account.owner] ?? String(account.owner)])
    }
}
