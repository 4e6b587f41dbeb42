// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// Webhook subscriptions and the messages on their way to them.
struct TwinHooks: Sendable {
    struct Subscription: Sendable {
        var id: String
        var name: String
        var isEnabled: Bool
        var events: [String]
        var url: String
        var createdAt: Instant
        var updatedAt: Instant
    }
    private struct Delivery: Sendable {
        var webhook: TwinWebhook
        var dueAt: Instant
        var firstTry: Instant
        var failures: Int
    }

    /// Square makes a key for each subscription; here all have the same, so that the settings can name it beforehand.
    static let signatureKey = "twinSignatureKey5f2c9d"
    static let eventTypes: Set = [
        "catalog.version.updated", "inventory.count.updated", "oauth.authorization.revoked", "order.created", "order.fulfillment.updated",
        "order.updated", "payment.created", "payment.updated", "refund.created", "refund.updated",
    ]

    var subscriptions: [Subscription] = []
    var made = 0
    /// Waiting for their first or their next try, in the order they are due.
    private var waiting: [Delivery] = []
    private var underway: [Int: Delivery] = [:]
    private var numbered = 0

    /// One minute, doubling to about an hour, then every hour until three days are over.
    static func pause(after failures: Int) -> Span { failures < 6 ? .minutes(Int64(1 << failures)) : .hours(1) }
    static let patience = Span.hours(72)

    func listens(to type: String) -> Bool { subscriptions.contains { $0.isEnabled && $0.events.contains(type) } }

    /// Puts a message on its way to everybody who listens, signed for the address it goes to.
    mutating func send(_ type: String, _ body: [UInt8], at now: Instant) {
        for subscription in subscriptions where subscription.isEnabled && subscription.events.contains(type) {
            let signed = Signature.hmacSHA256(Array(subscription.url.utf8) + body, key: Array(Self.signatureKey.utf8))
            let headers: HTTPHeaders = [
                "Content-Type": "application/json", "User-Agent": "Square Connect v2", "square-environment": "Production",
                "square-initial-delivery-timestamp": now.iso, "x-square-hmacsha256-signature": ByteText.base64(signed),
            ]
            numbered += 1
            let webhook = TwinWebhook(number: numbered, request: HTTPRequest(.post, subscription.url, headers: headers, body: body))
            wait(Delivery(webhook: webhook, dueAt: now, firstTry: now, failures: 0))
        }
    }

    private mutating func wait(_ delivery: Delivery) {
        // Most are due last: the place is looked for from the end.
        var place = waiting.count
        while place > 0, waiting[place - 1].dueAt > delivery.dueAt { place -= 1 }
        waiting.insert(delivery, at: place)
    }

    mutating func departures(at now: Instant) -> [TwinWebhook] {
        let due = waiting.prefix { $0.dueAt <= now }
        guard !due.isEmpty else { return [] }
        for delivery in due { underway[delivery.webhook.number] = delivery }
        let webhooks = due.map(\.webhook)
        waiting.removeFirst(due.count)
        return webhooks
    }

    mutating func delivered(_ webhook: TwinWebhook, status: Int?, at now: Instant) {
        guard var delivery = underway.removeValue(forKey: webhook.number) else { return }
        if let status, (200..<300).contains(status) { return }
        delivery.dueAt = now + Self.pause(after: delivery.failures)
        guard delivery.dueAt - delivery.firstTry <= Self.patience else { return }
        delivery.failures += 1
        delivery.webhook.request.headers["square-retry-number"] = String(delivery.failures)
        delivery.webhook.request.headers["square-retry-reason"] = status == nil ? "http_timeout" : "http_error"
        wait(delivery)
    }
}
