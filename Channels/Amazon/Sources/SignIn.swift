// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
internal import JSONText
public import Vocabulary

extension AmazonConnector {
    /// Login with Amazon: trades the refresh token for an access token of an hour, given back as over a minute early.
    /// A refusal here needs a person (the seller took the permission back, or the application's secret was rotated).
    public func signIn(at now: Instant) -> Exchange<AccessToken>? {
        Exchange(signInRequest, cost: Cost(Operation.token.rawValue)) { response throws(ChannelFailure) in
            .done(try Self.token(in: response, at: now))
        }
    }

    var signInRequest: HTTPRequest {
        let form = URLText.query([
            ("grant_type", "refresh_token"), ("refresh_token", refreshToken), ("client_id", clientID),
            ("client_secret", clientSecret),
        ])
        let headers: HTTPHeaders = [
            "content-type": "application/x-www-form-urlencoded;charset=UTF-8", "accept": "application/json",
            "user-agent": "Tributary/1.0 (Language=Swift)",
        ]
        return HTTPRequest(.post, loginEndpoint + "/auth/o2/token", headers: headers, body: Array(form.utf8))
    }

    static func token(in response: HTTPResponse, at now: Instant) throws(ChannelFailure) -> AccessToken {
        if let failure = AmazonAnswer.failure(response, .token) {
            switch failure {
            case .throttled, .unavailable: throw failure
            default: throw .forbidden(loginComplaint(response))
            }
        }
        let root = try AmazonAnswer.json(response, .token)
        guard let token = root["access_token"]?.string, !token.isEmpty else {
            throw .unreadable(.missing(field: "access_token"))
        }
        let seconds = min(max(root["expires_in"]?.integer ?? 3600, 0), 86_400)
        return AccessToken(token, expiresAt: now + .seconds(Int64(max(seconds - 60, 1))))
    }

    /// `invalid_grant: …` as the login service says it (RFC 6749, section 5.2).
    private static func loginComplaint(_ response: HTTPResponse) -> String {
        guard let root = try? JSON.parse(response.body) else { return "HTTP \(response.status)" }
        return [root["error"]?.text, root["error_description"]?.text].compactMap { $0 }.joined(separator: ": ")
    }

    /// Asks whose shop it is and, because refunds are read there, whether the finances may be seen: a missing role
    /// shows when the account is connected, not weeks later.
    public func test(_ access: Access) -> Exchange<ShopIdentity> {
        call(.getMarketplaceParticipations, .get, "/sellers/v1/marketplaceParticipations", access) {
            root, access throws(ChannelFailure) in
            for entry in (root["payload"]?.elements).map(Array.init) ?? []
            where entry["marketplace"]?["id"]?.string == marketplace {
                guard entry["participation"]?["isParticipating"]?.bool != false else {
                    throw .forbidden("the seller does not sell in \(marketplace)")
                }
                let name = entry["storeName"]?.string ?? entry["marketplace"]?["name"]?.string ?? sellerID
                let currency = entry["marketplace"]?["defaultCurrencyCode"]?.string.flatMap { Currency($0) }
                return .then(seesFinances(ShopIdentity(name: name, currency: currency, place: marketplace), access))
            }
            throw .forbidden("the seller has no part in marketplace \(marketplace)")
        }
    }

    private func seesFinances(_ identity: ShopIdentity, _ access: Access) -> Exchange<ShopIdentity> {
        let window = [("postedAfter", (access.now - .minutes(10)).iso), ("postedBefore", (access.now - .minutes(5)).iso)]
        return call(.listTransactions, .get, "/finances/2024-06-19/transactions", query: window, access) {
            _, _ throws(ChannelFailure) in
            .done(identity)
        }
    }
}
