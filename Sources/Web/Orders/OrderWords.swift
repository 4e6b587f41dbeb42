// SPDX-License-Identifier: Apache-2.0

import Orders
import Vocabulary

/// How an order's states are said and coloured, the same on every page.
enum OrderWords {
    static func status(_ status: Order.Status, _ words: Words) -> Badge {
        let tone =
            switch status {
            case .open, .partial: "busy"
            case .held, .draft, .byChannel, .closed: "quiet"
            case .shipped: "good"
            case .cancelled: "bad"
            }
        return Badge(tone: tone, label: words("order.status.\(status.rawValue)"))
    }

    static func payment(_ payment: Order.Payment, _ words: Words) -> Badge {
        let tone =
            switch payment {
            case .paid: "good"
            case .pending, .authorized: "busy"
            case .partiallyRefunded, .refunded, .voided: "quiet"
            }
        return Badge(tone: tone, label: words("order.payment.\(payment.rawValue)"))
    }

    /// Who or what did it: a person by name, a channel's message by its account.
    static func actor(_ actor: String, accounts: [AccountName], _ words: Words) -> String {
        if actor.hasPrefix("person:") { return String(actor.dropFirst("person:".count)) }
        guard actor.hasPrefix("channel:") else { return words.known("actor.\(actor)", or: actor) }
        let rest = actor.dropFirst("channel:".count).split(separator: " ", maxSplits: 1)
        guard let number = rest.first, let account = accounts.first(where: { $0.id.description == number }) else { return actor }
        return rest.count > 1 ? words("actor.channel-message", ["channel": account.name, "message": String(rest[1])]) : account.name
    }
}
