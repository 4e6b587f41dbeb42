// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
import Vocabulary

extension SquareConnector {
    /// How many variations are asked after in one call. Square takes more; smaller answers keep other work from waiting.
    static let countsMax = 250

    /// What stands in stock at the location. A variation that Square keeps no count of yet stands at nothing.
    public func quantities(of keys: [ListingKey], _ access: Access) -> Exchange<[ChannelFact]> {
        counts(of: keys.map(\.stock)[...]) { counts in
            .done(
                keys.map { key in
                    .quantity(stock: key.stock, quantity: counts[key.stock]?.quantity ?? 0, at: counts[key.stock]?.at ?? access.now)
                })
        }
    }

    /// Gathers the counts of the variations over as many calls as it takes.
    func counts<Output: Sendable>(
        of variations: ArraySlice<String>, found: [String: StockCount] = [:],
        then finish: @escaping @Sendable ([String: StockCount]) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        // No names would mean all of them.
        guard !variations.isEmpty else {
            return call(.get, "/v2/locations/\(URLText.encode(location))") { _ throws(ChannelFailure) in try finish(found) }
        }
        return counts(of: Array(variations.prefix(Self.countsMax)), cursor: nil, found: found) { found throws(ChannelFailure) in
            let rest = variations.dropFirst(Self.countsMax)
            return rest.isEmpty ? try finish(found) : .then(self.counts(of: rest, found: found, then: finish))
        }
    }

    private func counts<Output: Sendable>(
        of variations: [String], cursor: String?, found: [String: StockCount],
        then finish: @escaping @Sendable ([String: StockCount]) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        var body: JSONValue = [
            "catalog_object_ids": .array(variations.map(JSONValue.string)), "location_ids": [.string(location)], "states": ["IN_STOCK"],
        ]
        if let cursor { body.add("cursor", .string(cursor)) }
        return call(.post, "/v2/inventory/counts/batch-retrieve", body) { answer throws(ChannelFailure) in
            var found = found
            do throws(Unreadable) {
                for count in try StockCount.list(answer["counts"], at: location) { found[count.variation] = count }
            } catch { throw .unreadable(error) }
            if let cursor = Fields.optionalText(answer["cursor"]) {
                return .then(self.counts(of: variations, cursor: cursor, found: found, then: finish))
            }
            return try finish(found)
        }
    }
}

/// Square's figure of one variation in stock at our location.
struct StockCount: Sendable {
    var variation: String
    /// Below nothing where the shop sold more than there was.
    var quantity: Int
    var at: Instant

    /// Counts of other places and of what is not for sale (waste, sold) are left out.
    static func list(_ json: JSON?, at location: String) throws(Unreadable) -> [StockCount] {
        var counts: [StockCount] = []
        for entry in Fields.list(json) where entry["state"]?.string == "IN_STOCK" && entry["location_id"]?.string == location {
            counts.append(
                StockCount(
                    variation: try Fields.text(entry["catalog_object_id"], "catalog_object_id"),
                    quantity: try Fields.count(entry["quantity"], "quantity"), at: try Fields.time(entry["calculated_at"], "calculated_at")))
        }
        return counts
    }
}
