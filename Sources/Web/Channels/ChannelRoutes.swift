// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelKit
import ChannelSync
import Hummingbird
import Journal
import Storage
import Vocabulary

/// Channels: their health, connecting them, pausing them, mapping what they offer.
struct ChannelRoutes: Sendable {
    let desk: Desk
    static let messagesMax = 30
    static let looseMax = 50

    var routes: [Route] {
        [
            .get("/channels") { visit in
                let facts = try await desk.hub.store.read { try ChannelFacts.all(now: visit.now, in: $0) }
                return Reply.html(desk.show(ChannelListPage(facts, profiles: desk.connectors.profiles, now: visit.now, visit.words), to: visit))
            },
            .get("/channels/new") { visit in try await connectPage(visit, channel: visit.query["channel"]) },
            .post("/channels/new") { try await connect($0) },
            .get("/channels/{account}") { visit in try await page(visit, OrderDraft(freshKey: "")) },
            .post("/channels/{account}/pause") { try await setConnected($0, false) },
            .post("/channels/{account}/resume") { try await setConnected($0, true) },
            .post("/channels/{account}/test") { try await test($0) },
            .post("/channels/{account}/settings") { try await change($0) },
            .post("/channels/{account}/policy") { try await setPolicy($0) },
            .post("/channels/{account}/listings/{listing}") { try await mapListing($0) },
        ]
    }

    private func account(_ visit: Visit) async throws -> ChannelAccount {
        let id: ID<AccountKind> = try visit.id("account")
        guard let account = try await desk.hub.store.read({ try ChannelAccountTable.find(id, in: $0) }) else { throw HTTPError(.notFound) }
        return account
    }

    private func page(_ visit: Visit, _ draft: OrderDraft, good: String? = nil) async throws -> Response {
        let id: ID<AccountKind> = try visit.id("account")
        let found = try await desk.hub.store.read { transaction in
            let facts = try ChannelFacts.all(now: visit.now, in: transaction).first { $0.account.id == id }
            return try facts.map {
                (
                    $0, try Inbox.newest(of: id, limit: Self.messagesMax, in: transaction),
                    try ListingTable.unmapped(account: id, limit: Self.looseMax, in: transaction),
                    try SellingPolicyTable.policies(in: transaction)
                )
            }
        }
        guard let (facts, inbox, unmapped, policies) = found else { throw HTTPError(.notFound) }
        let done = visit.query["done"]
        var page = ChannelPage(
            facts, profile: desk.connectors.profile(of: facts.account.channel), inbox: inbox, unmapped: unmapped, policies: policies, draft: draft,
            done: done.isEmpty ? nil : done,
            canTest: desk.settings.testChannel != nil, now: visit.now, visit.words)
        if let good { page.done = good }
        var visit = visit
        visit.path = Site.channel(id)
        return Reply.html(desk.show(page, to: visit), status: draft.trouble == nil ? .ok : .unprocessableContent)
    }

    private func connectPage(_ visit: Visit, channel: String, trouble: String? = nil, good: String? = nil) async throws -> Response {
        let profiles = desk.connectors.profiles
        guard let profile = desk.connectors.profile(of: channel) ?? profiles.first else { throw HTTPError(.notFound) }
        var visit = visit
        visit.path = Site.newChannel
        let page = ConnectPage(
            profile, profiles: profiles, form: visit.form, trouble: trouble, good: good, canTest: desk.settings.testChannel != nil, visit.words)
        return Reply.html(desk.show(page, to: visit), status: trouble == nil ? .ok : .unprocessableContent)
    }

    /// Adds the account, or only tries the settings when the button says so.
    private func connect(_ visit: Visit) async throws -> Response {
        let channel = visit.form["channel"]
        guard let profile = desk.connectors.profile(of: channel) else { throw HTTPError(.badRequest) }
        let settings = ConnectPage.settings(profile, form: visit.form)
        do {
            _ = try desk.connectors.connect(channel, settings)
            try desk.settings.checkSettings?(settings)
            if visit.form.has("test") {
                return try await connectPage(visit, channel: channel, good: try await identity(channel, settings, visit.words))
            }
            let id = try await desk.hub.store.write { transaction in
                try ChannelAccountTable.add(
                    channel: channel, name: visit.form["name"], settings: settings, createsProducts: visit.form.has("creates-products"),
                    at: visit.now, in: transaction)
            }
            return Reply.redirect(Site.channel(id, done: "connected"))
        } catch let refusal as Refusal {
            return try await connectPage(visit, channel: channel, trouble: say(refusal, channel, visit.words))
        }
    }

