// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import ChannelSync
import Clocks
import Vocabulary

/// What travels between the shops and the hub.
extension ShopStreet {
    /// Delivers what the shops send now, each message so many times.
    func deliverWebhooks(copies: Int = 1) async throws {
        for twin in twins {
            for webhook in await twin.departures(at: clock.now()) {
                var status = 0
                for _ in 0..<copies { status = try await receive(webhook) }
                await twin.delivered(webhook, status: status, at: clock.now())
            }
        }
    }

    /// The shops' webhooks are lost on their way.
    func loseWebhooks() async {
        for twin in twins { for webhook in await twin.departures(at: clock.now()) { await twin.delivered(webhook, status: 200, at: clock.now()) } }
    }

    /// What the shop sends within the time, taken off the wire and told as delivered; nothing reaches the hub.
    func intercept(_ shop: Int, within span: Span = .seconds(3)) async -> [HTTPRequest] {
        var caught: [HTTPRequest] = []
        let end = clock.now() + span
        while clock.now() < end {
            for webhook in await twins[shop].departures(at: clock.now()) {
                caught.append(webhook.request)
                await twins[shop].delivered(webhook, status: 200, at: clock.now())
            }
            await step(.milliseconds(200))
        }
        return caught
    }

    /// Hands a message to the hub's door and tells the status.
    func receive(_ webhook: TwinWebhook) async throws -> Int { try await receive(webhook.request) }

    func receive(_ request: HTTPRequest) async throws -> Int {
        let account = ID<Vocabulary.AccountKind>(text: request.path.split(separator: "/").last ?? "")
        return try await receiver.receive(request, for: account!).rawValue
    }

    /// The message with another body, signed the shop's own way as a new message.
    func signed(_ request: HTTPRequest, body: [UInt8], shop: Int) async -> HTTPRequest {
        var request = request
        request.body = body
        let secret = await twins[shop].settings["webhookSecret"] ?? ""
        switch shop {
        case 0:
            request.headers["X-Shopify-Hmac-SHA256"] = ByteText.base64(Signature.hmacSHA256(body, key: Array(secret.utf8)))
            request.headers["X-Shopify-Webhook-Id"] = ByteText.hex(Signature.sha256(body).prefix(16))
        default:
            // WordPress undoes HTML entities before it signs.
            let key = Array(secret.replacing("&amp;", with: "&").utf8)
            request.headers["X-WC-Webhook-Signature"] = ByteText.base64(Signature.hmacSHA256(body, key: key))
        }
        return request
    }

    @discardableResult
    func buy(
        _ shop: Int, _ reference: String, _ lines: [(sku: String, units: Int)], ignoresShelf: Bool = false, isPaid: Bool = true,
        price: String = "6.50"
    )
        async -> ShopOutcome
    {
        let address = PostalAddress(name: "Ada Example", lines: ["1 Sample Street"], city: "London", postcode: "N1 1AA", country: "GB")
        let order = ShopOrder(
            reference: reference, lines: lines.map { .init(sku: $0.sku, title: $0.sku, quantity: $0.units, unitPrice: price) },
            buyer: Buyer(name: "Ada Example", email: "ada@example.test", shipTo: address), isPaid: isPaid, shipping: "3.95",
            ignoresShelf: ignoresShelf)
        return await twins[shop].perform(.order(order), at: clock.now())
    }

    @discardableResult
    func act(_ shop: Int, _ act: ShopAct) async -> ShopOutcome { await twins[shop].perform(act, at: clock.now()) }

    /// A call to the WooCommerce shop's API as one of its plugins, or its owner, makes it.
    func woo(_ method: HTTPRequest.Method, _ path: String, _ body: String = "") async -> HTTPResponse? {
        let settings = await twins[1].settings
        let pair = ByteText.base64(Array("\(settings["consumerKey"] ?? ""):\(settings["consumerSecret"] ?? "")".utf8))
        let request = HTTPRequest(
            method, "\(twins[1].address)/wp-json/wc/v3/\(path)",
            headers: ["Authorization": "Basic \(pair)", "X-Forwarded-Proto": "https", "Content-Type": "application/json"], body: Array(body.utf8))
        return await twins[1].respond(request, at: clock.now())
    }
}
