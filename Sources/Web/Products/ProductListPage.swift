// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import Vocabulary

/// Articles with what is there and what each channel shows.
struct ProductListPage: ConsolePage {
    static let template = "ProductListPage"

    struct Shown: Sendable {
        var text: String
        var tone: String
    }
    struct Line: Sendable {
        var href: String
        var sku: String
        var name: String
        var gtin: String?
        var isBundle: Bool
        var onHand: String
        var reserved: String
        var available: String
        var short: String?
        var tone: String
        var channels: [Cell]
    }
    struct Cell: Sendable {
        var label: String
        var shown: [Shown]
    }
    struct Head: Sendable {
        var name: String
        var series: Int
    }

    var title: String
    var search: String
    var heads: [Head]
    var lines: [Line]
    var isEmpty: Bool
    var total: String
    var firstHref: String?
    var nextHref: String?

    init(_ rows: [StockRow], next: String?, total: Int, query: Fields, accounts: [AccountName], lowStockUnits: Int, _ words: Words) {
        title = words("nav.products")
        search = String(query["q"].prefix(200))
        heads = accounts.map { Head(name: $0.name, series: $0.series) }
        lines = rows.map { Self.line($0, accounts, lowStockUnits, words) }
        isEmpty = rows.isEmpty
        self.total = words.count("products.total", total)
        let fields = Fields(["q": search])
        firstHref = query.has("after") ? Self.address(fields) : nil
        nextHref = next.map { after in Self.address(Fields(["q": fields["q"], "after": after])) }
    }

    private static func address(_ fields: Fields) -> String { fields.query.isEmpty ? Site.products : "\(Site.products)?\(fields.query)" }

    private static func line(_ row: StockRow, _ accounts: [AccountName], _ lowStockUnits: Int, _ words: Words) -> Line {
        let available = row.availableToPromise
        return Line(
            href: Site.product(row.variant.sku), sku: row.variant.sku.text, name: row.variant.title, gtin: row.variant.gtin?.text,
            isBundle: row.variant.isBundle,
            onHand: row.variant.isBundle ? words("products.none") : words.format.number(row.levels.reduce(0) { $0 + $1.onHand }),
            reserved: row.variant.isBundle ? words("products.none") : words.format.number(row.levels.reduce(0) { $0 + $1.reserved }),
            available: words.format.number(available), short: row.short > 0 ? words.format.number(row.short) : nil,
            tone: row.short > 0 ? "bad" : available == 0 ? "busy" : available <= lowStockUnits ? "warn" : "plain",
            channels: accounts.map { account in
                Cell(label: account.name, shown: row.publications.filter { $0.account == account.id }.map { shown($0, words) })
            })
    }

    /// `12` when the channel has confirmed what is wanted, `12 ← 9` while it has not.
    static func shown(_ publication: Publication, _ words: Words) -> Shown {
        let wanted = words.format.number(publication.wanted)
        if publication.problem != nil { return Shown(text: words("products.refused", ["wanted": wanted]), tone: "bad") }
        if publication.acknowledged == publication.wanted && !publication.isDue { return Shown(text: wanted, tone: "good") }
        let known = publication.acknowledged.map { words.format.number($0) } ?? words("products.unknown")
        return Shown(text: words("products.on-its-way", ["wanted": wanted, "acknowledged": known]), tone: "busy")
    }
}
