// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

extension AmazonConnector {
    /// Confirms one parcel. The same package number means the same parcel to Amazon, so that a repetition changes nothing.
    func ship(_ shipment: ChannelAction.Shipment, _ access: Access) -> Exchange<ActionOutcome> {
        let package = Self.packageNumber(shipment.reference)
        var body: JSONValue = [:]
        body.add("marketplaceId", .string(marketplace))
        body.add("packageDetail", Self.detail(shipment, package))
        let path = "/orders/v0/orders/\(URLText.encode(shipment.orderID))/shipmentConfirmation"
        return ask(
            .confirmShipment, .post, path, body: body, access,
            answer: { response throws(ChannelFailure) in
                guard let failure = AmazonAnswer.failure(response, .confirmShipment) else {
                    return .done(.done(externalID: package))
                }
                // "Failed to create package … order already fulfilled" is said of a parcel confirmed before, by us or by hand.
                guard case .refused(let why) = failure,
                    why.contains("PackageToUpdateNotFound") || why.contains("already fulfilled")
                else {
                    throw failure
                }
                return .then(
                    read(shipment.orderID, access) { order, _ throws(ChannelFailure) in
                        let parcels = order.shipments ?? []
                        if parcels.contains(where: { $0.externalID == package && !$0.isCancelled }) {
                            return .done(.alreadyDone(externalID: package))
                        }
                        guard order.cancelledAt == nil, Self.isShipped(shipment.lines, in: parcels, of: order) else {
                            throw .refused(why)
                        }
                        return .done(.alreadyDone(externalID: nil))
                    })
            })
    }

    /// Whether parcels that went out already hold every unit of these lines and nothing of them is left to ship.
    private static func isShipped(_ lines: [ChannelShipment.Line], in parcels: [ChannelShipment], of order: ChannelOrder)
        -> Bool
    {
        lines.allSatisfy { line in
            let gone = parcels.filter { !$0.isCancelled }.flatMap(\.lines).filter { $0.lineID == line.lineID }.reduce(0) {
                $0 + $1.quantity.units
            }
            guard let ordered = order.lines.first(where: { $0.externalID == line.lineID })?.quantity.units else {
                return false
            }
            return gone >= ordered
        }
    }

    private static func detail(_ shipment: ChannelAction.Shipment, _ package: String) -> JSONValue {
        let carrier = CarrierCode(shipment.tracking?.carrier ?? "")
        var detail: JSONValue = [:]
        detail.add("packageReferenceId", .string(package))
        detail.add("carrierCode", .string(carrier.code))
        if let name = carrier.name { detail.add("carrierName", .string(name)) }
        // The model requires the field; an untracked parcel leaves it empty.
        detail.add("trackingNumber", .string(shipment.tracking?.number ?? ""))
        detail.add("shipDate", .string(shipment.shippedAt.iso))
        detail.add(
            "orderItems",
            .array(
                shipment.lines.map { line in
                    var item: JSONValue = [:]
                    item.add("orderItemId", .string(line.lineID))
                    item.add("quantity", .integer(line.quantity.units))
                    return item
                }))
        return detail
    }

    /// Amazon takes positive numbers only. Any other reference becomes one, always the same (FNV-1a).
    static func packageNumber(_ reference: String) -> String {
        let digits = reference.utf8
        if !digits.isEmpty, digits.count <= 18, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let number = Int(reference), number > 0
        {
            return String(number)
        }
        let hash = digits.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        return String(hash % 999_999_999_999_999 + 1)
    }
}

/// A carrier in Amazon's spelling; those it does not know are `Other` with their name.
struct CarrierCode {
    var code: String
    var name: String?

    init(_ carrier: String) {
        let folded = String(
            decoding: carrier.asciiUppercased.utf8.filter { ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x30 && $0 <= 0x39) },
            as: UTF8.self)
        if let known = Self.known[folded] {
            code = known
        } else {
            code = "Other"
            let trimmed = carrier.trimmed
            name = trimmed.isEmpty ? "Other" : trimmed
        }
    }

    /// Common carriers by letters and digits alone. Amazon publishes its list in no file of the specifications: a carrier
    /// that is missing here goes as `Other` with its name, which Amazon takes as well.
    private static let known: [String: String] = {
        let codes = [
            "Royal Mail", "Parcelforce", "DPD", "DPD Local", "Evri", "Hermes", "Yodel", "DHL", "DHL eCommerce", "UPS",
            "FedEx", "USPS",
            "TNT", "GLS",
            "Deutsche Post", "La Poste", "Colissimo", "Chronopost", "Colis Prive", "Mondial Relay", "Correos", "SEUR",
            "MRW", "Nacex",
            "BRT", "SDA",
            "Poste Italiane", "PostNL", "bpost", "An Post", "Canada Post", "Purolator", "OnTrac", "LaserShip", "Whistl",
            "Tuffnells",
            "Arrow XL",
            "Amazon Shipping", "InPost", "PostNord", "Swiss Post",
        ]
        var all: [String: String] = [:]
        for code in codes {
            all[String(decoding: code.asciiUppercased.utf8.filter { $0 != 0x20 }, as: UTF8.self)] = code
        }
        all["DHLEXPRESS"] = "DHL"
        all["FEDERALEXPRESS"] = "FedEx"
        all["UNITEDPARCELSERVICE"] = "UPS"
        all["MYHERMES"] = "Hermes"
        return all
    }()
}
