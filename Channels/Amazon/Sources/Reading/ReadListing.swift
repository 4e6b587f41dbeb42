// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

/// An `Item` of the Listings Items API as the hub's value.
struct ListingReader {
    let marketplace: String

    /// Nil for a parent of variations: it holds a family together and cannot be bought.
    func listing(_ json: JSON) throws(Unreadable) -> ChannelListing? {
        let sku = try json.required("sku")
        guard !isParent(json) else { return nil }
        let summary = own(json["summaries"])
        let stock = try stock(json)
        return ChannelListing(
            key: ListingKey(product: summary?.words("asin") ?? sku, variant: sku, stock: sku), sku: sku, gtin: gtin(json),
            title: summary?.words("itemName") ?? sku, options: options(json), category: category(json), price: try price(json),
            quantity: stock.quantity,
            isActive: Self.isOffered(summary),
            isFulfilledByChannel: stock.isFulfilledByChannel, changedAt: summary?.optionalMoment("lastUpdatedDate"))
    }

    /// An offer without stock is not `BUYABLE`, but it is still there to be found: it gets its quantity back when goods come in.
    private static func isOffered(_ summary: JSON?) -> Bool {
        (summary?["status"]?.elements).map { $0.contains { $0.string == "BUYABLE" || $0.string == "DISCOVERABLE" } } ?? false
    }

    /// Only the entry `DEFAULT` is the merchant's own shelf. A SKU that Amazon ships as well has `AMAZON_…` beside it, and
    /// that one never says anything of ours (odoo/documentation, pull request 12901: it once set the merchant's stock to zero).
    func stock(_ json: JSON) throws(Unreadable) -> (quantity: Int?, isFulfilledByChannel: Bool) {
        var own: Int?
        var hasOwn = false
        var hasAmazon = false
        if let entries = json["fulfillmentAvailability"] {
            for entry in entries.elements {
                let code = entry["fulfillmentChannelCode"]?.string ?? ""
                if code == "DEFAULT" {
                    own = try entry.units("quantity")?.units
                    hasOwn = own != nil
                } else if code.hasPrefix("AMAZON") {
                    hasAmazon = true
                }
            }
        }
        return (own, hasAmazon && !hasOwn)
    }

    /// The entry of this marketplace in a list that has one for each.
    private func own(_ list: JSON?) -> JSON? {
        guard let list else { return nil }
        return list.elements.first { $0["marketplaceId"]?.string == marketplace }
    }

    /// Amazon's product type (`MUG`); `PRODUCT` stands for none in particular.
    private func category(_ json: JSON) -> String? {
        own(json["productTypes"])?["productType"]?.string.flatMap { $0 == "PRODUCT" ? nil : $0 }
    }

    private func isParent(_ json: JSON) -> Bool {
        guard let relationships = own(json["relationships"])?["relationships"] else { return false }
        return relationships.elements.contains {
            $0["type"]?.string == "VARIATION" && $0["childSkus"]?.elements.first { _ in true } != nil
        }
    }

    private func price(_ json: JSON) throws(Unreadable) -> Money? {
        guard let offers = json["offers"] else { return nil }
        for offer in offers.elements
        where offer["marketplaceId"]?.string == marketplace && offer["offerType"]?.string != "B2B" {
            guard let currency = try Amounts.currency(of: offer["price"]) else { continue }
            return try Amounts(currency: currency).money(offer["price"], "price")
        }
        return nil
    }

    private func gtin(_ json: JSON) -> String? {
        guard let numbers = json["attributes"]?["externally_assigned_product_identifier"] else { return nil }
        for number in numbers.elements {
            if let value = number.words("value"), let gtin = GTIN(value) { return gtin.text }
        }
        return nil
    }

    /// The values of the attributes that tell the variations of a family apart.
    private func options(_ json: JSON) -> [ChannelListing.Option] {
        guard let relationships = own(json["relationships"])?["relationships"], let attributes = json["attributes"] else {
            return []
        }
        var options: [ChannelListing.Option] = []
        for relationship in relationships.elements {
            guard let names = relationship["variationTheme"]?["attributes"] else { continue }
            for name in names.elements.compactMap(\.string) {
                guard let value = attributes[dynamic: name]?.elements.first(where: { _ in true })?["value"]?.text else {
                    continue
                }
                options.append(.init(name: name, value: value))
            }
        }
        return options
    }
}
