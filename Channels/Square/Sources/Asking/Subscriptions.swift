// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
import Vocabulary

extension SquareConnector {
    /// What the hub listens to.
    package static let topics = [
        "inventory.count.updated", "oauth.authorization.revoked", "order.created", "order.fulfillment.updated", "order.updated", "refund.created",
        "refund.updated",
    ]

    /// Finds the subscription of this address, creates or mends it, and sees that its signature key is the one in the settings: Square
    /// makes the key and tells it to whoever asks, so the merchant has to bring it here once.
    public func subscribe(to address: String, _ access: Access) -> Exchange<Void>? {
        find(address, cursor: nil, access)
    }

    private func find(_ address: String, cursor: String?, _ access: Access) -> Exchange<Void> {
        let query = URLText.query([("include_disabled", "true"), ("limit", "100")] + (cursor.map { [("cursor", $0)] } ?? []))
        return call(.get, "/v2/webhooks/subscriptions?\(query)") { answer throws(ChannelFailure) in
            if let mine = Fields.list(answer["subscriptions"]).first(where: { $0["notification_url"]?.string == address }) {
                guard let id = Fields.optionalText(mine["id"]) else { throw .unreadable(.missing(field: "subscription.id")) }
                let heard = Set(Fields.list(mine["event_types"]).compactMap(\.string))
                guard mine["enabled"]?.bool == true, heard.isSuperset(of: Self.topics) else { return .then(self.mend(id, heard)) }
                return .then(self.look(id))
            }
            if let next = Fields.optionalText(answer["cursor"]) { return .then(self.find(address, cursor: next, access)) }
            return .then(self.create(address, access))
        }
    }

    private func create(_ address: String, _ access: Access) -> Exchange<Void> {
        let subscription: JSONValue = [
            "name": "Tributary", "enabled": true, "event_types": .array(Self.topics.map(JSONValue.string)), "notification_url": .string(address),
            "api_version": .string(Self.profile.apiVersion),
        ]
        // One that was deleted by hand an hour ago is to be made again, not remembered.
        let key = Self.shortKey(address, location, String(access.now.seconds / 3600))
        return call(.post, "/v2/webhooks/subscriptions", ["idempotency_key": .string(key), "subscription": subscription]) {
            answer throws(ChannelFailure) in try self.check(answer["subscription"])
        }
    }

    private func mend(_ id: String, _ heard: Set<String>) -> Exchange<Void> {
        let all = heard.union(Self.topics).sorted().map(JSONValue.string)
        return call(
            .put, "/v2/webhooks/subscriptions/\(URLText.encode(id))", ["subscription": ["enabled": true, "event_types": .array(all)]]
        ) { _ in .then(self.look(id)) }
    }

    private func look(_ id: String) -> Exchange<Void> {
        call(.get, "/v2/webhooks/subscriptions/\(URLText.encode(id))") { answer throws(ChannelFailure) in try self.check(answer["subscription"]) }
    }

    private func check(_ subscription: JSON?) throws(ChannelFailure) -> Reply<Void> {
        guard let key = Fields.optionalText(subscription?["signature_key"]) else { return .done(()) }
        guard let signatureKey else {
            throw .forbidden("Square sends, but its messages cannot be trusted yet: copy the subscription's signature key into the settings")
        }
        guard Signature.equal(Array(key.utf8), Array(signatureKey.utf8)) else {
            throw .forbidden("the signature key in the settings is not that of the subscription: copy it again")
        }
        return .done(())
    }
}
