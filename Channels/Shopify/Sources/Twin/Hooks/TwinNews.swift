// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// What a change in the shop is told as.
enum TwinNews: Sendable {
    /// The order under each of these topics.
    case orders(Int, [String])
    case refund(Int, Int)
    case fulfillment(Int, Int)
    case level(Int)
    case product(Int)
}

extension TwinShop {
    /// The secret of the app that the twin's messages are signed with.
    static let webhookSecret = "shpss_twin_5f2c9d1e7a8b4c3d"

    mutating func announce(_ news: TwinNews..., at now: Instant) { announce(news, at: now) }

    /// Writes the messages of one change. They share an event id; each has a webhook id of its own. The body is written
    /// at once, because a repetition days later still says what was true now, and only when somebody listens.
    mutating func announce(_ news: [TwinNews], at now: Instant) {
        guard !hooks.subscriptions.isEmpty else { return }
        let event = uuid()
        for one in news {
            switch one {
            case .orders(let order, let topics):
                let heard = topics.filter { hooks.listens(to: Self.constant($0)) }
                guard !heard.isEmpty else { continue }
                let body = orderBody(order).bytes
                for topic in heard { send(topic, body, event, at: now) }
            case .refund(let order, let refund):
                tell("refunds/create", event, at: now) { $0.refundBody(order, refund) }
            case .fulfillment(let order, let fulfillment):
                tell("fulfillments/create", event, at: now) { $0.fulfillmentBody(order, fulfillment) }
            case .level(let article):
                tell("inventory_levels/update", event, at: now) { $0.levelBody(article) }
            case .product(let product):
                tell("products/update", event, at: now) { $0.productBody(product) }
            }
        }
    }

    private mutating func tell(_ topic: String, _ event: String, at now: Instant, _ body: (TwinShop) -> JSONValue) {
        guard hooks.listens(to: Self.constant(topic)) else { return }
        send(topic, body(self).bytes, event, at: now)
    }

    private mutating func send(_ topic: String, _ body: [UInt8], _ event: String, at now: Instant) {
        let signature = ByteText.base64(Signature.hmacSHA256(body, key: Array(Self.webhookSecret.utf8)))
        let constant = Self.constant(topic)
        for subscription in hooks.subscriptions where subscription.topic == constant {
            let headers: HTTPHeaders = [
                "Content-Type": "application/json", "User-Agent": "Shopify-Captain-Hook",
                "X-Shopify-API-Version": "2026-07",
                "X-Shopify-Event-Id": event, "X-Shopify-Hmac-SHA256": signature, "X-Shopify-Shop-Domain": domain,
                "X-Shopify-Topic": topic, "X-Shopify-Triggered-At": now.iso, "X-Shopify-Webhook-Id": uuid(),
            ]
            hooks.send(HTTPRequest(.post, subscription.uri, headers: headers, body: body), to: subscription.id, at: now)
        }
    }

    /// `orders/create` is `ORDERS_CREATE` in the API.
    static func constant(_ topic: String) -> String {
        String(decoding: topic.asciiUppercased.utf8.map { $0 == 0x2F ? 0x5F : $0 }, as: UTF8.self)
    }
}