    /// A refusal that names a field names it as the form does.
    private func say(_ refusal: Refusal, _ channel: String, _ words: Words) -> String {
        var refusal = refusal
        if let field = refusal.values["field"] { refusal.values["field"] = words.known("channel.\(channel).\(field)", or: field) }
        return words(refusal)
    }

    /// Asks the shop who it is; what went wrong becomes a refusal in words.
    private func identity(_ channel: String, _ settings: ChannelSettings, _ words: Words) async throws -> String {
        guard let test = desk.settings.testChannel else { throw HTTPError(.notFound) }
        do {
            let shop = try await test(channel, settings)
            return words("channels.tested", ["shop": shop.name, "place": shop.place ?? shop.currency?.code ?? ""])
        } catch let failure as ChannelFailure {
            throw Refusal(.invalid, "channel.test-failed", ["why": ProblemWords.say(failure, words)])
        }
    }

    private func test(_ visit: Visit) async throws -> Response {
        let account = try await account(visit)
        do {
            return try await page(visit, OrderDraft(freshKey: ""), good: try await identity(account.channel, account.settings, visit.words))
        } catch let refusal as Refusal {
            return try await page(visit, OrderDraft(form: "test", trouble: visit.words(refusal), freshKey: ""))
        }
    }

    private func change(_ visit: Visit) async throws -> Response {
        let account = try await account(visit)
        guard let profile = desk.connectors.profile(of: account.channel) else { throw HTTPError(.notFound) }
        let settings = ConnectPage.settings(profile, form: visit.form, known: account.settings)
        do {
            _ = try desk.connectors.connect(account.channel, settings)
            try desk.settings.checkSettings?(settings)
            try await desk.hub.store.write {
                try ChannelAccountTable.update(account.id, settings: settings, isConnected: account.isConnected, in: $0)
            }
            return Reply.redirect(Site.channel(account.id, done: "settings"))
        } catch let refusal as Refusal {
            return try await page(
                visit, OrderDraft(form: "settings", fields: visit.form, trouble: say(refusal, account.channel, visit.words), freshKey: ""))
        }
    }

    private func setPolicy(_ visit: Visit) async throws -> Response {
        let account = try await account(visit)
        do {
            let (kind, limit) = try PolicyAsked.policy(visit.form)
            try await desk.hub.store.write {
                try SetSellingPolicy(.account(account.id), kind.map { SellingPolicy($0, limit: limit) }).run(in: $0)
            }
            return Reply.redirect(Site.channel(account.id, done: "policy"))
        } catch let refusal as Refusal {
            return try await page(visit, OrderDraft(form: "policy", fields: visit.form, trouble: visit.words(refusal), freshKey: ""))
        }
    }

    private func setConnected(_ visit: Visit, _ isConnected: Bool) async throws -> Response {
        let account = try await account(visit)
        try await desk.hub.store.write { transaction in
            guard let now = try ChannelAccountTable.find(account.id, in: transaction) else { return }
            try ChannelAccountTable.update(account.id, settings: now.settings, isConnected: isConnected, in: transaction)
        }
        return Reply.redirect(Site.channel(account.id, done: isConnected ? "resumed" : "paused"))
    }

    private func mapListing(_ visit: Visit) async throws -> Response {
        let id: ID<AccountKind> = try visit.id("account")
        let listing: ID<ListingKind> = try visit.id("listing")
        do {
            try await MapToSKU(desk: desk).run(account: id, listing: listing, sku: visit.form["sku"], actor: visit.actor, at: visit.now)
            return Reply.redirect(Site.channel(id, done: "mapped"))
        } catch let refusal as Refusal where refusal.kind != .notFound {
            return try await page(visit, OrderDraft(form: "map-\(listing)", fields: visit.form, trouble: visit.words(refusal), freshKey: ""))
        }
    }
}
