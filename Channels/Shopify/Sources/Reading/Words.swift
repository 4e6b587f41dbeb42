// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// Shopify's words for states, in capitals in GraphQL and small in webhooks.
enum Words {
    /// `displayFinancialStatus`, `financial_status`. An unknown or missing one holds the order back from shipping.
    static func payment(_ word: String?) -> ChannelOrder.Payment {
        switch word?.asciiUppercased {
        case "AUTHORIZED": .authorized
        case "PAID": .paid
        case "PARTIALLY_REFUNDED": .partiallyRefunded
        case "REFUNDED": .refunded
        case "VOIDED", "EXPIRED": .voided
        default: .pending
        }
    }

    /// `restockType`, `restock_type`.
    static func disposition(_ word: String?) -> ChannelRefund.Disposition {
        switch word?.asciiUppercased {
        case "RETURN", "LEGACY_RESTOCK": .restocked
        case "CANCEL": .removed
        case "NO_RESTOCK": .notRestocked
        default: .unknown
        }
    }

    /// A fulfilment that did not happen.
    static func isCancelled(fulfillment word: String?) -> Bool {
        switch word?.asciiUppercased {
        case "CANCELLED", "ERROR", "FAILURE": true
        default: false
        }
    }

    /// The single variant of a product without options has this one.
    static func isNoOption(_ name: String, _ value: String) -> Bool { name == "Title" && value == "Default Title" }

    static func buyer(
        customer: String?, firstName: String?, lastName: String?, email: String?, phone: String?, shipTo: PostalAddress?
    ) -> Buyer {
        let name = [firstName, lastName].compactMap { $0 }.joined(separator: " ")
        return Buyer(
            externalID: customer, name: name.isEmpty ? shipTo?.name : name, email: email, phone: phone, shipTo: shipTo)
    }

    /// Nil when nothing is known of it.
    static func address(
        name: String?, lines: [String?], city: String?, region: String?, postcode: String?, country: String?
    ) -> PostalAddress? {
        let lines = lines.compactMap { $0 }
        guard !lines.isEmpty || [name, city, region, postcode, country].contains(where: { $0 != nil }) else {
            return nil
        }
        return PostalAddress(name: name, lines: lines, city: city, region: region, postcode: postcode, country: country)
    }
}
