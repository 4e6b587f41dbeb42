// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Vocabulary

/// A look-alike of one Square seller with one location: catalog, inventory with its adjustments and counts, orders, payments, refunds,
/// webhook subscriptions, and the shop behind them. It knows the calls a hub needs and refuses the others as Square does.
public struct SquareTwin: ChannelTwin {
    /// A personal access token, as the Developer Console shows it.
    public static let accessToken = "EAAAtwin0c4f7a1be5d2"
    static let limit = RateLimit("default", pointsPerSecond: 10, burst: 20)

    var shop: TwinShop
    private var bucket: RateBucket

    /// A shop with the seed's articles in stock at its location, no orders and nobody listening.
    public init(_ seed: TwinSeed) {
        shop = TwinShop(seed)
        bucket = RateBucket(Self.limit, at: seed.start)
    }

    /// What is in stock, by SKU; below nothing where more was sold or taken off than there was.
    public var shelf: [String: Int] {
        Dictionary(shop.articles.map { ($0.seed.sku, $0.count) }, uniquingKeysWith: { first, _ in first })
    }

    public func shown(_ sku: String) -> Int? { shop.articleBySKU[sku].map { shop.articles[$0].count } }

    public func settings(reachableAt address: String) -> ChannelSettings {
        ChannelSettings([
            "address": address, "accessToken": Self.accessToken, "locationID": shop.location, "signatureKey": TwinHooks.signatureKey,
        ])
    }

    /// A sale, a cancellation, a refund, a payment or a recount, as in Square Online and Square's own pages.
    public mutating func perform(_ act: ShopAct, at now: Instant) -> ShopOutcome { shop.perform(act, at: now) }

    /// Messages due by now, oldest first, each once until `delivered` says that it failed.
    public mutating func departures(at now: Instant) -> [TwinWebhook] { shop.hooks.departures(at: now) }

    /// A status from 200 to 299 ends a delivery; anything else, or nil, repeats it by Square's rule.
    public mutating func delivered(_ webhook: TwinWebhook, status: Int?, at now: Instant) { shop.hooks.delivered(webhook, status: status, at: now) }

    /// Answers the calls of `Square-Version` 2025-08-20; 401 for a wrong token, 429 when called too fast, 404 for any other path.
    public mutating func respond(to request: HTTPRequest, at now: Instant) -> HTTPResponse {
        guard request.headers["Authorization"] == "Bearer \(Self.accessToken)" else {
            return answer(TwinError(401, "AUTHENTICATION_ERROR", "UNAUTHORIZED", "This request could not be authorized."))
        }
        guard bucket.take(1, at: now) == nil else {
            return answer(
                TwinError(429, "RATE_LIMIT_ERROR", "RATE_LIMITED", "You are being rate limited. Please try again shortly."))
        }
        do throws(TwinError) { return answer(200, try route(request, at: now)) } catch { return answer(error) }
    }

    private func answer(_ status: Int, _ body: JSONValue) -> HTTPResponse {
        HTTPResponse(status, headers: ["Content-Type": "application/json", "Square-Version": "2025-08-20"], body: body.bytes)
    }

    private func answer(_ error: TwinError) -> HTTPResponse { answer(error.status, ["errors": [error.json]]) }

    private mutating func route(_ request: HTTPRequest, at now: Instant) throws(TwinError) -> JSONValue {
        let parts = request.path.split(separator: "/").map { URLText.decode($0) }
        guard parts.first == "v2", parts.count >= 2 else { throw .notFound("Resource not found.") }
        let body = request.body.isEmpty ? nil : try? JSON.parse(request.body)
        if request.method == .post || request.method == .put, !request.body.isEmpty, body?.kind != .object {
            throw TwinError(400, "INVALID_REQUEST_ERROR", "EXPECTED_JSON_BODY", "Expected a JSON body.")
        }
        let rest = Array(parts.dropFirst())
        switch (request.method, rest.joined(separator: "/"), rest.count) {
        case (.post, "catalog/search", _): return try shop.searchCatalog(body)
        case (.post, "catalog/batch-retrieve", _): return try shop.retrieveCatalog(body)
        case (.post, "inventory/counts/batch-retrieve", _): return try shop.retrieveCounts(body)
        case (.post, "inventory/changes/batch-create", _):
            return try once(request, body) { shop, body throws(TwinError) in try shop.changeInventory(body, at: now) }
        case (.post, "orders/search", _): return try shop.searchOrders(body, at: now)
        case (.post, "orders/batch-retrieve", _): return try shop.retrieveOrders(body, at: now)
        case (.put, _, 2) where rest[0] == "orders":
            return try once(request, body) { shop, body throws(TwinError) in try shop.updateOrder(rest[1], body, at: now) }
        case (.get, _, 2) where rest[0] == "locations": return try shop.retrieveLocation(rest[1])
        case (.get, _, 2) where rest[0] == "payments": return try shop.retrievePayment(rest[1], at: now)
        case (.post, _, 3) where rest[0] == "payments" && rest[2] == "cancel": return try shop.cancelPayment(rest[1], at: now)
        case (.get, _, 2) where rest[0] == "refunds": return try shop.retrieveRefund(rest[1], at: now)
        case (.post, "refunds", _):
            return try once(request, body) { shop, body throws(TwinError) in try shop.refundPayment(body, at: now) }
        case (.get, "webhooks/subscriptions", _): return shop.hooks.list(request)
        case (.post, "webhooks/subscriptions", _):
            return try once(request, body) { shop, body throws(TwinError) in try shop.hooks.create(body, at: now) }
        case (.get, _, 3) where rest[0] == "webhooks" && rest[1] == "subscriptions": return try shop.hooks.retrieve(rest[2])
        case (.put, _, 3) where rest[0] == "webhooks" && rest[1] == "subscriptions": return try shop.hooks.update(rest[2], body, at: now)
        default: throw .notFound("Resource not found.")
        }
    }

    /// A call with a key is done once: the same call again is answered as the first was, another call under its key is refused.
    private mutating func once(
        _ request: HTTPRequest, _ body: JSON?, _ act: (inout TwinShop, JSON) throws(TwinError) -> JSONValue
    ) throws(TwinError) -> JSONValue {
        guard let body else { throw TwinError(400, "INVALID_REQUEST_ERROR", "EXPECTED_JSON_BODY", "Expected a JSON body.") }
        guard let key = body["idempotency_key"]?.string, !key.isEmpty else { throw .missing("idempotency_key") }
        let name = "\(request.method.rawValue) \(request.path) \(key)"
        let fingerprint = TwinMemory.fingerprint(request.body)
        if let known = shop.memory[name] {
            guard known.fingerprint == fingerprint else {
                throw .invalid("IDEMPOTENCY_KEY_REUSED", "Different request parameters used for the same idempotency_key.")
            }
            return known.answer
        }
        let answer = try act(&shop, body)
        shop.memory.remember(name, .init(fingerprint: fingerprint, answer: answer))
        return answer
    }
}
