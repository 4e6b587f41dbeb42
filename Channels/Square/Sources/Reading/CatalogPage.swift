// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// What a page of the catalog says of the articles at one location.
struct CatalogPage: Sendable {
    struct Variation: Sendable {
        var listing: ChannelListing
        /// Square counts it at the location.
        var isTracked: Bool
    }
    private(set) var variations: [Variation] = []

    /// Items, and variations whose item is among the related objects. An article that is not for sale at the location is left out.
    init(_ answer: JSON, at location: String) throws(Unreadable) {
        let objects = Fields.list(answer["objects"])
        let related = Fields.list(answer["related_objects"])
        var categories: [String: String] = [:]
        var items: [String: JSON] = [:]
        for object in related + objects {
            guard let id = object["id"]?.string else { continue }
            if object["type"]?.string == "CATEGORY" { categories[id] = Fields.optionalText(object["category_data"]?["name"]) }
            if object["type"]?.string == "ITEM" { items[id] = object }
        }
        var seen: Set<String> = []
        for object in objects where !Self.isGone(object) {
            let isItem = object["type"]?.string == "ITEM"
            let parent = isItem ? object : object["item_variation_data"]?["item_id"]?.string.flatMap { items[$0] }
            guard let parent, !Self.isGone(parent), Self.isPresent(parent, at: location) else { continue }
            for variation in isItem ? Fields.list(object["item_data"]?["variations"]) : [object] {
                guard !Self.isGone(variation), Self.isPresent(variation, at: location), let id = variation["id"]?.string, seen.insert(id).inserted
                else { continue }
                variations.append(try Self.variation(variation, of: parent, categories, at: location))
            }
        }
    }

    func listings(counts: [String: StockCount]) -> [ChannelListing] {
        variations.map { variation in
            var listing = variation.listing
            if variation.isTracked { listing.quantity = counts[listing.key.stock]?.quantity ?? 0 }
            return listing
        }
    }

    private static func isGone(_ object: JSON) -> Bool { object["is_deleted"]?.bool == true }

    private static func isPresent(_ object: JSON, at location: String) -> Bool {
        func names(_ list: JSON?) -> Bool { Fields.list(list).contains { $0.string == location } }
        return object["present_at_all_locations"]?.bool ?? true
            ? !names(object["absent_at_location_ids"]) : names(object["present_at_location_ids"])
    }

    private static func variation(
        _ variation: JSON, of item: JSON, _ categories: [String: String], at location: String
    ) throws(Unreadable) -> Variation {
        let id = try Fields.text(variation["id"], "variation.id")
        let data = variation["item_variation_data"]
        let override = Fields.list(data?["location_overrides"]).first { $0["location_id"]?.string == location }
        let itemData = item["item_data"]
        let name = Fields.optionalText(data?["name"])
        let price = override?["price_money"] ?? data?["price_money"]
        let code = price?["currency"]
        let category = itemData?["reporting_category"]?["id"]?.string ?? Fields.list(itemData?["categories"]).first?["id"]?.string
        let changed = [
            try Fields.optionalTime(item["updated_at"], "item.updated_at"), try Fields.optionalTime(variation["updated_at"], "variation.updated_at"),
        ].compactMap { $0 }.max()
        let listing = ChannelListing(
            key: ListingKey(product: try Fields.text(item["id"], "item.id"), variant: id, stock: id), sku: Fields.optionalText(data?["sku"]),
            gtin: Fields.optionalText(data?["upc"]).flatMap { GTIN($0)?.text }, title: Fields.optionalText(itemData?["name"]) ?? name ?? "",
            // An item of one variation has it for Square's sake; its name says nothing.
            options: Fields.list(itemData?["variations"]).count > 1 ? name.map { [.init(name: "Variation", value: $0)] } ?? [] : [],
            category: category.flatMap { categories[$0] },
            price: code == nil || price?["amount"]?.isNull != false
                ? nil : try Fields.money(price, "price_money", Fields.currency(code, "price_money.currency")),
            isActive: itemData?["is_archived"]?.bool != true, changedAt: changed)
        // What is only put together from others has their counts, not one of its own.
        let isTracked = (override?["track_inventory"] ?? data?["track_inventory"])?.bool == true && data?["stockable"]?.bool != false
        return Variation(listing: listing, isTracked: isTracked)
    }
}
