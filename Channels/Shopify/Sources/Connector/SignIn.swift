// SPDX-License-Identifier: Apache-2.0

public import ChannelKit
import JSONText
public import Vocabulary

extension ShopifyConnector {
    /// What lets the connector in: a token that lasts (an app made in the shop's admin before 2026), or an app's id and
    /// secret, which are traded for a token of 24 hours (client credentials grant; apps of the Dev Dashboard have no other).
    enum Key: Hashable, Sendable {
        case token(String)
        case app(id: String, secret: String)
    }

    /// The header that shows the token.
    static let tokenHeader = "X-Shopify-Access-Token"

    /// Nil for a token that lasts.
    public func signIn(at now: Instant) -> Exchange<AccessToken>? {
        guard case .app(let id, let secret) = key else { return nil }
        let form = URLText.query([("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)])
        let headers: HTTPHeaders = ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"]
        let request = HTTPRequest(.post, "\(address)/admin/oauth/access_token", headers: headers, body: Array(form.utf8))
        return Exchange(request, cost: Cost("sign-in")) { response throws(ChannelFailure) in
            .done(try Self.token(in: response, at: now))
        }
    }

    /// The request with the token of this moment.
    public func admitted(_ request: HTTPRequest, _ access: Access) -> HTTPRequest {
        guard let token = access.token, request.headers[Self.tokenHeader] != nil else { return request }
        var request = request
        request.headers[Self.tokenHeader] = token
        return request
    }

    private static func token(in response: HTTPResponse, at now: Instant) throws(ChannelFailure) -> AccessToken {
        guard response.status == 200 else {
            // A refusal here needs a person: the app was uninstalled, its secret rotated, or it belongs to another organisation.
            let failure = GraphQLAnswer.failure(of: response)
            switch failure {
            case .throttled, .unavailable: throw failure
            default: throw .forbidden(GraphQLAnswer.words(in: response))
            }
        }
        guard let answer = try? JSON.parse(response.body), let token = answer["access_token"]?.string, !token.isEmpty,
            token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw .unreadable(.missing(field: "access_token")) }
        let seconds = min(max(answer["expires_in"]?.integer ?? 86_399, 1), 86_400)
        return AccessToken(token, expiresAt: now + .seconds(Int64(seconds)))
    }
}
