// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension TwinHooks {
    /// Lists tell no keys; who asks for one subscription is told its own.
    func list(_ request: HTTPRequest) -> JSONValue {
        let withDisabled = request.query("include_disabled") == "true"
        let found = subscriptions.filter { $0.isEnabled || withDisabled }
        return found.isEmpty ? [:] : ["subscriptions": .array(found.map { json($0, withKey: false) })]
    }

    func retrieve(_ id: String) throws(TwinError) -> JSONValue {
        guard let found = subscriptions.first(where: { $0.id == id }) else { throw .notFound("Could not find subscription.") }
        return ["subscription": json(found, withKey: true)]
    }

    mutating func create(_ body: JSON, at now: Instant) throws(TwinError) -> JSONValue {
        guard let wanted = body["subscription"] else { throw .missing("subscription") }
        guard let url = wanted["notification_url"]?.string, url.hasPrefix("http") else { throw .missing("subscription.notification_url") }
        made += 1
        let new = Subscription(
            id: "wbhk_twin\(made)", name: wanted["name"]?.string ?? "", isEnabled: wanted["enabled"]?.bool ?? true,
            events: try events(wanted["event_types"]), url: url, createdAt: now, updatedAt: now)
        subscriptions.append(new)
        return ["subscription": json(new, withKey: true)]
    }

    mutating func update(_ id: String, _ body: JSON?, at now: Instant) throws(TwinError) -> JSONValue {
        guard let position = subscriptions.firstIndex(where: { $0.id == id }) else { throw .notFound("Could not find subscription.") }
        guard let wanted = body?["subscription"] else { throw .missing("subscription") }
        if wanted["event_types"] != nil { subscriptions[position].events = try events(wanted["event_types"]) }
        if let enabled = wanted["enabled"]?.bool { subscriptions[position].isEnabled = enabled }
        subscriptions[position].updatedAt = now
        return ["subscription": json(subscriptions[position], withKey: false)]
    }

    private func events(_ json: JSON?) throws(TwinError) -> [String] {
        let events = Fields.list(json).compactMap(\.string)
        guard !events.isEmpty else { throw .missing("subscription.event_types") }
        if let odd = events.first(where: { !Self.eventTypes.contains($0) }) {
            throw .invalid("INVALID_VALUE", "\(odd.prefix(60)) is no event type.", field: "subscription.event_types")
        }
        return events
    }

    private func json(_ subscription: Subscription, withKey: Bool) -> JSONValue {
        var json: JSONValue = [
            "id": .string(subscription.id), "name": .string(subscription.name), "enabled": .bool(subscription.isEnabled),
            "event_types": .array(subscription.events.map(JSONValue.string)), "notification_url": .string(subscription.url),
            "api_version": "2025-08-20", "created_at": .string(subscription.createdAt.iso), "updated_at": .string(subscription.updatedAt.iso),
        ]
        if withKey { json.add("signature_key", .string(Self.signatureKey)) }
        return json
    }
}
