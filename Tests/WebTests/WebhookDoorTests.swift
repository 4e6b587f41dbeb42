// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import NIOCore
import SQLiteStorage
import Storage
import Testing
import Vocabulary
import Webhooks

/// A channel that signs the address it sends to, as Square does: it takes what was sent to the one address it was given.
private struct AddressedChannel: QuietChannel {
    static let profile = describe("addressed", "Addressed", [])
    func receive(_ request: ChannelKit.HTTPRequest, at now: Instant) throws(WebhookRefusal) -> WebhookDelivery {
        guard request.url.hasPrefix("https://hub.example/hooks/"), request.headers["x-told"] == "yes" else { throw .badSignature }
        return WebhookDelivery(key: request.url, topic: request.path)
    }
}

@Suite struct WebhookDoorTests {
    @Test func `a message is handed over with the address that the channel was given, whatever a proxy made of it`() async throws {
        let house = try await TestHouse(withOwner: false)
        let account = try await house.store.write { transaction in
            try ChannelAccountTable.add(
                channel: "addressed", name: "Addressed", settings: ChannelSettings([:]), createsProducts: false, at: TestHouse.start, in: transaction)
        }
        let router = Router()
        let receiver = WebhookReceiver(hub: house.hub, connectors: Connectors([AddressedChannel.self]))
        WebhookRoutes(receiver, publicAddress: "https://hub.example").addRoutes(to: router)
        try await Application(router: router).test(.router) { client in
            let told = try #require(HTTPField.Name("x-told"))
            func status(_ path: String) async throws -> Int {
                try await client.execute(uri: path, method: .post, headers: [told: "yes"], body: ByteBuffer(string: "{}")).status
                    .code
            }
            #expect(try await status("/hooks/\(account.number)") == 200)
            #expect(try await status("/hooks/\(account.number)?turn=2") == 200)
            #expect(try await status("/hooks/4711") == 404)
        }
        let kept = try await house.store.read { try $0.all("SELECT key, topic FROM inbox ORDER BY number") { [$0.text(0), $0.text(1)] } }
        let address = "https://hub.example/hooks/\(account.number)"
        #expect(kept == [[address, "/hooks/\(account.number)"], ["\(address)?turn=2", "/hooks/\(account.number)"]])
    }
}
