// SPDX-License-Identifier: Apache-2.0

extension GraphQLDocument {
    /// What is read of an order line.
    static let lineFields = """
        fragment Line on LineItem {
          id title sku quantity currentQuantity
          variant { id }
          originalUnitPriceSet { shopMoney { amount } }
          discountAllocations { allocatedAmountSet { shopMoney { amount } } }
          taxLines { priceSet { shopMoney { amount } } }
        }
        """
    static let refundLineFields = """
        fragment RefundLine on RefundLineItem {
          quantity restockType
          lineItem { id }
          subtotalSet { shopMoney { amount } }
          totalTaxSet { shopMoney { amount } }
        }
        """
    static let fulfillmentLineFields = """
        fragment FulfillmentLine on FulfillmentLineItem { quantity lineItem { id } }
        """
    /// What is read of an order. Lists inside it are cut at a page and the rest is asked for with the documents below.
    static let orderFields = """
        fragment Whole on Order {
          id name createdAt updatedAt cancelledAt displayFinancialStatus taxesIncluded currencyCode email phone
          totalPriceSet { shopMoney { amount currencyCode } }
          originalTotalAdditionalFeesSet { shopMoney { amount } }
          originalTotalDutiesSet { shopMoney { amount } }
          totalTipReceivedSet { shopMoney { amount } }
          customer { id firstName lastName defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } }
          shippingAddress { name company address1 address2 city province provinceCode zip countryCodeV2 phone }
          lineItems(first: 250) { nodes { ...Line } pageInfo { hasNextPage endCursor } }
          shippingLines(first: 20) {
            nodes {
              originalPriceSet { shopMoney { amount } }
              discountAllocations { allocatedAmountSet { shopMoney { amount } } }
              taxLines { priceSet { shopMoney { amount } } }
            }
          }
          refunds {
            id createdAt
            totalRefundedSet { shopMoney { amount } }
            refundShippingLines(first: 20) {
              nodes { subtotalAmountSet { shopMoney { amount } } taxAmountSet { shopMoney { amount } } }
            }
            refundLineItems(first: 100) { nodes { ...RefundLine } pageInfo { hasNextPage endCursor } }
          }
          fulfillments {
            id createdAt status
            trackingInfo { company number url }
            fulfillmentLineItems(first: 100) { nodes { ...FulfillmentLine } pageInfo { hasNextPage endCursor } }
          }
        }
        """

    /// Orders by the moment of their last change, oldest first.
    package static let orders = GraphQLDocument(
        name: "TributaryOrders",
        text: """
            query TributaryOrders($first: Int!, $after: String, $query: String!) {
              orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
                nodes { ...Whole }
                pageInfo { hasNextPage endCursor }
              }
            }
            \(orderFields)
            \(lineFields)
            \(refundLineFields)
            \(fulfillmentLineFields)
            """,
        points: 590)

    package static let order = GraphQLDocument(
        name: "TributaryOrder",
        text: """
            query TributaryOrder($id: ID!) {
              order(id: $id) { ...Whole }
            }
            \(orderFields)
            \(lineFields)
            \(refundLineFields)
            \(fulfillmentLineFields)
            """,
        points: 98)

    /// The lines of an order after its first page: an order may have a thousand.
    package static let orderLines = GraphQLDocument(
        name: "TributaryOrderLines",
        text: """
            query TributaryOrderLines($id: ID!, $after: String!) {
              order(id: $id) {
                id
                lineItems(first: 250, after: $after) { nodes { ...Line } pageInfo { hasNextPage endCursor } }
              }
            }
            \(lineFields)
            """,
        points: 35)

    package static let refundLines = GraphQLDocument(
        name: "TributaryRefundLines",
        text: """
            query TributaryRefundLines($id: ID!, $after: String!) {
              refund(id: $id) {
                id
                refundLineItems(first: 250, after: $after) { nodes { ...RefundLine } pageInfo { hasNextPage endCursor } }
              }
            }
            \(refundLineFields)
            """,
        points: 19)

    package static let fulfillmentLines = GraphQLDocument(
        name: "TributaryFulfillmentLines",
        text: """
            query TributaryFulfillmentLines($id: ID!, $after: String!) {
              fulfillment(id: $id) {
                id
                fulfillmentLineItems(first: 250, after: $after) { nodes { ...FulfillmentLine } pageInfo { hasNextPage endCursor } }
              }
            }
            \(fulfillmentLineFields)
            """,
        points: 19)
}
