// SPDX-License-Identifier: Apache-2.0

import ChannelKit

/// OAuth 1.0a without a token (RFC 5849, section 3.4), as WooCommerce checks it on plain HTTP.
///
/// Names must be unique: WooCommerce reads a repeated `name[]` differently from how it is sent, and its signature then
/// never matches (recording 015), so lists go as one value with commas.
enum OneLeggedOAuth {
    /// The query with the five `oauth_` pairs behind it.
    static func signed(
        _ method: HTTPRequest.Method, _ url: String, _ query: [(String, String)], key: String, secret: String,
        nonce: String, timestamp: Int64
    ) -> [(String, String)] {
        var pairs = query
        pairs.append(("oauth_consumer_key", key))
        pairs.append(("oauth_nonce", nonce))
        pairs.append(("oauth_signature_method", "HMAC-SHA256"))
        pairs.append(("oauth_timestamp", String(timestamp)))
        let signature = signature(of: baseString(method.rawValue, url, pairs), secret: secret, algorithm: "HMAC-SHA256")
        pairs.append(("oauth_signature", signature ?? ""))
        return pairs
    }

    /// Method, address and the sorted pairs, each percent-encoded, joined by `&`; the pairs inside are encoded twice.
    static func baseString(_ method: String, _ url: String, _ pairs: [(String, String)]) -> String {
        let encoded = pairs.filter { $0.0 != "oauth_signature" }.map { (URLText.encode($0.0), URLText.encode($0.1)) }
        let sorted = encoded.sorted { Array($0.0.utf8).lexicographicallyPrecedes(Array($1.0.utf8)) }
        let parameters = sorted.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
        return "\(method)&\(URLText.encode(url))&\(URLText.encode(parameters))"
    }

    /// Nil for a method that WooCommerce does not know. The key is the consumer secret and an `&`, as there is no token.
    static func signature(of baseString: String, secret: String, algorithm: String) -> String? {
        let key = Array((secret + "&").utf8)
        switch algorithm {
        case "HMAC-SHA256": return ByteText.base64(Signature.hmacSHA256(Array(baseString.utf8), key: key))
        case "HMAC-SHA1": return ByteText.base64(Signature.hmacSHA1(Array(baseString.utf8), key: key))
        default: return nil
        }
    }
}

extension WooCommerceConnector {
    /// The base string and the signature of a call, for tests against recorded ones. The signature is empty for an unknown algorithm.
    package static func oauth(
        _ method: String, _ url: String, _ pairs: [(String, String)], secret: String, algorithm: String
    ) -> (base: String, signature: String) {
        let base = OneLeggedOAuth.baseString(method, url, pairs)
        return (base, OneLeggedOAuth.signature(of: base, secret: secret, algorithm: algorithm) ?? "")
    }
}
