// SPDX-License-Identifier: Apache-2.0

extension GraphQLDocument {
    /// Whose shop it is. A location asked for without an id is the primary one.
    package static let shop = GraphQLDocument(
        name: "TributaryShop",
        text: """
            query TributaryShop {
              shop { name currencyCode myshopifyDomain }
              location { id name isActive }
            }
            """,
        points: 2)

    /// A location that the merchant named, or the primary one when `id` is null.
    package static let primaryLocation = GraphQLDocument(
        name: "TributaryLocation",
        text: """
            query TributaryLocation($id: ID) {
              location(id: $id) { id name isActive }
            }
            """,
        points: 1)
}
