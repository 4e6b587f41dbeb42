// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Vocabulary

extension ShopifyConnector {
    /// Every variant, 250 a page, with what the location has available. `changedSince` goes by the variant's own
    /// `updated_at`, which a sale does not move.
    public func listings(changedSince: Instant?, _ access: Access) -> Exchange<[ChannelListing]> {
        withLocation(access) { location in listingPage(at: location, changedSince: changedSince, after: nil) }
    }

    private func listingPage(at location: String, changedSince: Instant?, after: String?) -> Exchange<[ChannelListing]> {
        let query = changedSince.map { "updated_at:>='\(Instant(seconds: $0.seconds).iso)'" }
        let variables: [(String, JSONValue)] = [
            ("location", .string(location)), ("first", 250), ("after", .optional(after)), ("query", .optional(query)),
        ]
        return call(.listings, variables) { data throws(ChannelFailure) in
            var listings: [ChannelListing] = []
            do throws(Unreadable) {
                let currency = try Fields.currency(data["shop"]?["currencyCode"], "shop.currencyCode")
                guard let nodes = data["productVariants"]?["nodes"] else { throw .missing(field: "productVariants") }
                for node in nodes.elements { listings.append(try Self.listing(node, currency)) }
            } catch { throw .unreadable(error) }
            guard let after = OrderDraft.rest(of: data["productVariants"]) else { return .done(listings) }
            return .page(listings, next: self.listingPage(at: location, changedSince: changedSince, after: after))
        }
    }

    private static func listing(_ json: JSON, _ currency: Currency) throws(Unreadable) -> ChannelListing {
        let item = json["inventoryItem"]
        let key = ListingKey(
            product: try Fields.id(json["product"]?["id"], "variant.product.id"),
            variant: try Fields.id(json["id"], "variant.id"),
            stock: try Fields.id(item?["id"], "variant.inventoryItem.id"))
        var options: [ChannelListing.Option] = []
        for option in Fields.list(json["selectedOptions"]) {
            guard let name = option["name"]?.string, let value = option["value"]?.string, !Words.isNoOption(name, value)
            else { continue }
            options.append(.init(name: name, value: value))
        }
        return ChannelListing(
            key: key, sku: Fields.optionalText(json["sku"]),
            gtin: Fields.optionalText(json["barcode"]).flatMap { GTIN($0)?.text },
            title: json["product"]?["title"]?.string ?? "", options: options,
            category: Fields.optionalText(json["product"]?["productType"]),
            price: try Fields.money(json["price"], "variant.price", currency),
            quantity: item?["tracked"]?.bool == true ? available(item) : nil,
            isActive: json["product"]?["status"]?.string == "ACTIVE",
            changedAt: try Fields.optionalTime(json["updatedAt"], "variant.updatedAt"))
    }

    /// The figure called `available`; nil where the item is not stocked at the location.
    private static func available(_ item: JSON?) -> Int? {
        Fields.list(item?["inventoryLevel"]?["quantities"]).first { $0["name"]?.string == "available" }?["quantity"]?
            .integer
    }

    /// What the location has available of these inventory items now. An item that is not tracked, not stocked there or
    /// no longer in the shop has no fact.
    public func quantities(of keys: [ListingKey], _ access: Access) -> Exchange<[ChannelFact]> {
        withLocation(access) { location in quantityPage(of: keys.map(\.stock)[...], at: location, access.now) }
    }

    private func quantityPage(of stocks: ArraySlice<String>, at location: String, _ now: Instant) -> Exchange<
        [ChannelFact]
    > {
        let ids = stocks.prefix(250).map { JSONValue.string(GlobalID.text(.inventoryItem, $0)) }
        return call(.quantities, [("location", .string(location)), ("ids", .array(ids))]) {
            data throws(ChannelFailure) in
            var facts: [ChannelFact] = []
            for node in Fields.list(data["nodes"]) {
                guard let stock = Fields.optionalID(node["id"]), node["tracked"]?.bool == true,
                    let quantity = Self.available(node)
                else { continue }
                let changed = Fields.list(node["inventoryLevel"]?["quantities"]).first?["updatedAt"]?.string.flatMap {
                    Instant(iso: $0)
                }
                facts.append(.quantity(stock: stock, quantity: quantity, at: changed ?? now))
            }
            let rest = stocks.dropFirst(250)
            return rest.isEmpty ? .done(facts) : .page(facts, next: self.quantityPage(of: rest, at: location, now))
        }
    }
}
