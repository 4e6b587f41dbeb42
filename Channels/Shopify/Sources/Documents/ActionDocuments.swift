// SPDX-License-Identifier: Apache-2.0

extension GraphQLDocument {
    /// Whether an order is cancelled: asked before and after a cancellation.
    package static let orderState = GraphQLDocument(
        name: "TributaryOrderState",
        text: """
            query TributaryOrderState($id: ID!) {
              order(id: $id) { id cancelledAt }
            }
            """,
        points: 1)

    package static let cancelOrder = GraphQLDocument(
        name: "TributaryCancelOrder",
        text: """
            mutation TributaryCancelOrder(
              $id: ID!, $reason: OrderCancelReason!, $restock: Boolean!, $refundMethod: OrderCancelRefundMethodInput, $note: String
            ) {
              orderCancel(
                orderId: $id, reason: $reason, restock: $restock, refundMethod: $refundMethod, notifyCustomer: true, staffNote: $note
              ) {
                job { id done }
                orderCancelUserErrors { code field message }
              }
            }
            """,
        points: 10)

    package static let job = GraphQLDocument(
        name: "TributaryJob",
        text: """
            query TributaryJob($id: ID!) {
              job(id: $id) { id done }
            }
            """,
        points: 1)

    /// What a refund stands on: the payments it can go back to and the refunds there are already.
    package static let refundGround = GraphQLDocument(
        name: "TributaryRefundGround",
        text: """
            query TributaryRefundGround($id: ID!) {
              order(id: $id) {
                id taxesIncluded
                refunds { id note }
                transactions { id kind status gateway amountSet { shopMoney { amount } } parentTransaction { id } }
              }
            }
            """,
        points: 4)

    package static let createRefund = GraphQLDocument(
        name: "TributaryCreateRefund",
        text: """
            mutation TributaryCreateRefund($input: RefundInput!, $key: String!) {
              refundCreate(input: $input) @idempotent(key: $key) {
                refund { id }
                userErrors { field message }
              }
            }
            """,
        points: 10)

    /// What is still to be sent of an order, by fulfilment order.
    package static let fulfillmentOrders = GraphQLDocument(
        name: "TributaryFulfillmentOrders",
        text: """
            query TributaryFulfillmentOrders($id: ID!, $after: String) {
              order(id: $id) {
                id
                fulfillmentOrders(first: 50, after: $after) {
                  nodes {
                    id status
                    assignedLocation { location { id } }
                    lineItems(first: 100) { nodes { id remainingQuantity lineItem { id } } pageInfo { hasNextPage endCursor } }
                  }
                  pageInfo { hasNextPage endCursor }
                }
              }
            }
            """,
        points: 117)

    package static let fulfillmentOrderLines = GraphQLDocument(
        name: "TributaryFulfillmentOrderLines",
        text: """
            query TributaryFulfillmentOrderLines($id: ID!, $after: String!) {
              fulfillmentOrder(id: $id) {
                id
                lineItems(first: 250, after: $after) {
                  nodes { id remainingQuantity lineItem { id } }
                  pageInfo { hasNextPage endCursor }
                }
              }
            }
            """,
        points: 19)

    package static let createFulfillment = GraphQLDocument(
        name: "TributaryCreateFulfillment",
        text: """
            mutation TributaryCreateFulfillment($fulfillment: FulfillmentInput!) {
              fulfillmentCreate(fulfillment: $fulfillment) {
                fulfillment { id }
                userErrors { field message }
              }
            }
            """,
        points: 10)
}
