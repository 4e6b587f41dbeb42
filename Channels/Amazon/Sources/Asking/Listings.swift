// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
internal import JSONText
public import Vocabulary

extension AmazonConnector {
    /// Every offer of the seller in the marketplace, twenty to a page, oldest first. Amazon pages through a thousand
    /// at most: after those the search starts again at the moment where it stopped.
    public func listings(changedSince: Instant?, _ access: Access) -> Exchange<[ChannelListing]> {
        search(ListingSearch(changedSince: changedSince), access)
    }

    private func search(_ search: ListingSearch, _ access: Access) -> Exchange<[ChannelListing]> {
        var query = [
            ("marketplaceIds", marketplace),
            ("includedData", "summaries,attributes,offers,fulfillmentAvailability,relationships,productTypes"),
            ("sortBy", "createdDate"), ("sortOrder", "ASC"), ("pageSize", "20"),
        ]
        if let since = search.changedSince { query.append(("lastUpdatedAfter", since.iso)) }
        if let after = search.createdAfter { query.append(("createdAfter", after.iso)) }
        if let token = search.pageToken { query.append(("pageToken", token)) }
        return call(.searchListingsItems, .get, itemsPath, query: query, access) { root, access throws(ChannelFailure) in
            var next = search
            var found: [ChannelListing] = []
            let items = Array((root["items"] ?? root).elements)
            for item in items {
                guard let sku = item["sku"]?.string, next.isNew(sku, created: created(item)) else { continue }
                if let listing = try readable({ () throws(Unreadable) in
                    try ListingReader(marketplace: marketplace).listing(item)
                }) {
                    found.append(listing)
                }
            }
            next.pageToken = root["pagination"]?.words("nextToken")
            if next.pageToken != nil, !items.isEmpty { return .page(found, next: self.search(next, access)) }
            guard try next.startsAgain(of: root["numberOfResults"]?.integer ?? 0) else { return .done(found) }
            return .page(found, next: self.search(next, access))
        }
    }

    private func created(_ item: JSON) -> Instant? {
        item["summaries"]?.elements.first { $0["marketplaceId"]?.string == marketplace }?.optionalMoment("createdDate")
    }

    /// `/listings/2021-08-01/items/{sellerId}`
    var itemsPath: String { "/listings/2021-08-01/items/\(URLText.encode(sellerID))" }
    /// The path of one offer; a SKU may hold any character.
    func itemPath(_ sku: String) -> String { "\(itemsPath)/\(URLText.encode(sku))" }

    /// What Amazon shows for these SKUs now: twenty to a call. What it does not know is left out.
    public func quantities(of keys: [ListingKey], _ access: Access) -> Exchange<[ChannelFact]> {
        // A comma parts the identifiers, so a SKU with one has to be asked for by itself.
        let skus = keys.map(\.stock)
        let alone = skus.filter { $0.contains(",") }
        let together = skus.filter { !$0.contains(",") }
        var calls = stride(from: 0, to: together.count, by: 20).map { Array(together[$0..<min($0 + 20, together.count)]) }
        calls += alone.map { [$0] }
        return quantities(calls, access)
    }

    private func quantities(_ calls: [[String]], _ access: Access) -> Exchange<[ChannelFact]> {
        let skus = calls.first ?? []
        let rest = Array(calls.dropFirst())
        let finish: @Sendable ([ChannelFact]) -> Reply<[ChannelFact]> = { facts in
            rest.isEmpty ? .done(facts) : .page(facts, next: self.quantities(rest, access))
        }
        let shared = [("marketplaceIds", marketplace), ("includedData", "fulfillmentAvailability")]
        if skus.count == 1, let sku = skus.first, sku.contains(",") {
            return ask(
                .getListingsItem, .get, itemPath(sku), query: shared, access,
                answer: { response throws(ChannelFailure) in
                    if response.status == 404 { return finish([]) }
                    return finish(try facts(of: [try AmazonAnswer.json(response, .getListingsItem)], access.now))
                })
        }
        if skus.isEmpty {
            // An exchange has to ask something, also about nothing.
            let query = shared + [("sortBy", "createdDate"), ("sortOrder", "ASC"), ("pageSize", "1")]
            return call(.searchListingsItems, .get, itemsPath, query: query, access) { _, _ throws(ChannelFailure) in
                .done([])
            }
        }
        let query = shared + [("identifiersType", "SKU"), ("identifiers", skus.joined(separator: ",")), ("pageSize", "20")]
        return call(.searchListingsItems, .get, itemsPath, query: query, access) { root, access throws(ChannelFailure) in
            finish(try facts(of: Array((root["items"] ?? root).elements), access.now))
        }
    }

    private func facts(of items: [JSON], _ now: Instant) throws(ChannelFailure) -> [ChannelFact] {
        var facts: [ChannelFact] = []
        for item in items {
            guard let sku = item["sku"]?.string else { continue }
            let stock = try readable { () throws(Unreadable) in try ListingReader(marketplace: marketplace).stock(item) }
            if let quantity = stock.quantity { facts.append(.quantity(stock: sku, quantity: quantity, at: now)) }
        }
        return facts
    }
}

/// How far a walk through the offers has come.
struct ListingSearch: Sendable {
    var changedSince: Instant?
    var createdAfter: Instant?
    var pageToken: String?
    /// Offers read since the search last started again.
    private var count = 0
    private var lastCreated: Instant?
    /// The SKUs created at `lastCreated`: the search that starts there shows them once more.
    private var atLast: Set<String> = []
    private var before: Set<String> = []

    /// The most offers that one search pages through.
    static let reach = 1000

    init(changedSince: Instant?) { self.changedSince = changedSince }

    /// Counts the offer; false when an earlier search has shown it.
    mutating func isNew(_ sku: String, created: Instant?) -> Bool {
        count += 1
        if let created, lastCreated.map({ created > $0 }) ?? true {
            lastCreated = created
            atLast = []
        }
        atLast.insert(sku)
        return !before.contains(sku)
    }

    /// True when the search has to start again because Amazon shows no more of this one.
    mutating func startsAgain(of total: Int) throws(ChannelFailure) -> Bool {
        guard count >= Self.reach, total > count else { return false }
        guard let lastCreated, createdAfter.map({ lastCreated > $0 }) ?? true else {
            throw .refused("more than \(Self.reach) offers were created in one moment: Amazon does not show the others")
        }
        createdAfter = lastCreated
        pageToken = nil
        before = atLast
        count = 0
        return true
    }
}
