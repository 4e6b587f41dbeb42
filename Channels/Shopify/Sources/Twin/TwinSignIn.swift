// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

extension ShopifyTwin {
    /// The app that is installed in the shop. Its secret also signs the shop's messages.
    public static let clientID = "5d3f1c0a9b8e47d2a6c4f0e1b2d3c4a5"
    public static let clientSecret = TwinShop.webhookSecret
    /// How long a token of the client credentials grant is good for, in seconds.
    static let tokenSeconds = 86_399

    /// `POST /admin/oauth/access_token`, client credentials grant (RFC 6749, section 4.4).
    mutating func grant(_ request: HTTPRequest, at now: Instant) -> HTTPResponse {
        let form = Dictionary(
            URLText.pairs(String(decoding: request.body, as: UTF8.self)).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        guard form["grant_type"] == "client_credentials" else {
            return plain(400, ["error": "invalid_request", "error_description": "grant_type is not supported"], at: now)
        }
        guard form["client_id"] == Self.clientID, form["client_secret"] == Self.clientSecret else {
            return plain(400, ["error": "invalid_client", "error_description": "The client or its secret is not known."], at: now)
        }
        tokens = tokens.filter { $0.value > now }
        let token = "shpat_" + ByteText.hex(Signature.sha256(Array("\(tokensMade)".utf8)).prefix(16))
        tokensMade += 1
        tokens[token] = now + .seconds(Int64(Self.tokenSeconds))
        let answer: JSONValue = [
            "access_token": .string(token), "scope": "read_products,write_inventory,write_orders", "expires_in": .integer(Self.tokenSeconds),
        ]
        return plain(200, answer, at: now)
    }

    /// Whether the token is let in now.
    func admits(_ token: String?, at now: Instant) -> Bool {
        guard let token else { return false }
        return token == Self.accessToken || tokens[token].map { $0 > now } ?? false
    }
}
