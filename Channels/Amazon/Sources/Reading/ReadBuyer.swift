// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

extension OrderReader {
    /// As far as the account's roles let Amazon tell: without them the fields are simply not there.
    static func buyer(_ json: JSON) -> Buyer {
        let address = json["recipient"]?["deliveryAddress"]
        return Buyer(
            externalID: nil, name: json["buyer"]?.words("buyerName") ?? address?.words("name"),
            email: json["buyer"]?.words("buyerEmail"),
            phone: address?.words("phone"), shipTo: address.flatMap(postal))
    }

    private static func postal(_ json: JSON) -> PostalAddress? {
        guard json.kind == .object else { return nil }
        let lines = [
            json.words("companyName"), json.words("addressLine1"), json.words("addressLine2"), json.words("addressLine3"),
        ]
        let address = PostalAddress(
            name: json.words("name"), lines: lines.compactMap { $0 },
            city: json.words("city") ?? json.words("municipality"),
            region: json.words("stateOrRegion") ?? json.words("districtOrCounty"), postcode: json.words("postalCode"),
            country: json.words("countryCode"))
        return address == PostalAddress() ? nil : address
    }

    /// Parcels of a merchant's order; nil when Amazon says nothing of them.
    func shipments(_ json: JSON, _ changedAt: Instant) throws(Unreadable) -> [ChannelShipment]? {
        guard let packages = json["packages"], packages.kind == .array else { return nil }
        var shipments: [ChannelShipment] = []
        for package in packages.elements {
            var lines: [ChannelShipment.Line] = []
            if let items = package["packageItems"] {
                for item in items.elements {
                    lines.append(
                        .init(lineID: try item.required("orderItemId"), quantity: try item.units("quantity") ?? .zero))
                }
            }
            var tracking: [Tracking] = []
            if let number = package.words("trackingNumber") {
                tracking = [Tracking(carrier: package.words("carrier") ?? "", number: number)]
            }
            shipments.append(
                ChannelShipment(
                    externalID: try package.required("packageReferenceId"),
                    at: package.optionalMoment("shipTime") ?? package.optionalMoment("createdTime") ?? changedAt,
                    lines: lines,
                    tracking: tracking, isCancelled: package["packageStatus"]?["status"]?.string == "CANCELLED"))
        }
        return shipments
    }
}
