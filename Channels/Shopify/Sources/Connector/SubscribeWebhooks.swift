// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
import Vocabulary

extension ShopifyConnector {
    private static let stockTopic = "INVENTORY_LEVELS_UPDATE"

    /// What the hub listens to. The three privacy topics are set up in the app's own settings, not by the API.
    package static let topics = [
        "ORDERS_CREATE", "ORDERS_UPDATED", "ORDERS_PAID", "ORDERS_CANCELLED", "ORDERS_FULFILLED", "ORDERS_EDITED",
        "ORDERS_DELETE",
        "REFUNDS_CREATE", "FULFILLMENTS_CREATE", "FULFILLMENTS_UPDATE", stockTopic, "PRODUCTS_CREATE",
        "PRODUCTS_UPDATE",
        "APP_UNINSTALLED",
    ]

    /// Creates the subscriptions that the address does not have. Shopify deletes one after repeated failures, so this
    /// both begins and mends; those of other addresses are left alone.
    public func subscribe(to address: String, _ access: Access) -> Exchange<Void>? {
        subscriptions(of: address, after: nil, missing: Self.topics.filter { hearsStock || $0 != Self.stockTopic })
    }

    private func subscriptions(of address: String, after: String?, missing: [String]) -> Exchange<Void> {
        call(.subscriptions, [("after", .optional(after))]) { data throws(ChannelFailure) in
            let connection = data["webhookSubscriptions"]
            guard let nodes = connection?["nodes"] else { throw .unreadable(.missing(field: "webhookSubscriptions")) }
            var missing = missing
            for node in nodes.elements where node["uri"]?.string == address && node["format"]?.string == "JSON" {
                missing.removeAll { $0 == node["topic"]?.string }
            }
            if let after = OrderDraft.rest(of: connection) {
                return .then(self.subscriptions(of: address, after: after, missing: missing))
            }
            return self.create(missing[...], to: address)
        }
    }

    private func create(_ missing: ArraySlice<String>, to address: String) -> Reply<Void> {
        guard let topic = missing.first else { return .done(()) }
        let subscription: JSONValue = ["uri": .string(address), "format": "JSON"]
        return .then(
            call(.createSubscription, [("topic", .string(topic)), ("subscription", subscription)]) {
                data throws(ChannelFailure) in
                let problems = UserProblem.list(data["webhookSubscriptionCreate"]?["userErrors"])
                // It is there already: an earlier try of ours.
                if let failure = UserProblem.failure(problems.filter { !$0.message.contains("already been taken") }) {
                    throw failure
                }
                return self.create(missing.dropFirst(), to: address)
            })
    }
}
