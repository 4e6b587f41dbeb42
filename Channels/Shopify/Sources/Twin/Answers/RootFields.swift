// SPDX-License-Identifier: Apache-2.0

import JSONText
import Vocabulary

extension TwinShop {
    /// A field of `QueryRoot`.
    func root(_ field: String, _ arguments: [String: JSONValue], at second: Int64) -> TwinValue {
        let id = Self.text(arguments["id"])
        switch field {
        case "shop": return .object(.shop)
        case "location":
            guard let id else { return .object(.location(Self.mainLocation)) }
            return .optional(Self.position(id, FirstID.location, count: Self.locations.count).map(TwinObject.location))
        case "locations": return page(of: Self.locations.count, arguments) { .location($0) }
        case "productVariants":
            let window = SearchWindow(Self.text(arguments["query"]) ?? "", field: "updated_at")
            return page(of: articles.count, arguments) { article in
                let changed = self.articles[article].changedAt.seconds
                return changed >= window.from && changed <= window.to ? .variant(article) : nil
            }
        case "nodes": return .list(Self.texts(arguments["ids"]).map { node($0) })
        case "order": return .optional(id.flatMap { order($0) }.map(TwinObject.order))
        case "orders": return orderPage(arguments)
        case "refund":
            let found = id.flatMap { GlobalID.number($0) }.flatMap { Int64($0) }.flatMap { refundOwner[$0] }
            return .optional(found.map { .refund(order: $0.order, $0.position) })
        case "fulfillment":
            let found = id.flatMap { GlobalID.number($0) }.flatMap { Int64($0) }.flatMap { fulfillmentOwner[$0] }
            return .optional(found.map { .fulfillment(order: $0.order, $0.position) })
        case "fulfillmentOrder":
            return .optional(
                id.flatMap { Self.position($0, FirstID.fulfillmentOrder, count: orders.count) }.map(
                    TwinObject.fulfillmentOrder))
        case "job": return .optional(id.flatMap { job($0) })
        case "webhookSubscriptions": return page(of: hooks.subscriptions.count, arguments) { .subscription($0) }
        default: return .null
        }
    }

    /// Nodes of other kinds than inventory items are never asked for.
    private func node(_ id: String) -> TwinObject? {
        guard id.hasPrefix("gid://shopify/InventoryItem/") else { return nil }
        return Self.position(id, FirstID.item, count: articles.count).map(TwinObject.item)
    }

    private func job(_ id: String) -> TwinObject? {
        let name = String(id.split(separator: "/").last ?? "")
        if pendingCancels.contains(where: { $0.job == name }) { return .job(name, isDone: false) }
        return finishedJobs.contains(name) ? .job(name, isDone: true) : nil
    }
}
