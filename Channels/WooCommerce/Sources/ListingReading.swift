// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// Where a quantity is set: a product by itself, or a variation under its parent. WooCommerce takes a variation by no
/// other way (recordings 088, 089), so `ListingKey.stock` is `parent/variation` or `product`.
struct StockRoute: Hashable, Sendable {
    var parent: String?
    var id: String

    init(parent: String?, id: String) {
        self.parent = parent
        self.id = id
    }

    /// Nil for a key that is no WooCommerce key.
    init?(_ stock: String) {
        let parts = stock.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count),
            parts.allSatisfy({ part in part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && Int(part) ?? 0 > 0 })
        else {
            return nil
        }
        parent = parts.count == 2 ? String(parts[0]) : nil
        id = String(parts[parts.count - 1])
    }

    var stock: String { parent.map { "\($0)/\(id)" } ?? id }
    /// Products have no parent; the path of the list and batch calls it belongs to.
    static func path(parent: String?) -> String { parent.map { "products/\($0)/variations" } ?? "products" }
}

/// Products and variations, which share most of their fields.
enum ListingReading {
    /// What is asked for of each product: a full product is twenty times as long.
    static let productFields =
        "id,parent_id,name,type,status,sku,global_unique_id,price,manage_stock,stock_quantity,date_modified_gmt,variations,attributes,categories"
    static let variationFields =
        "id,parent_id,name,type,status,sku,global_unique_id,price,manage_stock,stock_quantity,date_modified_gmt,attributes"
    static let stockFields = "id,parent_id,manage_stock,stock_quantity"

    /// Whether it is sold through its variations only. Plugins add kinds of their own (`variable-subscription`).
    static func hasVariations(_ json: JSON) -> Bool {
        json["type"]?.string?.hasPrefix("variable") == true || !json.list("variations").isEmpty
    }

    /// Nil for what is no article of its own: variable parents, groups, and links to other shops.
    static func listing(_ json: JSON, parent: String? = nil, parentTitle: String? = nil, currency: Currency?)
        throws(Unreadable) -> ChannelListing?
    {
        let id = try json.identifier("id")
        let type = json["type"]?.string ?? "simple"
        guard !hasVariations(json), type != "grouped", type != "external" else { return nil }
        let holder = parent ?? (type == "variation" ? json.reference("parent_id") : nil)
        let route = StockRoute(parent: holder, id: id)
        let options =
            holder == nil
            ? []
            : json.list("attributes").compactMap { attribute -> ChannelListing.Option? in
                guard let name = attribute["name"]?.string, let value = attribute["option"]?.string else { return nil }
                return ChannelListing.Option(name: name, value: value)
            }
        return ChannelListing(
            key: ListingKey(product: holder ?? id, variant: id, stock: route.stock), sku: json.filled("sku"),
            gtin: json.filled("global_unique_id"),
            title: parentTitle ?? json["name"]?.string ?? "", options: options, category: category(json),
            price: try price(json, currency),
            quantity: try quantity(json),
            isActive: json["status"]?.string ?? "publish" == "publish", changedAt: try json.moment("date_modified_gmt"))
    }

    /// Its first category; the one that WooCommerce gives to products without any says nothing.
    private static func category(_ json: JSON) -> String? {
        json.list("categories").first { $0["slug"]?.string != "uncategorized" }?["name"]?.string
    }

    /// The shop's count of it. Nil when it keeps none, or shows its parent's (`manage_stock: "parent"`, recording 087).
    static func quantity(_ json: JSON) throws(Unreadable) -> Int? {
        guard json["manage_stock"]?.bool == true, let value = json["stock_quantity"], !value.isNull else { return nil }
        guard let quantity = value.integer else { throw .malformed("stock_quantity: \(value.text ?? "")") }
        return quantity
    }

    /// Text prices that are not numbers are stored as "" (recording 051), which is no price.
    private static func price(_ json: JSON, _ currency: Currency?) throws(Unreadable) -> Money? {
        guard let currency, let text = json["price"]?.text, !text.isEmpty else { return nil }
        return try json.money("price", currency)
    }
}
