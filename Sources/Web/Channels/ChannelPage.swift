// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelKit
import ChannelSync
import Journal
import Vocabulary

/// One account: its streams, what it said lately, and what of it is not mapped yet.
struct ChannelPage: ConsolePage {
    static let template = "ChannelPage"

    struct Message: Sendable {
        var topic: String
        var when: String
        var state: Badge
        var attempts: String
    }
    struct Loose: Sendable {
        var title: String
        var sku: String?
        var key: String
        var action: String
        var fieldID: String
        var typed: String
    }

    var title: String
    var account: AccountBadge
    var brand: String
    var version: String
    var isPaused: Bool
    var pauseAction: String
    var testAction: String?
    var done: String?
    var trouble: Trouble?
    var lights: [StreamLight]
    var numbers: [OverviewPage.Card]
    var messages: [Message]
    var hasMessages: Bool
    var loose: [Loose]
    var hasLoose: Bool
    var isLooseCut: Bool
    var fields: [ConnectPage.Field]
    var settingsAction: String
    var policyAction: String
    var policyKinds: [Choice]
    var policyLimit: String

    init(
        _ facts: ChannelFacts, profile: ChannelProfile?, inbox: [InboxReport], unmapped: [Listing], policies: SellingPolicies, draft: OrderDraft,
        done: String?, canTest: Bool,
        now: Instant,
        _ words: Words
    ) {
        let base = Site.channel(facts.account.id)
        title = facts.account.name
        account = AccountBadge(facts.name)
        brand = profile?.title ?? facts.account.channel
        version = profile?.apiVersion ?? ""
        isPaused = !facts.account.isConnected
        pauseAction = "\(base)/\(isPaused ? "resume" : "pause")"
        testAction = canTest ? "\(base)/test" : nil
        self.done = done.flatMap { words.messages.has("done.\($0)") ? words("done.\($0)") : nil }
        trouble = draft.trouble.map(Trouble.init(message:))
        lights = StreamLight.all(facts.streams, isConnected: facts.account.isConnected, now, words)
        numbers = [
            OverviewPage.Card(label: words("channels.card.listings"), value: words.format.number(facts.listings), change: nil, tone: "quiet"),
            OverviewPage.Card(label: words("channels.card.owed"), value: words.format.number(facts.owed), change: nil, tone: "quiet"),
            OverviewPage.Card(
                label: words("channels.card.median"), value: facts.lag.map { words.format.span($0.median) } ?? words("overview.no-lag"), change: nil,
                tone: "quiet"),
            OverviewPage.Card(
                label: words("channels.card.worst"), value: facts.lag.map { words.format.span($0.worst) } ?? words("overview.no-lag"), change: nil,
                tone: "quiet"),
        ]
        numbers.insert(
            OverviewPage.Card(
                label: words("channels.card.stale"), value: facts.staleness.map { words.format.span($0.milliseconds) } ?? words("products.none"),
                change: nil, tone: "quiet"), at: 2)
        messages = inbox.map { message in
            let tone = message.state == .done ? "good" : message.state == .parked ? "bad" : "busy"
            return Message(
                topic: message.topic, when: words.format.ago(message.receivedAt, now: now),
                state: Badge(tone: tone, label: words("inbox.\(message.state)")),
                attempts: words.count("inbox.attempts", message.attempts))
        }
        hasMessages = !messages.isEmpty
        loose = unmapped.map { listing in
            let form = "map-\(listing.id)"
            return Loose(
                title: listing.title, sku: listing.sku, key: listing.variantKey, action: "\(base)/listings/\(listing.id)", fieldID: form,
                typed: draft.value(form, "sku", or: listing.sku ?? ""))
        }
        hasLoose = !loose.isEmpty
        isLooseCut = facts.unmappedCount > unmapped.count
        fields = profile.map { ConnectPage.fields($0, values: facts.account.settings.values, isKnown: true, words) } ?? []
        settingsAction = "\(base)/settings"
        policyAction = "\(base)/policy"
        let own = policies.own(of: facts.account.id)
        let chosen = draft.value("policy", "kind", or: own?.kind.rawValue ?? PolicyView.asAll)
        let asAll = words("policy.as.all", ["policy": words("policy.\(policies.forAll.kind.rawValue)")])
        policyKinds = [Choice(value: PolicyView.asAll, label: asAll, isChosen: chosen == PolicyView.asAll)]
        policyKinds += [SellingPolicy.Kind.shared, .guarded].map {
            Choice(value: $0.rawValue, label: words("policy.\($0.rawValue)"), isChosen: $0.rawValue == chosen)
        }
        policyLimit = draft.value("policy", "limit", or: String((own ?? policies.forAll).limit))
    }
}
