// SPDX-License-Identifier: Apache-2.0

/// A page: a plain value, and the name of the template that shows it.
protocol ConsolePage: Sendable {
    /// The name of its `.mustache` file without the ending.
    static var template: String { get }
    var title: String { get }
}

/// A choice in a select field or a row of tabs.
struct Choice: Sendable {
    var value: String
    var label: String
    var isChosen: Bool
    var href = ""
}

/// A coloured word: where something stands.
struct Badge: Sendable {
    /// `good`, `busy`, `bad`, `quiet`: the colour; never the only sign, the word says it too.
    var tone: String
    var label: String
}

/// The name of an account with its colour.
struct AccountBadge: Sendable {
    var name: String
    var series: Int
    var href: String
    init(_ account: AccountName) {
        name = account.name
        series = account.series
        href = Site.channel(account.id)
    }
}

/// Something that was typed and could not be done, shown again with the reason.
struct Trouble: Sendable {
    var message: String
}
