// SPDX-License-Identifier: Apache-2.0

import Orders
import Vocabulary

/// Orders, newest first, with the filters that a morning needs.
struct OrderListPage: ConsolePage {
    static let template = "OrderListPage"

    struct Line: Sendable {
        var href: String
        var reference: String
        var placed: String
        var account: AccountBadge?
        var buyer: String?
        var country: String?
        var units: String
        var total: String
        var refunded: String?
        var status: Badge
        var payment: Badge
        var exceptions: String?
    }

    var title: String
    var search: String
    var channels: [Choice]
    var statuses: [Choice]
    var payments: [Choice]
    var needsAttention: Bool
    var from: String
    var to: String
    var isFiltered: Bool
    var lines: [Line]
    var isEmpty: Bool
    var newestHref: String?
    var olderHref: String?
    var csvHref: String

    init(_ page: Page<OrderRow>, query: Fields, accounts: [AccountName], _ words: Words) {
        let filter = OrderQuery.filter(query, words)
        title = words("nav.orders")
        search = filter.search
        func any(_ key: String) -> Choice { Choice(value: "", label: words(key), isChosen: false) }
        channels = [any("orders.any-channel")] + accounts.map { Choice(value: $0.id.description, label: $0.name, isChosen: $0.id == filter.account) }
        statuses =
            [any("orders.any-status")]
            + Order.Status.allCases.map { Choice(value: $0.rawValue, label: words("order.status.\($0.rawValue)"), isChosen: $0 == filter.status) }
        payments =
            [any("orders.any-payment")]
            + Order.Payment.allCases.map { Choice(value: $0.rawValue, label: words("order.payment.\($0.rawValue)"), isChosen: $0 == filter.payment) }
        needsAttention = filter.needsAttention
        from = filter.from == nil ? "" : query["from"]
        to = filter.to == nil ? "" : query["to"]
        isFiltered = filter != OrderFilter()
        lines = page.items.map { row in
            Line(
                href: Site.order(row.id), reference: row.reference, placed: words.format.moment(row.placedAt),
                account: accounts.first { $0.id == row.account }.map(AccountBadge.init), buyer: row.buyer, country: row.country,
                units: words.format.number(row.units), total: words.format.money(row.total),
                refunded: row.refunded.minor > 0 ? words("orders.refunded", ["amount": words.format.money(row.refunded)]) : nil,
                status: OrderWords.status(row.status, words), payment: OrderWords.payment(row.payment, words),
                exceptions: row.exceptions > 0 ? words.count("orders.exceptions", row.exceptions) : nil)
        }
        isEmpty = lines.isEmpty
        newestHref = query.has("after") ? OrderQuery.address(Site.orders, query) : nil
        olderHref = page.next.map { OrderQuery.address(Site.orders, query, after: $0) }
        csvHref = OrderQuery.address("/orders.csv", query)
    }
}
