// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

extension AmazonTwin {
    private static let dataSets: Set<String> = [
        "summaries", "attributes", "issues", "offers", "fulfillmentAvailability", "procurement", "relationships",
        "productTypes",
    ]

    private func data(_ request: HTTPRequest) -> Set<String>? {
        let data = Set((request.query("includedData") ?? "summaries").split(separator: ",").map(String.init))
        return data.isSubset(of: Self.dataSets) ? data : nil
    }

    /// `searchListingsItems`: by identifiers, or in the order of creation, a thousand at most.
    func searchListings(_ request: HTTPRequest) -> HTTPResponse {
        guard let data = data(request) else { return .invalid("includedData") }
        guard let size = Int(request.query("pageSize") ?? "10"), (1...20).contains(size) else {
            return .invalid("pageSize")
        }
        if let text = request.query("identifiers") {
            let skus = text.split(separator: ",").map(String.init)
            guard request.query("identifiersType") == "SKU", skus.count <= 20 else { return .invalid("identifiers") }
            let found = skus.compactMap { articleAt[$0] }
            return .json(
                200,
                [
                    "numberOfResults": .integer(found.count),
                    "items": .array(found.prefix(size).map { json(articles[$0], data) }),
                ])
        }
        guard request.query("sortBy") == "createdDate", request.query("sortOrder") == "ASC" else {
            return .invalid("sortBy")
        }
        var at = 0
        if let text = request.query("createdAfter") {
            guard let after = Instant(iso: text) else { return .invalid("createdAfter") }
            at = firstArticle(notBefore: after)
        }
        let since = request.query("lastUpdatedAfter").flatMap { Instant(iso: $0) } ?? .distantPast
        var served = 0
        // The total is counted once and travels in the token, so that a page costs no more than its items.
        var total =
            since == .distantPast ? articles.count - at : articles[at...].reduce(0) { $0 + ($1.changedAt >= since ? 1 : 0) }
        if let token = request.query("pageToken") {
            guard let bytes = ByteText.bytes(base64: token) else { return .invalid("pageToken") }
            let numbers = String(decoding: bytes, as: UTF8.self).split(separator: ":").compactMap { Int($0) }
            guard numbers.count == 3, (0...articles.count).contains(numbers[0]) else { return .invalid("pageToken") }
            (at, served, total) = (numbers[0], numbers[1], numbers[2])
        }
        var found: [JSONValue] = []
        while at < articles.count, found.count < size, served < 1000 {
            if articles[at].changedAt >= since {
                found.append(json(articles[at], data))
                served += 1
            }
            at += 1
        }
        var root: JSONValue = ["numberOfResults": .integer(total)]
        if served < min(total, 1000) {
            root.add("pagination", ["nextToken": .string(ByteText.base64(Array("\(at):\(served):\(total)".utf8)))])
        }
        root.add("items", .array(found))
        return .json(200, root)
    }

