// SPDX-License-Identifier: Apache-2.0

import Catalog
import ChannelSync
import Hummingbird
import Inventory
import Journal
import Ledger
import Orders
import Storage
import Vocabulary

/// Orders: looking at them and acting on them.
struct OrderRoutes: Sendable {
    let desk: Desk
    static let pageSize = 50

    var routes: [Route] {
        [
            .get("/orders") { visit in
                let filter = OrderQuery.filter(visit.query, visit.words)
                let (page, accounts) = try await desk.hub.store.read { transaction in
                    (
                        try OrderList.page(filter, after: visit.query["after"], limit: Self.pageSize, in: transaction),
                        try Desk.accounts(in: transaction)
                    )
                }
                return Reply.html(desk.show(OrderListPage(page, query: visit.query, accounts: accounts, visit.words), to: visit))
            },
            .get("/orders.csv") { visit in OrderCSV.answer(desk, OrderQuery.filter(visit.query, visit.words), visit.words) },
            .get("/orders/{order}") { visit in Reply.html(try await page(visit, OrderDraft(freshKey: RandomText.make()))) },
            .post("/orders/{order}/shipments") { visit in try await act("ship", visit) { try await OrderActs(desk: desk).ship(visit) } },
            .post("/orders/{order}/cancellation") { visit in try await act("cancel", visit) { try await OrderActs(desk: desk).cancel(visit) } },
            .post("/orders/{order}/refunds") { visit in try await act("refund", visit) { try await OrderActs(desk: desk).refund(visit) } },
            .post("/orders/{order}/lines") { visit in try await act("map", visit) { try await OrderActs(desk: desk).map(visit) } },
            .post("/orders/{order}/actions/{job}/replay") { visit in try await act("replay", visit) { try await OrderActs(desk: desk).replay(visit) }
            },
        ]
    }

    /// Does it and shows the order; when it is declined, shows the order with the reason and what was typed.
    private func act(_ form: String, _ visit: Visit, _ body: () async throws -> Done) async throws -> Response {
        do {
            let done = try await body()
            return Reply.redirect(Site.order(try visit.id("order"), done: done == .now ? form : "before"))
        } catch let refusal as Refusal where refusal.message != "order.unknown" {
            let draft = OrderDraft(form: form, fields: visit.form, trouble: visit.words(refusal), freshKey: RandomText.make())
            return Reply.html(try await page(visit, draft), status: .unprocessableContent)
        }
    }

    private func page(_ visit: Visit, _ draft: OrderDraft) async throws -> String {
        let id: ID<OrderKind> = try visit.id("order")
        let ledger = desk.hub.ledger
        let found = try await desk.hub.store.read { transaction in
            try OrderDetail(id, ledger: ledger, in: transaction).map { ($0, try OrderFacts(in: transaction)) }
        }
        guard let (detail, facts) = found else { throw Refusal(.notFound, "order.unknown", ["order": id.description]) }
        let done = visit.query["done"]
        let page = OrderDetailPage(detail, facts, draft: draft, done: done.isEmpty ? nil : done, now: visit.now, visit.words)
        var visit = visit
        visit.path = Site.order(id)
        return desk.show(page, to: visit)
    }
}

extension OrderFacts {
    init(in transaction: Transaction) throws {
        accounts = try Desk.accounts(in: transaction)
        bundles = try VariantTable.bundles(in: transaction)
        locations = [:]
        for location in try LocationTable.all(in: transaction) { locations[location.id.number] = location.name }
        ledgerNames = [:]
        for kind in StockAccounts.kinds + MoneyAccounts.kinds { ledgerNames[kind.number] = kind.name }
    }
}
