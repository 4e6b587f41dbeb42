// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension TwinShop {
    func retrieveLocation(_ id: String) throws(TwinError) -> JSONValue {
        guard id == location || id == "main" else { throw .notFound("The location was not found.") }
        return [
            "location": [
                "id": .string(location), "name": .string(name), "business_name": .string(name), "status": "ACTIVE", "merchant_id": .string(merchant),
                "country": "GB", "language_code": "en-GB", "currency": .string(currency.code), "type": "PHYSICAL", "timezone": "Europe/London",
                "created_at": .string(start.iso),
            ]
        ]
    }

    /// Items with their variations, or variations with the items they belong to beside them.
    func searchCatalog(_ body: JSON?) throws(TwinError) -> JSONValue {
        let types = Fields.list(body?["object_types"]).compactMap(\.string)
        guard !types.isEmpty else { throw .missing("object_types") }
        let limit = body?["limit"]?.integer.flatMap { (1...1000).contains($0) ? $0 : nil } ?? 100
        let first = try Self.place(body?["cursor"])
        var since: Instant?
        if let text = body?["begin_time"]?.string {
            guard let moment = Instant(iso: text) else { throw .invalid("INVALID_TIME", "Invalid time.", field: "begin_time") }
            since = moment
        }
        // Nothing of the catalog changes here after the shop has opened; counts are not part of it.
        let found = types.contains("ITEM") && (since.map { $0 < start } ?? true) ? Array(items.indices) : []
        let page = found.dropFirst(first).prefix(limit)
        var answer: JSONValue = ["latest_time": .string(start.iso)]
        if !page.isEmpty { answer.add("objects", .array(page.map(item))) }
        if first + page.count < found.count { answer.add("cursor", .string("c\(first + page.count)")) }
        return answer
    }

    func retrieveCatalog(_ body: JSON?) throws(TwinError) -> JSONValue {
        let ids = Fields.list(body?["object_ids"]).compactMap(\.string)
        guard !ids.isEmpty else { throw .missing("object_ids") }
        guard ids.count <= 1000 else { throw .invalid("ARRAY_LENGTH_TOO_LONG", "Too many ids.", field: "object_ids") }
        var objects: [JSONValue] = []
        for id in ids {
            if let article = article(id) {
                objects.append(variation(article))
            } else if let number = TwinID.item.number(id)?.number, items.indices.contains(number) {
                objects.append(item(number))
            }
        }
        return objects.isEmpty ? [:] : ["objects": .array(objects)]
    }

    /// A page's place, `c` and a number; 0 for the first page.
    static func place(_ cursor: JSON?) throws(TwinError) -> Int {
        guard let cursor, !cursor.isNull else { return 0 }
        guard let text = cursor.string, text.hasPrefix("c"), let place = Int(text.dropFirst()), (0...1_000_000_000).contains(place) else {
            throw .invalid("INVALID_CURSOR", "The pagination cursor is invalid.", field: "cursor")
        }
        return place
    }

    private func item(_ position: Int) -> JSONValue {
        [
            "type": "ITEM", "id": .string(TwinID.item.text(position)), "updated_at": .string(start.iso), "version": .integer(start.milliseconds),
            "is_deleted": false, "present_at_all_locations": true,
            "item_data": [
                "name": .string(items[position].title), "product_type": "REGULAR", "is_archived": false,
                "variations": .array(items[position].articles.map(variation)),
            ],
        ]
    }

    private func variation(_ position: Int) -> JSONValue {
        let article = articles[position].seed
        let name = article.options.isEmpty ? "Regular" : article.options.map(\.value).joined(separator: ", ")
        var data: JSONValue = [
            "item_id": .string(TwinID.item.text(articles[position].item)), "name": .string(name), "sku": .string(article.sku),
            "pricing_type": "FIXED_PRICING", "price_money": money(Money(article.price, currency)?.minor ?? 0), "track_inventory": true,
            "sellable": true, "stockable": true,
        ]
        if let gtin = article.gtin { data.add("upc", .string(gtin)) }
        return [
            "type": "ITEM_VARIATION", "id": .string(TwinID.variation.text(position)), "updated_at": .string(start.iso),
            "version": .integer(start.milliseconds), "is_deleted": false, "present_at_all_locations": true, "item_variation_data": data,
        ]
    }
}
