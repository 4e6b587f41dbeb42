// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// A product, a variable product or one of its variations.
struct TwinProduct: Sendable {
    enum Kind: String, Sendable { case simple, variable, variation }

    var id: Int
    var kind: Kind
    var name: String
    var sku: String
    var gtin: String
    var price: String
    var options: [ChannelListing.Option] = []
    /// Positions in `TwinStock.products`.
    var parent: Int?
    var children: [Int] = []
    var manages: Bool
    var quantity: Int
    var status = "publish"
    var created: Instant
    var modified: Instant
    var sold = 0
    /// Units kept for buyers who are about to pay.
    var held = 0
    /// What `inventory_delta` last read, by which call and when.
    var deltaRead: DeltaRead?

    /// Buyers can see how many there are.
    var isOnShelf: Bool { manages && kind != .variable && !sku.isEmpty && status == "publish" }

    struct DeltaRead: Sendable {
        var at: Instant
        var call: Int
        var quantity: Int
    }
}

/// The shop's products and their counts.
struct TwinStock: Sendable {
    private(set) var products: [TwinProduct] = []
    private(set) var byID: [Int: Int] = [:]
    private var bySKU: [String: Int] = [:]
    /// Positions of everything that is no variation, in the order of their ids.
    private(set) var listed: [Int] = []
    private(set) var variations: [Int] = []
    /// Whether anything has gone into the trash, so that lists have to look.
    var hasTrash = false

    mutating func fill(_ seed: TwinSeed, _ ids: inout TwinNumbers) {
        var parents: [String: Int] = [:]
        for article in seed.articles {
            guard let parent = article.parent else {
                add(Self.product(article, seed.start, id: ids.nextPost(), kind: .simple))
                continue
            }
            let holder: Int
            if let known = parents[parent] {
                holder = known
            } else {
                var product = Self.product(article, seed.start, id: ids.nextPost(), kind: .variable)
                product.sku = parent == article.sku ? "" : parent
                product.gtin = ""
                product.manages = false
                product.quantity = 0
                holder = add(product)
                parents[parent] = holder
            }
            var variation = Self.product(article, seed.start, id: ids.nextPost(), kind: .variation)
            variation.parent = holder
            variation.options = article.options
            products[holder].children.append(add(variation))
        }
    }

    private static func product(_ article: TwinSeed.Article, _ start: Instant, id: Int, kind: TwinProduct.Kind)
        -> TwinProduct
    {
        TwinProduct(
            id: id, kind: kind, name: article.title, sku: article.sku, gtin: article.gtin ?? "", price: article.price,
            manages: true,
            quantity: bounded(article.quantity), created: start, modified: start)
    }

    @discardableResult
    mutating func add(_ product: TwinProduct) -> Int {
        let place = products.count
        products.append(product)
        byID[product.id] = place
        if !product.sku.isEmpty { bySKU[product.sku.asciiUppercased] = place }
        if product.kind == .variation { variations.append(place) } else { listed.append(place) }
        return place
    }

    subscript(place: Int) -> TwinProduct {
        get { products[place] }
        _modify { yield &products[place] }
    }

    /// The product of a SKU, in any letter case (recording 047).
    func place(sku: String) -> Int? { bySKU[sku.asciiUppercased] }

    /// Whose count is lowered when it sells: its own, its parent's (`manage_stock: "parent"`), or nobody's.
    func holder(of place: Int) -> Int? {
        if products[place].manages { return place }
        guard let parent = products[place].parent, products[parent].manages else { return nil }
        return parent
    }

    /// Changes a count by so many units.
    mutating func move(_ place: Int, by units: Int, at now: Instant) {
        guard let holder = holder(of: place) else { return }
        products[holder].quantity = Self.sum(products[holder].quantity, units)
        products[holder].modified = now
    }

    /// A merchant can type in any number; none of them may stop the twin.
    static func bounded(_ units: Int) -> Int { min(max(units, -1_000_000_000_000), 1_000_000_000_000) }
    static func sum(_ left: Int, _ right: Int) -> Int { bounded(bounded(left) + bounded(right)) }

    /// Off the lists and, in the end, gone.
    mutating func remove(_ place: Int) {
        byID[products[place].id] = nil
        bySKU[products[place].sku.asciiUppercased] = nil
        listed.removeAll { $0 == place }
        variations.removeAll { $0 == place }
        if let parent = products[place].parent { products[parent].children.removeAll { $0 == place } }
        products[place].status = "gone"
    }

    var shelf: [String: Int] {
        var all: [String: Int] = [:]
        for product in products where product.isOnShelf { all[product.sku] = product.quantity }
        return all
    }

    func shown(_ sku: String) -> Int? { place(sku: sku).map { products[$0] }.flatMap { $0.isOnShelf ? $0.quantity : nil } }
}
