// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Vocabulary

extension WooCommerceConnector {
    /// Products by id, each variable one followed by its variations. Since a moment: those changed after it, and variations
    /// that changed without their parent, from the list of all variations that newer shops have.
    public func listings(changedSince: Instant?, _ access: Access) -> Exchange<[ChannelListing]> {
        shop.asking("settings/general/woocommerce_currency", access) { response throws(ChannelFailure) in
            // A key may be kept from the settings; prices are then left out.
            let currency = try currency(in: response)
            return .then(productPage(Paging(), Walk(since: since(changedSince), currency: currency), access))
        }
    }

    private func currency(in response: HTTPResponse) throws(ChannelFailure) -> Currency? {
        do throws(ChannelFailure) { return try Answer.json(response)["value"]?.string.flatMap { Currency($0) } } catch {
            switch error {
            case .forbidden, .notFound, .refused: return nil
            default: throw error
            }
        }
    }

    private struct Walk: Sendable {
        var since: [(String, String)]
        var currency: Currency?
    }

    /// One second earlier than asked: `modified_after` leaves out the second it names (recording 346).
    private func since(_ moment: Instant?) -> [(String, String)] {
        guard let moment else { return [] }
        return [("modified_after", Instant(seconds: moment.seconds - 1).isoLocalSeconds), ("dates_are_gmt", "true")]
    }

    private func productPage(_ paging: Paging, _ walk: Walk, _ access: Access) -> Exchange<[ChannelListing]> {
        let query =
            [("orderby", "id"), ("order", "asc"), ("status", "any"), ("_fields", ListingReading.productFields)]
            + walk.since
        return shop.list("products", paging, query: query, access) { rows, next throws(ChannelFailure) in
            let following =
                next.map { productPage($0, walk, access) }
                ?? (walk.since.isEmpty ? nil : strayVariations(Paging(), walk, access))
            let articles = try listings(rows, walk)
            let parents = rows.filter { ListingReading.hasVariations($0) }
            return after(articles, variations(of: parents[...], walk, following: following, access))
        }
    }

    private func listings(_ rows: [JSON], _ walk: Walk, parent: JSON? = nil) throws(ChannelFailure) -> [ChannelListing] {
        try reading { () throws(Unreadable) in
            var found: [ChannelListing] = []
            for row in rows {
                let title = parent?["name"]?.string
                if let listing = try ListingReading.listing(
                    row, parent: parent?["id"]?.text, parentTitle: title, currency: walk.currency)
                {
                    found.append(listing)
                }
            }
            return found
        }
    }

    private func after<Output>(_ output: Output, _ next: Exchange<Output>?) -> Reply<Output> {
        next.map { .page(output, next: $0) } ?? .done(output)
    }

    /// The variations of the first parent, then of the others, then what follows.
    private func variations(
        of parents: ArraySlice<JSON>, _ walk: Walk, following: Exchange<[ChannelListing]>?, _ access: Access
    ) -> Exchange<[ChannelListing]>? {
        guard let parent = parents.first, let id = parent["id"]?.text else { return following }
        let rest = variations(of: parents.dropFirst(), walk, following: following, access)
        return variationPage(Paging(), parent, id, walk, rest: rest, access)
    }

    private func variationPage(
        _ paging: Paging, _ parent: JSON, _ id: String, _ walk: Walk, rest: Exchange<[ChannelListing]>?,
        _ access: Access
    ) -> Exchange<[ChannelListing]> {
        let query = [("orderby", "id"), ("order", "asc"), ("_fields", ListingReading.variationFields)]
        return shop.list("products/\(URLText.encode(id))/variations", paging, query: query, access) {
            rows, next throws(ChannelFailure) in
            let following = next.map { variationPage($0, parent, id, walk, rest: rest, access) } ?? rest
            return after(try listings(rows, walk, parent: parent), following)
        }
    }

    /// `GET variations` is not in older shops, where a change of a variation alone waits for the next whole reading.
    private func strayVariations(_ paging: Paging, _ walk: Walk, _ access: Access) -> Exchange<[ChannelListing]> {
        let query =
            paging.query + [("orderby", "id"), ("order", "asc"), ("_fields", ListingReading.variationFields)]
            + walk.since
        return shop.asking("variations", query: query, paging.access(access)) { response throws(ChannelFailure) in
            if response.status == 404 { return .done([]) }
            let rows = Array(try Answer.json(response).elements)
            let following = paging.next(after: response, count: rows.count).map { strayVariations($0, walk, access) }
            return after(try listings(rows, walk), following)
        }
    }
}
