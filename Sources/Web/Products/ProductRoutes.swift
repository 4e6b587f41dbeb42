// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelSync
import Hummingbird
import Inventory
import Ledger
import Orders
import Storage
import Vocabulary

/// Articles: looking at them, changing stock and rules, and asking why.
struct ProductRoutes: Sendable {
    let desk: Desk
    static let pageSize = 50
    /// How many transfers one explanation shows.
    static let stepsMax = 300

    var routes: [Route] {
        [
            .get("/products") { try await list($0) },
            .get("/products/{sku}") { visit in Reply.html(try await page(visit, OrderDraft(freshKey: RandomText.make()))) },
            .get("/products/{sku}/why") { try await why($0) },
            .post("/products/{sku}/stock") { visit in try await act("stock", visit) { try await changeStock(visit) } },
            .post("/products/{sku}/policy") { visit in try await act("policy", visit) { try await setPolicy(visit) } },
            .post("/products/{sku}/category") { visit in try await act("category", visit) { try await setCategory(visit) } },
            .post("/products/{sku}/rules/{account}") { visit in
                try await act("rule-\(visit.parameters["account"] ?? "")", visit) { try await setRule(visit) }
            },
        ]
    }

    private func list(_ visit: Visit) async throws -> Response {
        let after = visit.query["after"]
        let search = String(visit.query["q"].prefix(200))
        let ledger = desk.hub.ledger
        let (rows, next, total, accounts) = try await desk.hub.store.read { transaction in
            let page = try ProductList.page(search: search, after: after.isEmpty ? nil : after, limit: Self.pageSize, in: transaction)
            let rows = try StockOverview.rows(of: page.items, ledger: ledger, in: transaction)
            return (rows, page.next, try ProductList.count(in: transaction), try Desk.accounts(in: transaction))
        }
        let page = ProductListPage(
            rows, next: next, total: total, query: visit.query, accounts: accounts, lowStockUnits: desk.settings.lowStockUnits, visit.words)
        return Reply.html(desk.show(page, to: visit))
    }

    private static func sku(_ visit: Visit) throws -> SKU {
        guard let sku = SKU(visit.parameters["sku"] ?? "") else { throw HTTPError(.notFound) }
        return sku
    }

    private func page(_ visit: Visit, _ draft: OrderDraft) async throws -> String {
        let sku = try Self.sku(visit)
        let ledger = desk.hub.ledger
        let facts = try await desk.hub.store.read { try ProductFacts(sku, ledger: ledger, now: visit.now, in: $0) }
        let done = visit.query["done"]
        return desk.show(ProductPage(facts, draft: draft, done: done.isEmpty ? nil : done, visit.words), to: visit)
    }

    private func act(_ form: String, _ visit: Visit, _ body: () async throws -> String) async throws -> Response {
        do {
            return Reply.redirect(Site.product(try Self.sku(visit), done: try await body()))
        } catch let refusal as Refusal where refusal.kind != .notFound {
            let draft = OrderDraft(form: form, fields: visit.form, trouble: visit.words(refusal), freshKey: RandomText.make())
            return Reply.html(try await page(visit, draft), status: .unprocessableContent)
        }
    }

    private func changeStock(_ visit: Visit) async throws -> String {
        let sku = try Self.sku(visit)
        let key = try OrderForms.key(visit.form)
        let text = visit.form["units"]
        guard let units = Int(text.first == "+" ? String(text.dropFirst()) : text), units != 0 else {
            throw Refusal(.invalid, "form.bad-number", ["text": String(text.prefix(40))])
        }
        guard let reason = ChangeStock.Reason(rawValue: visit.form["reason"]), let location = ID<LocationKind>(text: visit.form["location"]) else {
            throw HTTPError(.badRequest)
        }
        guard (units > 0) == [.received, .found, .returned].contains(reason) || reason == .counted else {
            throw Refusal(.invalid, "stock.wrong-sign")
        }
        let note = visit.form["note"]
        guard note.utf8.count <= 500 else { throw Refusal(.invalid, "form.too-long") }
        let stock = desk.hub.stock
        let isNew = try await desk.hub.store.write { transaction in
            guard let variant = try VariantTable.find(sku: sku, in: transaction) else {
                throw Refusal(.notFound, "product.unknown", ["sku": sku.text])
            }
            guard !variant.isBundle else { throw Refusal(.invalid, "stock.bundle") }
            guard try LocationTable.all(in: transaction).contains(where: { $0.id == location }) else { throw HTTPError(.badRequest) }
            let line = ChangeStock.Line(variant: variant.id, location: location, units: units)
            let change = ChangeStock(key: "console:\(key)", lines: [line], reason: reason, note: note, actor: visit.actor, at: visit.now)
            let isNew = try change.run(with: stock, in: transaction)
            if isNew, units > 0 { try OrderExceptions.closeFilled(at: visit.now, in: transaction) }
            return isNew
        }
        return isNew ? "stock" : "before"
    }

