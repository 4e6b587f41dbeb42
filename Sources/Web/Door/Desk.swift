// SPDX-License-Identifier: Apache-2.0

import ChannelSync
import Storage
import Vocabulary

/// What every route works with.
struct Desk: Sendable {
    let hub: Hub
    let connectors: Connectors
    let settings: WebSettings
    let words: Words
    let screens: Screens
    let throttle: SignInThrottle
    let audience: LiveAudience

    init(hub: Hub, connectors: Connectors, settings: WebSettings) {
        self.hub = hub
        self.connectors = connectors
        self.settings = settings
        words = Words(messages: Messages(locale: settings.locale), timeZone: settings.timeZone)
        screens = Screens()
        throttle = SignInThrottle()
        audience = LiveAudience()
    }

    /// The names of the connected accounts.
    static func accounts(in transaction: Transaction) throws -> [AccountName] {
        try ChannelAccountTable.all(in: transaction).enumerated().map { place, account in
            AccountName(id: account.id, channel: account.channel, name: account.name, series: place % 6 + 1)
        }
    }
}

/// An account as pages name it; `series` picks its colour in charts and badges.
struct AccountName: Sendable {
    var id: ID<AccountKind>
    var channel: String
    var name: String
    var series: Int
}
