// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
internal import JSONText
internal import Vocabulary

extension AmazonConnector {
    /// Up to this many quantities go one by one, at five a second; more go as a feed, of which Amazon takes one every two minutes.
    static let patchesMax = 20

    /// Sets the merchant's own (`DEFAULT`) quantities; what Amazon keeps in its warehouses is never touched. Amazon has
    /// neither compare-and-set nor keys: a lost answer is settled by reading back.
    public func publish(_ pushes: [QuantityPush], idempotencyKey: String, _ access: Access) -> Exchange<[QuantityOutcome]> {
        pushes.count > Self.patchesMax ? quantityFeed(pushes, access) : patch(pushes[...], access)
    }

    private func patch(_ pushes: ArraySlice<QuantityPush>, _ access: Access) -> Exchange<[QuantityOutcome]> {
        guard let push = pushes.first else {
            // Nothing to set: an exchange has to ask something.
            return quantities(of: [], access).map { _ throws(ChannelFailure) in [] }
        }
        let rest = pushes.dropFirst()
        var body: JSONValue = [:]
        body.add("productType", .string(Self.productType))
        body.add("patches", .array([Self.quantityPatch(push.quantity)]))
        let path = itemPath(push.key.stock)
        return ask(
            .patchListingsItem, .patch, path, query: [("marketplaceIds", marketplace)], body: body, isRepeatable: false,
            access,
            answer: { response throws(ChannelFailure) in
                let outcome = QuantityOutcome(key: push.key, quantity: push.quantity, result: try Self.result(of: response))
                return rest.isEmpty ? .done([outcome]) : .page([outcome], next: patch(rest, access))
            })
    }

    /// One offer that Amazon will not change is that offer's outcome and does not stop the others.
    private static func result(of response: HTTPResponse) throws(ChannelFailure) -> QuantityOutcome.Result {
        do throws(ChannelFailure) {
            let root = try AmazonAnswer.json(response, .patchListingsItem)
            switch root["status"]?.string {
            case "ACCEPTED", "VALID": return .acknowledged
            case "INVALID": return .refused(issues(root))
            default: throw .unreadable(.missing(field: "status"))
            }
        } catch {
            switch error {
            case .refused(let why), .notFound(let why): return .refused(why)
            default: throw error
            }
        }
    }

    private static func issues(_ root: JSON) -> String {
        let list = root["issues"].map { Array($0.elements) } ?? []
        let errors = list.filter { $0["severity"]?.string == "ERROR" }
        let texts = (errors.isEmpty ? list : errors).compactMap { $0["message"]?.string }
        return texts.isEmpty ? "INVALID" : texts.prefix(3).joined(separator: "; ")
    }

    /// The generic product type: a change of an offer's quantity needs no attribute of a particular one.
    static let productType = "PRODUCT"

    /// `merge` leaves the handling time, the restock date and the entry of Amazon's own warehouses as they are;
    /// `replace` would wipe them out.
    static func quantityPatch(_ quantity: Quantity) -> JSONValue {
        var value: JSONValue = [:]
        value.add("fulfillment_channel_code", "DEFAULT")
        value.add("quantity", .integer(quantity.units))
        var patch: JSONValue = [:]
        patch.add("op", "merge")
        patch.add("path", "/attributes/fulfillment_availability")
        patch.add("value", .array([value]))
        return patch
    }
}
