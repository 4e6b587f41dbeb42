// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Vocabulary

/// The connected accounts and how each stream of theirs is doing.
struct ChannelListPage: ConsolePage {
    static let template = "ChannelListPage"

    struct Item: Sendable {
        var account: AccountBadge
        var brand: String
        var lights: [StreamLight]
        var isPaused: Bool
        var listings: String
        var unmapped: String?
        var owed: String
        var lag: String
        var stale: String
    }

    var title: String
    var items: [Item]
    var isEmpty: Bool
    var brands: [Choice]

    init(_ facts: [ChannelFacts], profiles: [ChannelProfile], now: Instant, _ words: Words) {
        title = words("nav.channels")
        items = facts.map { fact in
            Item(
                account: AccountBadge(fact.name), brand: profiles.first { $0.name == fact.account.channel }?.title ?? fact.account.channel,
                lights: StreamLight.all(fact.streams, isConnected: fact.account.isConnected, now, words), isPaused: !fact.account.isConnected,
                listings: words.count("channels.listings", fact.listings),
                unmapped: fact.unmappedCount > 0 ? words.count("channels.unmapped", fact.unmappedCount) : nil,
                owed: words.count("channels.owed", fact.owed),
                lag: fact.lag.map { words("channels.lag", ["median": words.format.span($0.median), "worst": words.format.span($0.worst)]) }
                    ?? words("channels.no-lag"),
                stale: fact.staleness.map { words("channels.stale", ["span": words.format.span($0.milliseconds)]) } ?? words("channels.no-stale"))
        }
        isEmpty = items.isEmpty
        brands = profiles.map {
            Choice(value: $0.name, label: words("channels.connect-brand", ["brand": $0.title]), isChosen: false, href: Site.connect($0.name))
        }
    }
}
