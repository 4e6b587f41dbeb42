// SPDX-License-Identifier: Apache-2.0

import Journal
import Vocabulary

/// One exception as the list and its own page show it.
struct ExceptionItem: Sendable {
    var href: String
    var kind: String
    var name: String
    var advice: String
    /// What it is about, where that has a name of its own.
    var about: String?
    var detail: String?
    var account: AccountBadge?
    var opened: String
    var subjectHref: String?
    var replayAction: String?
    var closeAction: String

    init(_ exception: OpenException, accounts: [AccountName], references: [Int64: String], now: Instant, _ words: Words) {
        kind = exception.kind
        let order = exception.subject.kind == "order" ? references[exception.subject.number] : nil
        about = order.map { words("exceptions.order", ["reference": $0]) }
        href = Site.exception(exception.number)
        name = ExceptionWords.title(exception.kind, words)
        advice = ExceptionWords.advice(exception.kind, words)
        detail = ExceptionWords.detail(exception, words)
        account = exception.account.flatMap { id in accounts.first { $0.id == id } }.map(AccountBadge.init)
        opened = words.format.ago(exception.openedAt, now: now)
        subjectHref = ExceptionWords.subject(exception)
        let canReplay = exception.subject.kind == "inbox" || exception.subject.kind == "job"
        replayAction = canReplay ? "\(Site.exception(exception.number))/replay" : nil
        closeAction = "\(Site.exception(exception.number))/close"
    }
}

/// Everything that waits for a person.
struct ExceptionListPage: ConsolePage {
    static let template = "ExceptionListPage"

    /// Those of one kind: what to do is said once.
    struct Group: Sendable {
        var heading: String
        var todo: String
        var items: [ExceptionItem]
    }

    var title: String
    var done: String?
    var kinds: [Choice]
    var groups: [Group]
    var isEmpty: Bool
    var isCut: Bool

    init(
        _ exceptions: [OpenException], counts: [(kind: String, count: Int)], kind: String?, accounts: [AccountName], references: [Int64: String],
        done: String, now: Instant, _ words: Words
    ) {
        title = words("nav.exceptions")
        self.done = words.messages.has("done.\(done)") ? words("done.\(done)") : nil
        let all = counts.reduce(0) { $0 + $1.count }
        kinds = [Choice(value: "", label: words("exceptions.all", ["count": words.format.number(all)]), isChosen: kind == nil, href: Site.exceptions)]
        for (name, count) in counts {
            let label = words("exceptions.kind", ["name": ExceptionWords.title(name, words), "count": words.format.number(count)])
            kinds.append(Choice(value: name, label: label, isChosen: name == kind, href: Site.exceptions(kind: name)))
        }
        let items = exceptions.map { ExceptionItem($0, accounts: accounts, references: references, now: now, words) }
        groups = counts.compactMap { counted in
            let those = items.filter { $0.kind == counted.kind }
            return those.first.map { Group(heading: $0.name, todo: $0.advice, items: those) }
        }
        isEmpty = items.isEmpty
        isCut = items.count >= ExceptionRoutes.listMax
    }
}

/// One of them, with the raw message where there is one.
struct ExceptionPage: ConsolePage {
    static let template = "ExceptionPage"
    /// As much of a raw message as a person will read.
    static let rawBytesMax = 20_000
    var title: String
    var item: ExceptionItem
    var raw: String?
    var isCut: Bool
    var trouble: Trouble?
    var note: String
    /// Of units that were sold and are not there: how that came about.
    var oversells: [OversellView]

    init(
        _ exception: OpenException, raw: [UInt8]?, oversell: OversellFacts?, accounts: [AccountName], references: [Int64: String], trouble: String?,
        note: String, now: Instant,
        _ words: Words
    ) {
        item = ExceptionItem(exception, accounts: accounts, references: references, now: now, words)
        title = item.name
        oversells = oversell.map { OversellView.all($0, order: exception.subject.number, words) } ?? []
        self.raw = raw.map { String(decoding: $0.prefix(Self.rawBytesMax), as: UTF8.self) }
        isCut = (raw?.count ?? 0) > Self.rawBytesMax
        self.trouble = trouble.map(Trouble.init(message:))
        self.note = note
    }
}