    private func setPolicy(_ visit: Visit) async throws -> String {
        let sku = try Self.sku(visit)
        let asked = try PolicyAsked(form: visit.form)
        try await desk.hub.store.write { try asked.run(of: sku, in: $0) }
        return "policy"
    }

    private func setCategory(_ visit: Visit) async throws -> String {
        let sku = try Self.sku(visit)
        let category = visit.form["category"]
        try await desk.hub.store.write { transaction in
            guard let variant = try VariantTable.find(sku: sku, in: transaction) else {
                throw Refusal(.notFound, "product.unknown", ["sku": sku.text])
            }
            try VariantTable.set(category: category, of: variant.id, in: transaction)
            // Another category may have another policy.
            try StockChanges.mark([variant.id], in: transaction)
        }
        return "category"
    }

    private func setRule(_ visit: Visit) async throws -> String {
        let sku = try Self.sku(visit)
        let account: ID<AccountKind> = try visit.id("account")
        func count(_ text: String) throws -> Int? {
            guard !text.isEmpty else { return nil }
            guard let number = Int(text), let quantity = Quantity(number) else {
                throw Refusal(.invalid, "form.bad-number", ["text": String(text.prefix(40))])
            }
            return quantity.units
        }
        let rule = PublishRule(buffer: try count(visit.form["buffer"]) ?? 0, cap: try count(visit.form["cap"]), isPaused: visit.form.has("paused"))
        try await desk.hub.store.write { transaction in
            guard let variant = try VariantTable.find(sku: sku, in: transaction) else {
                throw Refusal(.notFound, "product.unknown", ["sku": sku.text])
            }
            guard try ChannelAccountTable.find(account, in: transaction) != nil else {
                throw Refusal(.notFound, "channel.no-account", ["account": account.description])
            }
            try PublishRuleTable.set(rule, account: account, variant: variant.id, in: transaction)
            // What every channel of it should show is decided anew.
            try StockChanges.mark([variant.id], in: transaction)
        }
        return "rule"
    }

    private func why(_ visit: Visit) async throws -> Response {
        let sku = try Self.sku(visit)
        let ledger = desk.hub.ledger
        let text = visit.query["at"]
        // A form gives minutes: what happened within the minute counts.
        let moment = Instant(iso: text) ?? visit.words.format.instant(field: text).map { $0 + .milliseconds(59_999) }
        let page = try await desk.hub.store.read { transaction -> WhyPage in
            guard let variant = try VariantTable.find(sku: sku, in: transaction) else {
                throw Refusal(.notFound, "product.unknown", ["sku": sku.text])
            }
            let facts = try OrderFacts(in: transaction)
            var ask = WhyAsk(
                variant: variant, number: visit.query["number"], location: ID(text: visit.query["location"]),
                listing: ID(text: visit.query["listing"]), moment: moment)
            let listings = try ListingTable.listings(of: variant.id, in: transaction)
            ask.offers = listings.map { listing in (listing.id, facts.accounts.first { $0.id == listing.account }?.name ?? listing.title) }
            if ask.number == "published" || variant.isBundle {
                ask.number = "published"
                guard let listing = listings.first(where: { $0.id == ask.listing }) ?? listings.first else {
                    throw Refusal(.notFound, "listing.unknown")
                }
                ask.listing = listing.id
                let why = try WhyPublished(listing, variant: variant.id, until: moment, now: visit.now, ledger: ledger, in: transaction)
                return WhyPage(why, ask, facts, visit.words)
            }
            let number = WhyStock.Number(rawValue: ask.number) ?? .available
            ask.number = number.rawValue
            let why = try WhyStock(number, of: variant.id, at: ask.location, until: moment, limit: Self.stepsMax, ledger: ledger, in: transaction)
            let orders = Set(why.steps.map(\.line.cause).filter { $0.kind == "order" }.map(\.number))
            ask.references = try OrderList.references(of: orders.sorted(), in: transaction)
            return WhyPage(why, ask, facts, visit.words)
        }
        return Reply.html(desk.show(page, to: visit))
    }
}
