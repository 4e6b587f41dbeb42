// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension WooCommerceTwin {
    mutating func hookReply(_ path: [String], _ call: TwinCall, at now: Instant) throws(TwinError) -> TwinReply {
        if path.count == 1 {
            if call.isReading { return try listHooks(call) }
            guard call.method == .post else { throw .noRoute }
            return try createHook(try call.body(), at: now)
        }
        guard path.count == 2, let id = Int(path[1]) else { throw .noRoute }
        guard let hook = hooks.all[id] else { throw .noHook }
        switch call.method {
        case .get, .head: break
        case .put, .post, .patch: try changeHook(hook, try call.body(), at: now)
        case .delete:
            guard call.flag("force") else {
                throw TwinError(
                    status: 501, code: "woocommerce_rest_trash_not_supported",
                    message: "Webhooks do not support trashing.")
            }
            hooks.all[id] = nil
        }
        return TwinReply(200, hookJSON(hooks.all[id] ?? hook))
    }

    private func listHooks(_ call: TwinCall) throws(TwinError) -> TwinReply {
        let list = try TwinListing(call, minutesEast: minutesEast, orderBy: ["date", "id", "title"])
        let status = call.query("status") ?? "all"
        var found = hooks.all.values.filter { status == "all" || $0.status == status }.sorted { $0.id < $1.id }
        if !list.isAscending { found.reverse() }
        return TwinReply(
            200, .array(found[list.range(of: found.count)].map { hookJSON($0) }),
            headers: list.headers(call, total: found.count))
    }

    private static let events: Set<String> = ["created", "updated", "deleted", "restored"]

    private mutating func createHook(_ body: JSON, at now: Instant) throws(TwinError) -> TwinReply {
        guard let topic = body["topic"]?.string, let target = body["delivery_url"]?.string else {
            throw .missing(body["topic"] == nil ? "topic" : "delivery_url")
        }
        try check(topic: topic)
        try check(target: target)
        let secret = body["secret"]?.string ?? ""
        let hook = TwinHook(
            id: hooks.nextID(), name: body["name"]?.string ?? "Webhook", status: body["status"]?.string ?? "active",
            topic: topic, target: target,
            secret: secret.isEmpty ? hooks.invented() : secret, created: now)
        hooks.all[hook.id] = hook
        hooks.ping(hook.id, at: now)
        return TwinReply(201, hookJSON(hook), headers: [("Location", home + "/wp-json/wc/v3/webhooks/\(hook.id)")])
    }

    private func check(topic: String) throws(TwinError) {
        let parts = topic.split(separator: ".", maxSplits: 1)
        let isResource =
            parts.count == 2 && ["order", "product", "customer", "coupon"].contains(parts[0])
            && Self.events.contains(String(parts[1]))
        guard isResource || parts.count == 2 && parts[0] == "action" else {
            throw TwinError(
                status: 400, code: "woocommerce_rest_shop_webhook_invalid_topic",
                message: "Webhook topic is required and must be valid.")
        }
    }

    private func check(target: String) throws(TwinError) {
        guard target.hasPrefix("http://") || target.hasPrefix("https://") else {
            throw TwinError(
                status: 400, code: "woocommerce_rest_shop_webhook_invalid_delivery_url",
                message: "Webhook delivery URL must be a valid URL starting with http:// or https://.")
        }
    }

    /// Back to active it pings, and keeps its count of failures (recordings 303, 359 to 361).
    private mutating func changeHook(_ old: TwinHook, _ body: JSON, at now: Instant) throws(TwinError) {
        var hook = old
        if let status = body["status"]?.string {
            guard ["active", "paused", "disabled"].contains(status) else {
                throw .invalid([
                    .init(
                        name: "status", code: "rest_not_in_enum",
                        message: "status is not one of active, paused, and disabled.")
                ])
            }
            hook.status = status
        }
        if let target = body["delivery_url"]?.string {
            try check(target: target)
            hook.target = target
        }
        if let topic = body["topic"]?.string {
            try check(topic: topic)
            hook.topic = topic
        }
        if let secret = body["secret"]?.string { hook.secret = secret }
        if let name = body["name"]?.string { hook.name = name }
        hook.modified = now
        hooks.all[hook.id] = hook
        if hook.status == "active" { hooks.ping(hook.id, at: now) }
    }

    private func hookJSON(_ hook: TwinHook) -> JSONValue {
        let parts = hook.topic.split(separator: ".", maxSplits: 1).map { String($0) }
        let event = parts.last ?? ""
        var json: JSONValue = [
            "id": .integer(hook.id), "name": .string(hook.name), "status": .string(hook.status),
            "topic": .string(hook.topic),
        ]
        json.add("resource", .string(parts.first ?? ""))
        json.add("event", .string(event))
        json.add(
            "hooks", .array([.string(parts.first == "action" ? event : "woocommerce_\(event)_\(parts.first ?? "")")]))
        json.add("delivery_url", .string(hook.target))
        json.add("date_created", local(hook.created))
        json.add("date_created_gmt", gmt(hook.created))
        json.add("date_modified", local(hook.modified))
        json.add("date_modified_gmt", gmt(hook.modified))
        json.add("_links", links("webhooks/\(hook.id)", in: "webhooks"))
        return json
    }
}
