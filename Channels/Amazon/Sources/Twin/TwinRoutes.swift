// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
internal import JSONText
public import Vocabulary

extension AmazonTwin {
    public mutating func respond(to request: HTTPRequest, at now: Instant) -> HTTPResponse {
        settle(at: now)
        let path = request.path.split(separator: "/").map { URLText.decode($0) }
        if path == ["auth", "o2", "token"] { return login(request, at: now) }
        if path.count == 2, path[0] == "feeds-documents" { return storage(request, document: path[1], at: now) }
        guard let operation = Self.operation(request.method, path) else {
            return identified(.error(403, "MissingAuthenticationToken", "Missing Authentication Token"), now)
        }
        guard let until = request.headers["x-amz-access-token"].flatMap({ tokens[$0] }) else {
            return identified(
                .error(
                    403, "Unauthorized", "Access to requested resource is denied.",
                    "The access token you provided is revoked, malformed or invalid."), now)
        }
        guard now < until else {
            return identified(
                .error(
                    403, "Unauthorized", "Access to requested resource is denied.",
                    "The access token you provided has expired."), now)
        }
        let limit = limit(of: operation)
        if buckets[operation, default: RateBucket(limit, at: now)].take(1, at: now) != nil {
            return identified(.error(429, "QuotaExceeded", "You exceeded your quota for the requested resource."), now)
        }
        var response = answer(operation, request, path, at: now)
        response.headers.add("x-amzn-RateLimit-Limit", "\(limit.pointsPerSecond)")
        return identified(response, now)
    }

    private func limit(of operation: Operation) -> RateLimit {
        let limit = operation.limit
        return RateLimit(
            limit.name, pointsPerSecond: limit.pointsPerSecond * rateFactor, burst: max(limit.burst * rateFactor, 1))
    }

    private mutating func identified(_ response: HTTPResponse, _ now: Instant) -> HTTPResponse {
        var response = response
        response.headers.add("x-amzn-RequestId", "\(ByteText.hex(Self.bytes(4, &random)))-\(nextNumber())")
        return response
    }

    /// Which operation an address belongs to.
    private static func operation(_ method: HTTPRequest.Method, _ path: [String]) -> Operation? {
        switch (method, path.count) {
        case (.get, 3) where path == ["sellers", "v1", "marketplaceParticipations"]: .getMarketplaceParticipations
        case (.get, 3) where path == ["orders", "2026-01-01", "orders"]: .searchOrders
        case (.get, 4) where path.starts(with: ["orders", "2026-01-01", "orders"]): .getOrder
        case (.post, 5) where path.starts(with: ["orders", "v0", "orders"]) && path[4] == "shipmentConfirmation":
            .confirmShipment
        case (.get, 3) where path == ["finances", "2024-06-19", "transactions"]: .listTransactions
        case (.get, 4) where path.starts(with: ["listings", "2021-08-01", "items"]): .searchListingsItems
        case (.get, 5) where path.starts(with: ["listings", "2021-08-01", "items"]): .getListingsItem
        case (.patch, 5) where path.starts(with: ["listings", "2021-08-01", "items"]): .patchListingsItem
        case (.get, 3) where path == ["feeds", "2021-06-30", "feeds"]: .getFeeds
        case (.post, 3) where path == ["feeds", "2021-06-30", "feeds"]: .createFeed
        case (.get, 4) where path.starts(with: ["feeds", "2021-06-30", "feeds"]): .getFeed
        case (.post, 3) where path == ["feeds", "2021-06-30", "documents"]: .createFeedDocument
        case (.get, 4) where path.starts(with: ["feeds", "2021-06-30", "documents"]): .getFeedDocument
        default: nil
        }
    }

    private mutating func answer(_ operation: Operation, _ request: HTTPRequest, _ path: [String], at now: Instant)
        -> HTTPResponse
    {
        let last = path.last ?? ""
        switch operation {
        case .getMarketplaceParticipations: return participations()
        case .searchOrders: return searchOrders(request, at: now)
        case .getOrder: return getOrder(last, request)
        case .confirmShipment: return confirmShipment(path[3], request, at: now)
        case .listTransactions: return listTransactions(request, at: now)
        case .searchListingsItems, .getListingsItem, .patchListingsItem:
            guard path[3] == sellerID else { return .error(403, "Unauthorized", "Access to requested resource is denied.") }
            guard request.query("marketplaceIds") == marketplace.id else { return .invalid("marketplaceIds") }
            if operation == .searchListingsItems { return searchListings(request) }
            return operation == .getListingsItem ? getListing(last, request) : patchListing(last, request, at: now)
        case .getFeeds: return getFeeds(request, at: now)
        case .createFeed: return createFeed(request, at: now)
        case .getFeed: return getFeed(last)
        case .createFeedDocument: return createDocument(request, at: now)
        case .getFeedDocument: return getDocument(last, request)
        case .token, .feedStorage: return .error(404, "NotFound", "No such operation.")
        }
    }

    /// Login with Amazon: tokens of an hour, errors by RFC 6749.
    private mutating func login(_ request: HTTPRequest, at now: Instant) -> HTTPResponse {
        func refused(_ status: Int, _ code: String, _ text: String) -> HTTPResponse {
            .json(status, ["error": .string(code), "error_description": .string(text)])
        }
        let form = URLText.pairs(String(decoding: request.body, as: UTF8.self))
        func field(_ name: String) -> String? { form.first { $0.name == name }?.value }
        guard request.method == .post, field("grant_type") == "refresh_token" else {
            return refused(
                400, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server")
        }
        guard field("client_id") == clientID, field("client_secret") == clientSecret else {
            return refused(401, "invalid_client", "Client authentication failed")
        }
        guard field("refresh_token") == refreshToken else {
            return refused(
                400, "invalid_grant",
                "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission."
            )
        }
        let token = "Atza|" + ByteText.base64(Self.bytes(24, &random))
        tokens = tokens.filter { $0.value > now }
        tokens[token] = now + .hours(1)
        return .json(
            200,
            [
                "access_token": .string(token), "refresh_token": .string(refreshToken), "token_type": "bearer",
                "expires_in": 3600,
            ])
    }

    private func participations() -> HTTPResponse {
        var place: JSONValue = [:]
        place.add("id", .string(marketplace.id))
        place.add("name", .string(marketplace.title))
        place.add("countryCode", .string(marketplace.country))
        place.add("defaultCurrencyCode", .string(currency.code))
        place.add("defaultLanguageCode", .string(marketplace.language))
        place.add("domainName", .string("www." + marketplace.domain))
        let entry: JSONValue = [
            "marketplace": place, "participation": ["isParticipating": true, "hasSuspendedListings": false],
            "storeName": .string(shopName),
        ]
        return .json(200, ["payload": .array([entry])])
    }

    /// Every token that is out stops working, as when the seller takes the permission back for a moment.
    public mutating func revokeTokens() { tokens = [:] }
}

extension HTTPResponse {
    static func json(_ status: Int, _ value: JSONValue) -> HTTPResponse {
        HTTPResponse(status, headers: ["content-type": "application/json"], body: value.bytes)
    }

    static func error(_ status: Int, _ code: String, _ message: String, _ details: String = "") -> HTTPResponse {
        .json(status, ["errors": [["code": .string(code), "message": .string(message), "details": .string(details)]]])
    }

    static func invalid(_ what: String) -> HTTPResponse { .error(400, "InvalidInput", "Invalid input: \(what)") }
}
