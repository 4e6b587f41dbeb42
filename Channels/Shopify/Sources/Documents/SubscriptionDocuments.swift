// SPDX-License-Identifier: Apache-2.0

extension GraphQLDocument {
    package static let subscriptions = GraphQLDocument(
        name: "TributarySubscriptions",
        text: """
            query TributarySubscriptions($after: String) {
              webhookSubscriptions(first: 100, after: $after) {
                nodes { id topic uri format }
                pageInfo { hasNextPage endCursor }
              }
            }
            """,
        points: 9)

    package static let createSubscription = GraphQLDocument(
        name: "TributaryCreateSubscription",
        text: """
            mutation TributaryCreateSubscription($topic: WebhookSubscriptionTopic!, $subscription: WebhookSubscriptionInput!) {
              webhookSubscriptionCreate(topic: $topic, webhookSubscription: $subscription) {
                webhookSubscription { id }
                userErrors { field message }
              }
            }
            """,
        points: 10)
}
