// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import Inventory
import Vocabulary

/// Which number is asked about, as it stands in the address.
struct WhyAsk: Sendable {
    var variant: Variant
    var number: String
    var location: ID<LocationKind>?
    var listing: ID<ListingKind>?
    var moment: Instant?
    /// Orders' references by their numbers, for the causes.
    var references: [Int64: String] = [:]
    var locations: [Location] = []
    var offers: [(listing: ID<ListingKind>, name: String)] = []

    /// One tab for each number that can be asked about.
    func tabs(_ words: Words) -> [Choice] {
        var tabs: [Choice] = []
        for kind in WhyStock.Number.allCases {
            let href = Site.why(variant.sku, number: kind.rawValue, location: location)
            tabs.append(Choice(value: kind.rawValue, label: words("why.tab.\(kind.rawValue)"), isChosen: number == kind.rawValue, href: href))
        }
        for offer in offers {
            let href = Site.why(variant.sku, number: "published", listing: offer.listing)
            tabs.append(Choice(value: "published", label: offer.name, isChosen: number == "published" && offer.listing == listing, href: href))
        }
        return variant.isBundle ? tabs.filter { $0.value == "published" } : tabs
    }

    /// What the form for another moment carries along.
    var hidden: [Choice] {
        var fields = [Choice(value: number, label: "number", isChosen: false)]
        if let location { fields.append(Choice(value: location.description, label: "location", isChosen: false)) }
        if let listing { fields.append(Choice(value: listing.description, label: "listing", isChosen: false)) }
        return fields
    }
}
