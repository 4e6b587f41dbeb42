// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Vocabulary

extension SquareConnector {
    /// Items with their variations, each page with its counts. What changed since a moment is asked for by variation too: a price of one
    /// changes the variation, not the item it belongs to.
    public func listings(changedSince: Instant?, _ access: Access) -> Exchange<[ChannelListing]> {
        catalogPage(changedSince, cursor: nil)
    }

    private func catalogPage(_ since: Instant?, cursor: String?) -> Exchange<[ChannelListing]> {
        var body: JSONValue = [
            "object_types": since == nil ? ["ITEM"] : ["ITEM", "ITEM_VARIATION"], "include_related_objects": true, "limit": 100,
        ]
        if let since { body.add("begin_time", .string(since.iso)) }
        if let cursor { body.add("cursor", .string(cursor)) }
        return call(.post, "/v2/catalog/search", body) { answer throws(ChannelFailure) in
            let page: CatalogPage
            do throws(Unreadable) { page = try CatalogPage(answer, at: location) } catch { throw .unreadable(error) }
            let next = Fields.optionalText(answer["cursor"]).map { self.catalogPage(since, cursor: $0) }
            let tracked = page.variations.filter(\.isTracked).map(\.listing.key.stock)
            guard !tracked.isEmpty else { return Self.page(page.listings(counts: [:]), next) }
            return .then(self.counts(of: tracked[...]) { counts in Self.page(page.listings(counts: counts), next) })
        }
    }

    private static func page(_ listings: [ChannelListing], _ next: Exchange<[ChannelListing]>?) -> Reply<[ChannelListing]> {
        next.map { .page(listings, next: $0) } ?? .done(listings)
    }

    /// The SKUs of variations, by id: an order's lines do not carry them. A variation that is gone has none.
    func skus<Output: Sendable>(
        of variations: ArraySlice<String>, found: [String: String] = [:],
        then finish: @escaping @Sendable ([String: String]) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        let batch = variations.prefix(500)
        let body: JSONValue = ["object_ids": .array(batch.map(JSONValue.string)), "include_deleted_objects": true]
        return call(.post, "/v2/catalog/batch-retrieve", body) { answer throws(ChannelFailure) in
            var found = found
            for object in Fields.list(answer["objects"]) {
                if let id = object["id"]?.string, let sku = Fields.optionalText(object["item_variation_data"]?["sku"]) { found[id] = sku }
            }
            let rest = variations.dropFirst(batch.count)
            return rest.isEmpty ? try finish(found) : .then(self.skus(of: rest, found: found, then: finish))
        }
    }
}
