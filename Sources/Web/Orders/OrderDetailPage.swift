// SPDX-License-Identifier: Apache-2.0

import Catalog
import Orders
import Vocabulary

/// One order: what it is, where its units are, its money, everything that happened, and what a person can do.
struct OrderDetailPage: ConsolePage {
    static let template = "OrderDetailPage"

    struct Line: Sendable {
        var title: String
        var sku: String?
        var skuHref: String?
        var listed: String
        var unitPrice: String
        var net: String
        var ordered: String
        var shipped: String
        var removed: String
        var returned: String
        var places: [String]
        var short: String?
        var mapping: Mapping?
    }
    struct Mapping: Sendable {
        var action: String
        var field: String
        var position: Int
        var key: String
    }
    struct Amount: Sendable {
        var label: String
        var value: String
        var isTotal = false
    }
    struct Parcel: Sendable {
        var when: String
        var what: String
        var tracking: [Tracking]
        var source: String
        var isCancelled: Bool
    }
    struct Tracking: Sendable {
        var text: String
        var href: String?
    }
    struct MoneyBack: Sendable {
        var when: String
        var total: String
        var what: String
        var source: String
    }
    struct Attention: Sendable {
        var name: String
        var advice: String
        var detail: String?
        var href: String
    }
    struct Action: Sendable {
        var name: String
        var state: Badge
        var reason: String?
        var replay: String?
    }

    var title: String
    var reference: String
    var externalID: String
    var account: AccountBadge?
    var placed: String
    var received: String
    var status: Badge
    var payment: Badge
    var done: String?
    var trouble: Trouble?
    var lines: [Line]
    var amounts: [Amount]
    var buyerName: String?
    var email: String?
    var phone: String?
    var address: [String]
    var hasBuyer: Bool
    var parcels: [Parcel]
    var hasParcels: Bool
    var refunds: [MoneyBack]
    var hasRefunds: Bool
    var attention: [Attention]
    var actions: [Action]
    var hasActions: Bool
    var timeline: [OrderTimeline.Entry]
    var ship: OrderForms.Ship?
    var refund: OrderForms.Refund?
    var cancel: OrderForms.Cancel?
    var hasForms: Bool

    init(_ detail: OrderDetail, _ facts: OrderFacts, draft: OrderDraft, done: String?, now: Instant, _ words: Words) {
        let order = detail.order
        let account = facts.accounts.first { $0.id == order.account }
        title = words("order.title", ["reference": order.header.reference])
        reference = order.header.reference
        externalID = order.externalID
        self.account = account.map(AccountBadge.init)
        placed = words.format.moment(order.header.placedAt)
        received = words.format.moment(detail.receivedAt)
        status = OrderWords.status(detail.fold.status, words)
        payment = OrderWords.payment(order.header.payment, words)
        self.done = done.flatMap { words.messages.has("done.\($0)") ? words("done.\($0)") : nil }
        trouble = draft.trouble.map(Trouble.init(message:))
        lines = OrderLines.lines(detail, draft: draft, words)
        amounts = OrderLines.amounts(detail, words)
        buyerName = detail.buyer?.name
        email = detail.buyer?.email
        phone = detail.buyer?.phone
        address = detail.buyer?.address ?? []
        hasBuyer = detail.buyer != nil && detail.buyer != OrderBuyer()
        parcels = order.shipments.map { OrderLines.parcel($0, order, facts, words) }
        hasParcels = !parcels.isEmpty
        refunds = order.refunds.filter { $0.total != 0 || !$0.lines.isEmpty }.map { OrderLines.moneyBack($0, order, facts, words) }
        hasRefunds = !refunds.isEmpty
        attention = detail.exceptions.map { ExceptionWords.attention($0, words) }
        actions = detail.actions.map { OrderLines.action($0, order: order.id, words) }
        hasActions = !actions.isEmpty
        timeline = OrderTimeline.entries(detail, facts, words)
        ship = OrderForms.ship(detail, facts, draft: draft, words)
        refund = OrderForms.refund(detail, draft: draft, words)
        cancel = OrderForms.cancel(detail, draft: draft, words)
        hasForms = ship != nil || refund != nil || cancel != nil
    }
}

/// What an order's page needs beside the order.
struct OrderFacts: Sendable {
    var accounts: [AccountName]
    var bundles: BundleContents
    var locations: [Int64: String]
    /// How the ledger calls its accounts.
    var ledgerNames: [UInt8: String]
}

/// A form of the page as it was typed, when what it asked for could not be done.
struct OrderDraft: Sendable {
    /// `ship`, `refund`, `cancel` or `map`.
    var form = ""
    var fields = Fields()
    var trouble: String?
    /// For forms that have not been sent yet: the key that makes pressing twice one act.
    var freshKey: String

    func key(of form: String) -> String {
        let typed = fields["key"]
        return form == self.form && !typed.isEmpty ? typed : "\(freshKey)-\(form)"
    }
    func value(_ form: String, _ name: String, or preset: String) -> String { form == self.form ? fields[name] : preset }
}
