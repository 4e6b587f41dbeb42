// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Vocabulary

extension SquareConnector {
    /// Checks `x-square-hmacsha256-signature`: base64 of the HMAC-SHA256, with the subscription's key, over the address that Square was
    /// given and the raw body. The delivery's key is the event's id, which a repetition shares, with its type.
    public func receive(_ request: HTTPRequest, at now: Instant) throws(WebhookRefusal) -> WebhookDelivery {
        guard let signatureKey, let signature = request.headers["x-square-hmacsha256-signature"],
            let claimed = ByteText.bytes(base64: signature.trimmed),
            Signature.equal(claimed, Signature.hmacSHA256(Array(request.url.utf8) + request.body, key: Array(signatureKey.utf8)))
        else { throw .badSignature }
        // Square signs it, so what is missing is missing in what Square wrote.
        guard let json = try? JSON.parse(request.body), let event = Fields.optionalText(json["event_id"]) else { throw .missingHeader("event_id") }
        guard let type = Fields.optionalText(json["type"]) else { throw .missingHeader("type") }
        return WebhookDelivery(key: "\(event):\(type)", topic: type)
    }

    /// What a message says. Those of orders and refunds carry ids only: the order is read.
    public func facts(topic: String, body: [UInt8]) throws(Unreadable) -> [ChannelFact] {
        let json: JSON
        do throws(JSONError) { json = try JSON.parse(body) } catch {
            throw error.reason == .tooLarge ? .tooLarge(bytes: body.count) : .malformed(error.description)
        }
        let object = json["data"]?["object"]
        switch topic {
        case "order.created": return try changed(object?["order_created"], "order_created")
        case "order.updated": return try changed(object?["order_updated"], "order_updated")
        case "order.fulfillment.updated": return try changed(object?["order_fulfillment_updated"], "order_fulfillment_updated")
        case "refund.created", "refund.updated":
            // Money given to somebody without a sale has no order.
            return object?["refund"]?["order_id"] == nil ? [] : try changed(object?["refund"], "refund")
        case "inventory.count.updated":
            guard let counts = object?["inventory_counts"] else { throw .missing(field: "inventory_counts") }
            return try StockCount.list(counts, at: location).map { .quantity(stock: $0.variation, quantity: $0.quantity, at: $0.at) }
        case "oauth.authorization.revoked": return [.disconnected]
        default: return []
        }
    }

    private func changed(_ what: JSON?, _ field: String) throws(Unreadable) -> [ChannelFact] {
        guard let what, what.kind == .object else { throw .missing(field: field) }
        if let place = what["location_id"]?.string, place != location { return [] }
        return [.orderChanged(orderID: try Fields.text(what["order_id"], "\(field).order_id"))]
    }
}