    private func firstArticle(notBefore moment: Instant) -> Int {
        var low = 0
        var high = articles.count
        while low < high {
            let middle = (low + high) / 2
            if articles[middle].createdAt < moment { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func getListing(_ sku: String, _ request: HTTPRequest) -> HTTPResponse {
        guard let data = data(request) else { return .invalid("includedData") }
        guard let at = articleAt[sku] else {
            return .error(404, "NOT_FOUND", "SKU '\(sku)' not found in marketplace \(marketplace.id)")
        }
        return .json(200, json(articles[at], data))
    }

    private func json(_ article: TwinArticle, _ data: Set<String>) -> JSONValue {
        var root: JSONValue = ["sku": .string(article.sku)]
        let place = JSONValue.string(marketplace.id)
        if data.contains("summaries") {
            let isBuyable = (shelf[article.sku] ?? 0) + (amazonStock[article.sku] ?? 0) > 0
            var summary: JSONValue = [
                "marketplaceId": place, "asin": .string(article.asin), "productType": "PRODUCT", "conditionType": "new_new",
            ]
            summary.add("status", isBuyable ? ["BUYABLE", "DISCOVERABLE"] : ["DISCOVERABLE"])
            summary.add("itemName", .string(article.title))
            summary.add("createdDate", .string(article.createdAt.iso))
            summary.add("lastUpdatedDate", .string(article.changedAt.iso))
            root.add("summaries", [summary])
        }
        if data.contains("attributes") { root.add("attributes", attributes(article)) }
        if data.contains("offers"), !article.isParent {
            root.add(
                "offers",
                [
                    [
                        "marketplaceId": place, "offerType": "B2C",
                        "price": ["currencyCode": .string(currency.code), "amount": .string(article.price)],
                    ]
                ])
        }
        if data.contains("fulfillmentAvailability"), !article.isParent {
            var entries: [JSONValue] = []
            if let quantity = shelf[article.sku] {
                entries.append(["fulfillmentChannelCode": "DEFAULT", "quantity": .integer(quantity)])
            }
            if amazonStock[article.sku] != nil { entries.append(["fulfillmentChannelCode": "AMAZON_EU"]) }
            root.add("fulfillmentAvailability", .array(entries))
        }
        if data.contains("relationships") {
            root.add("relationships", [["marketplaceId": place, "relationships": .array(relationships(article))]])
        }
        if data.contains("productTypes") { root.add("productTypes", [["marketplaceId": place, "productType": "PRODUCT"]]) }
        return root
    }

    private static func attribute(_ option: String) -> String {
        String(decoding: option.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 == 0x20 ? 0x5F : $0 }, as: UTF8.self)
    }

    private func attributes(_ article: TwinArticle) -> JSONValue {
        let place = JSONValue.string(marketplace.id)
        var root: JSONValue = ["item_name": [["value": .string(article.title), "marketplace_id": place]]]
        if let gtin = article.gtin {
            root.add(
                "externally_assigned_product_identifier",
                [["type": "ean", "value": .string(gtin), "marketplace_id": place]])
        }
        if !article.isParent {
            for option in article.options {
                root.add(Self.attribute(option.name), [["value": .string(option.value), "marketplace_id": place]])
            }
        }
        return root
    }

    private func relationships(_ article: TwinArticle) -> [JSONValue] {
        guard article.isParent || article.parent != nil else { return [] }
        let names = article.options.map { Self.attribute($0.name) }
        var one: JSONValue = ["type": "VARIATION"]
        if article.isParent { one.add("childSkus", .array(article.children.map(JSONValue.string))) }
        if let parent = article.parent { one.add("parentSkus", .array([.string(parent)])) }
        one.add(
            "variationTheme",
            [
                "attributes": .array(names.map(JSONValue.string)),
                "theme": .string(names.joined(separator: "/").asciiUppercased),
            ])
        return [one]
    }

    /// `patchListingsItem`: takes effect at once here; Amazon takes a moment.
    mutating func patchListing(_ sku: String, _ request: HTTPRequest, at now: Instant) -> HTTPResponse {
        guard let body = try? JSON.parse(request.body), body["productType"]?.string != nil, let patches = body["patches"],
            patches.kind == .array
        else {
            return .invalid("productType, patches")
        }
        let problem = apply(Array(patches.elements), to: sku, at: now)
        var root: JSONValue = ["sku": .string(sku), "status": problem == nil ? "ACCEPTED" : "INVALID"]
        root.add("submissionId", .string(ByteText.hex(Self.bytes(16, &random))))
        var issues: [JSONValue] = []
        if let problem {
            issues.append([
                "code": .string(problem.code), "message": .string(problem.message), "severity": "ERROR",
                "categories": ["INVALID_ATTRIBUTE"],
            ])
        }
        root.add("issues", .array(issues))
        return .json(200, root)
    }

    /// Changes an offer's availability; says why not when it cannot. `replace` sets the whole attribute, `merge` only
    /// the entry of the channel that it names.
    mutating func apply(_ patches: [JSON], to sku: String, at now: Instant) -> (code: String, message: String)? {
        guard let article = articleAt[sku], !articles[article].isParent else {
            return ("13013", "This SKU does not exist in the Amazon catalog.")
        }
        for patch in patches {
            guard patch["path"]?.string == "/attributes/fulfillment_availability", let op = patch["op"]?.string else {
                return ("90000900", "The attribute cannot be changed here.")
            }
            let entries = Array((patch["value"] ?? patch).elements)
            guard let own = entries.first(where: { $0["fulfillment_channel_code"]?.string == "DEFAULT" }),
                let quantity = own["quantity"]?.integer, quantity >= 0,
                quantity <= Quantity.unitsMax
            else { return ("90117", "The value specified is invalid for 'quantity'.") }
            if op == "replace" || op == "add" {
                let keepsAmazon = entries.contains { $0["fulfillment_channel_code"]?.string?.hasPrefix("AMAZON") == true }
                if !keepsAmazon { amazonStock[sku] = nil }
                articles[article].leadTime = own["lead_time_to_ship_max_days"]?.integer
            } else if op != "merge" {
                return ("90000900", "Unknown operation.")
            }
            shelf[sku] = quantity
            articles[article].changedAt = now
        }
        return nil
    }
}
