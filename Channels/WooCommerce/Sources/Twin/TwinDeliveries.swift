// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Vocabulary

extension WooCommerceTwin {
    /// Something happened that webhooks may be told of, when the queue next runs.
    mutating func fire(_ topic: String, _ resource: Int, at now: Instant) {
        hooks.add(topic: topic, resource: resource, due: now + queueDelay)
    }

    /// Deliveries that are due, each built now from what stands there now: an order created as pending may say processing (w0015).
    public mutating func departures(at now: Instant) -> [TwinWebhook] {
        lapseHolds(at: now)
        var out: [TwinWebhook] = []
        while let job = hooks.take(at: now) {
            guard let hook = hooks.all[job.hook], hook.status == "active" else { continue }
            if refusesPrivateTargets, Self.isPrivate(hook.target) { continue }
            guard let resource = job.resource else {
                let headers: HTTPHeaders = [
                    "User-Agent": Self.agent, "Accept": "*/*", "Content-Type": "application/x-www-form-urlencoded",
                ]
                let request = HTTPRequest(
                    .post, hook.target, headers: headers, body: Array("webhook_id=\(hook.id)".utf8))
                out.append(TwinWebhook(number: hooks.send(job), request: request))
                continue
            }
            guard let body = payload(hook.topic, resource)?.bytes else { continue }
            out.append(TwinWebhook(number: hooks.send(job), request: delivery(hook, body, at: now)))
        }
        return out
    }

    private static let agent = "WooCommerce/11.0.1 Hookshot (WordPress/7.1)"

    private func payload(_ topic: String, _ resource: Int) -> JSONValue? {
        if topic.hasSuffix(".deleted") { return ["id": .integer(resource)] }
        if topic.hasPrefix("action.") {
            return ["action": .string(String(topic.dropFirst(7))), "arg": .integer(resource)]
        }
        if topic.hasPrefix("order.") { return book.byID[resource].map { orderJSON(book[$0]) } }
        return stock.byID[resource].map { productJSON($0, isEdit: false) }
    }

    private func delivery(_ hook: TwinHook, _ body: [UInt8], at now: Instant) -> HTTPRequest {
        let parts = hook.topic.split(separator: ".", maxSplits: 1).map { String($0) }
        let key = Array(EntityText.decoded(hook.secret).utf8)
        // Made of hook and second, so that all of one hook in one second share it (w0015, w0021, w0027).
        let deliveryID = ByteText.hex(Signature.sha256(Array("\(hook.id) \(now.seconds)".utf8)).prefix(16))
        let headers: HTTPHeaders = [
            "User-Agent": Self.agent, "Accept": "*/*", "Content-Type": "application/json",
            "X-WC-Webhook-Source": home + "/",
            "X-WC-Webhook-Topic": hook.topic, "X-WC-Webhook-Resource": parts.first ?? "",
            "X-WC-Webhook-Event": parts.last ?? "",
            "X-WC-Webhook-Signature": ByteText.base64(Signature.hmacSHA256(body, key: key)),
            "X-WC-Webhook-ID": String(hook.id),
            "X-WC-Webhook-Delivery-ID": deliveryID,
        ]
        return HTTPRequest(.post, hook.target, headers: headers, body: body)
    }

    private static func isPrivate(_ target: String) -> Bool {
        let rest = target.split(separator: "/").dropFirst().first.map { String($0) } ?? ""
        let host = rest.prefix { $0 != ":" }
        return host == "localhost" || ["127.", "10.", "192.168.", "172.16."].contains { host.hasPrefix($0) }
    }

    /// 200 to 302 is delivered; a failed event is never sent again, is followed by a ping, and the seventh in a row switches the
    /// webhook off (recordings 361 to 369). Pings do not count.
    public mutating func delivered(_ webhook: TwinWebhook, status: Int?, at now: Instant) {
        guard let job = hooks.arrived(webhook.number), job.resource != nil, var hook = hooks.all[job.hook] else {
            return
        }
        if let status, (200...302).contains(status) {
            hook.failures = 0
        } else {
            hook.failures += 1
            hook.modified = now
            if hook.failures >= TwinHook.failuresMax { hook.status = "disabled" } else { hooks.ping(hook.id, at: now) }
        }
        hooks.all[hook.id] = hook
    }
}
