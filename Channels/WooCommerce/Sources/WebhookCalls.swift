// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Vocabulary

extension WooCommerceConnector {
    /// What the hub listens to.
    static let topics = [
        "order.created", "order.updated", "order.deleted", "order.restored", "product.created", "product.updated", "product.deleted",
    ]

    /// Creates the webhooks that are missing and wakes those that WooCommerce has switched off after failed deliveries.
    ///
    /// A webhook that a person has paused is left alone. Waking does not clear WooCommerce's count of failures (recordings 359
    /// to 361), so the engine does well to look again soon.
    public func subscribe(to address: String, _ access: Access) -> Exchange<Void>? {
        hooks(Paging(), [], address, access)
    }

    private func hooks(_ paging: Paging, _ found: [JSON], _ address: String, _ access: Access) -> Exchange<Void> {
        shop.list("webhooks", paging, query: [("orderby", "id"), ("order", "asc")], access) {
            rows, next throws(ChannelFailure) in
            let all = found + rows.filter { $0["delivery_url"]?.string == address }
            if let next { return .then(hooks(next, all, address, access)) }
            return then(mending(all, address)[...], access)
        }
    }

    private struct Mend: Sendable {
        var method: HTTPRequest.Method
        var path: String
        var body: JSONValue
    }

    private func mending(_ ours: [JSON], _ address: String) -> [Mend] {
        var steps: [Mend] = []
        for topic in Self.topics where hearsStock || topic != "product.updated" {
            let same = ours.filter { $0["topic"]?.string == topic }
            if same.isEmpty {
                let body: JSONValue = [
                    "name": .string("Tributary \(topic)"), "topic": .string(topic), "delivery_url": .string(address),
                    "secret": .string(webhookSecret),
                    "status": "active",
                ]
                steps.append(Mend(method: .post, path: "webhooks", body: body))
            } else if !same.contains(where: { $0["status"]?.string == "active" }),
                let asleep = same.first(where: { $0["status"]?.string == "disabled" })?["id"]?.text
            {
                steps.append(
                    Mend(
                        method: .put, path: "webhooks/\(URLText.encode(asleep))",
                        body: ["status": "active", "secret": .string(webhookSecret)]))
            }
        }
        return steps
    }

    private func then(_ steps: ArraySlice<Mend>, _ access: Access) -> Reply<Void> {
        guard let step = steps.first else { return .done(()) }
        let rest = steps.dropFirst()
        return .then(
            shop.send(step.method, step.path, step.body, access) { _ throws(ChannelFailure) in then(rest, access) })
    }

    /// Checks the signature over the raw body. The key is made of topic, id and body: WooCommerce's own delivery id is the same
    /// for all deliveries of one hook in one second (recordings w0015, w0021, w0027) and would swallow orders.
    public func receive(_ request: HTTPRequest, at now: Instant) throws(WebhookRefusal) -> WebhookDelivery {
        guard let signature = request.headers["X-WC-Webhook-Signature"] else {
            guard let number = Self.pingNumber(request) else { throw .badSignature }
            return WebhookDelivery(key: "ping:\(number)", topic: "ping", isEmpty: true)
        }
        let expected = Signature.hmacSHA256(request.body, key: signingKey)
        guard let given = ByteText.bytes(base64: signature.trimmed), Signature.equal(given, expected) else {
            throw .badSignature
        }
        guard let topic = request.headers["X-WC-Webhook-Topic"], !topic.isEmpty else {
            throw .missingHeader("X-WC-Webhook-Topic")
        }
        let id = (try? JSON.parse(request.body))?["id"]?.text ?? ""
        return WebhookDelivery(key: "\(topic):\(id):\(ByteText.hex(Signature.sha256(request.body)))", topic: topic)
    }

    /// The number in `webhook_id=7`, which is all that a ping says (recording w0001); it is never signed.
    private static func pingNumber(_ request: HTTPRequest) -> String? {
        let prefix = Array("webhook_id=".utf8)
        guard request.body.count > prefix.count, request.body.count <= prefix.count + 20,
            request.body.starts(with: prefix)
        else { return nil }
        let digits = request.body.dropFirst(prefix.count)
        return digits.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? String(decoding: digits, as: UTF8.self) : nil
    }

    /// What a message says. Refunds are only named in it, so an order that has some is to be read again.
    public func facts(topic: String, body: [UInt8]) throws(Unreadable) -> [ChannelFact] {
        let json: JSON
        do throws(JSONError) { json = try JSON.parse(body) } catch {
            throw error.reason == .tooLarge ? .tooLarge(bytes: body.count) : .malformed(error.description)
        }
        let parts = topic.split(separator: ".", maxSplits: 1)
        guard parts.count == 2 else { throw .malformed("topic \(topic)") }
        switch parts[0] {
        case "order": return try orderFacts(String(parts[1]), json)
        case "product": return try productFacts(String(parts[1]), json)
        // `{"action", "arg"}`: for order actions the argument is the order's id (recording w0145).
        case "action":
            guard parts[1].hasPrefix("woocommerce_order_"), let id = json.reference("arg") else { return [] }
            return [.orderChanged(orderID: id)]
        default: return []
        }
    }

    private func orderFacts(_ event: String, _ json: JSON) throws(Unreadable) -> [ChannelFact] {
        let id = try json.identifier("id")
        if event == "deleted" { return [.orderDeleted(orderID: id)] }
        if event == "restored", json["status"] == nil { return [.orderChanged(orderID: id)] }
        let order = try OrderReading(json)
        if order.status == "trash" { return [.orderDeleted(orderID: id)] }
        let snapshot = ChannelFact.order(try order.order())
        return order.refundCount == 0 ? [snapshot] : [snapshot, .orderChanged(orderID: id)]
    }

    /// A product's message does not name the shop's currency, so the listing has no price.
    private func productFacts(_ event: String, _ json: JSON) throws(Unreadable) -> [ChannelFact] {
        let id = try json.identifier("id")
        if event == "deleted" { return [.listingDeleted(variant: id)] }
        guard let listing = try ListingReading.listing(json, currency: nil) else { return [] }
        guard let quantity = listing.quantity, let at = listing.changedAt else { return [.listing(listing)] }
        return [.listing(listing), .quantity(stock: listing.key.stock, quantity: quantity, at: at)]
    }
}
