// SPDX-License-Identifier: Apache-2.0

extension GraphQLDocument {
    /// A page of variants with what the location has available of each.
    package static let listings = GraphQLDocument(
        name: "TributaryListings",
        text: """
            query TributaryListings($location: ID!, $first: Int!, $after: String, $query: String) {
              shop { currencyCode }
              productVariants(first: $first, after: $after, query: $query, sortKey: ID) {
                nodes {
                  id sku barcode price updatedAt
                  selectedOptions { name value }
                  product { id title status productType }
                  inventoryItem {
                    id tracked
                    inventoryLevel(locationId: $location) { quantities(names: ["available"]) { name quantity } }
                  }
                }
                pageInfo { hasNextPage endCursor }
              }
            }
            """,
        points: 51)

    /// What the location has available of some inventory items.
    package static let quantities = GraphQLDocument(
        name: "TributaryQuantities",
        text: """
            query TributaryQuantities($location: ID!, $ids: [ID!]!) {
              nodes(ids: $ids) {
                ... on InventoryItem {
                  id tracked
                  inventoryLevel(locationId: $location) { quantities(names: ["available"]) { name quantity updatedAt } }
                }
              }
            }
            """,
        points: 3)

    /// Sets quantities, all of them or none. `key` makes a repetition harmless for as long as Shopify remembers it.
    package static let setQuantities = GraphQLDocument(
        name: "TributarySetQuantities",
        text: """
            mutation TributarySetQuantities($input: InventorySetQuantitiesInput!, $key: String!) {
              inventorySetQuantities(input: $input) @idempotent(key: $key) {
                inventoryAdjustmentGroup { id }
                userErrors { code field message }
              }
            }
            """,
        points: 10)
}
