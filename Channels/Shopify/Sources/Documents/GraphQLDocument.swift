// SPDX-License-Identifier: Apache-2.0

/// One GraphQL operation as it is sent, and the most that it costs by Shopify's rules (see the README).
package struct GraphQLDocument: Sendable {
    package let name: String
    package let text: String
    /// What `extensions.cost.requestedQueryCost` will say.
    package let points: Int

    /// Every document that the connector sends, for the tests that hold `points` and the schema against them.
    package static let all: [GraphQLDocument] = [
        .shop, .primaryLocation, .listings, .quantities, .orders, .order, .orderLines, .refundLines, .fulfillmentLines,
        .setQuantities, .orderState, .cancelOrder, .job, .refundGround, .createRefund, .fulfillmentOrders,
        .fulfillmentOrderLines, .createFulfillment, .subscriptions, .createSubscription,
    ]
}
