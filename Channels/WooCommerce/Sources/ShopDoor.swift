// SPDX-License-Identifier: Apache-2.0

package import ChannelKit
import JSONText
import Vocabulary

/// The shop's address and the key to it: what turns a path into a request that is let in.
struct ShopDoor: Hashable, Sendable {
    /// Scheme, host and, for a WordPress in a folder, the folder; without a slash at the end.
    let address: String
    let host: String
    let isSecure: Bool
    let key: String
    let secret: String

    /// Nil when the address is no web address. One without a scheme is taken for `https`.
    init?(address text: String, key: String, secret: String) {
        var address = text.trimmed
        if !address.contains("://") { address = "https://" + address }
        while address.hasSuffix("/") { address.removeLast() }
        let parts = address.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty, parts[0] == "https:" || parts[0] == "http:" else { return nil }
        let host = parts[2].prefix { $0 != "/" }
        let isPlain = address.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && $0 != 0x3F && $0 != 0x23 && $0 != 0x22 && $0 != 0x5C
        }
        guard isPlain, !host.isEmpty, !host.utf8.contains(0x40), host.utf8.contains(where: { $0 != 0x2E && $0 != 0x3A })
        else { return nil }
        self.address = address
        self.host = String(host)
        isSecure = parts[0] == "https:"
        self.key = key
        self.secret = secret
    }

    /// A signed request to a path below `wp-json/wc/v3/`. A body is sent as JSON; WooCommerce does not sign it (recording 011).
    func request(
        _ method: HTTPRequest.Method, _ path: String, query: [(String, String)] = [], body: JSONValue? = nil,
        _ access: Access
    ) -> HTTPRequest {
        let url = address + "/wp-json/wc/v3/" + path
        var headers: HTTPHeaders = ["Accept": "application/json"]
        let bytes = body?.bytes ?? []
        if body != nil { headers["Content-Type"] = "application/json" }
        var pairs = query
        if isSecure {
            headers["Authorization"] = "Basic " + ByteText.base64(Array("\(key):\(secret)".utf8))
        } else {
            let nonce = Self.nonce(access.nonce, method, url, query, bytes)
            pairs = OneLeggedOAuth.signed(
                method, url, query, key: key, secret: secret, nonce: nonce, timestamp: access.now.seconds)
        }
        return HTTPRequest(
            method, pairs.isEmpty ? url : url + "?" + URLText.query(pairs), headers: headers, body: bytes)
    }

    /// The request with a signature of this moment when its own is older than a few minutes.
    func signedAnew(_ request: HTTPRequest, _ access: Access) -> HTTPRequest {
        guard !isSecure, let mark = request.url.firstIndex(of: "?") else { return request }
        let pairs = URLText.pairs(request.url[request.url.index(after: mark)...]).map { ($0.name, $0.value) }
        guard let signed = pairs.first(where: { $0.0 == "oauth_timestamp" }).flatMap({ Int64($0.1) }),
            access.now.seconds - signed > Self.signatureSeconds
        else { return request }
        let url = String(request.url[..<mark])
        let query = pairs.filter { !$0.0.hasPrefix("oauth_") }
        let nonce = Self.nonce(access.nonce, request.method, url, query, request.body)
        let fresh = OneLeggedOAuth.signed(request.method, url, query, key: key, secret: secret, nonce: nonce, timestamp: access.now.seconds)
        var request = request
        request.url = url + "?" + URLText.query(fresh)
        return request
    }

    private static let signatureSeconds: Int64 = 300

    /// One `Access` serves a whole chain of requests, but WooCommerce takes a nonce only once: each request has its own, made from both.
    private static func nonce(
        _ seed: String, _ method: HTTPRequest.Method, _ url: String, _ query: [(String, String)], _ body: [UInt8]
    ) -> String {
        let text = seed + " " + method.rawValue + " " + url + "?" + URLText.query(query) + "\n"
        return ByteText.hex(Signature.sha256(Array(text.utf8) + body).prefix(16))
    }

    /// A reading call. `read` sees the answer's JSON after every failure has been sorted out.
    func get<Output>(
        _ path: String, query: [(String, String)] = [], _ access: Access,
        read: @escaping @Sendable (JSON) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        asking(path, query: query, access) { response throws(ChannelFailure) in try read(try Answer.json(response)) }
    }

    /// A reading call whose answer is looked at as it came.
    ///
    /// When its answer was lost on the way and the very same request is sent again, WooCommerce turns it away for its used
    /// nonce (recording 009). Reading does no harm twice, so it is then asked again under another nonce.
    func asking<Output>(
        _ path: String, query: [(String, String)] = [], _ access: Access, tries: Int = 3,
        read: @escaping @Sendable (HTTPResponse) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        Exchange(request(.get, path, query: query, access)) { response throws(ChannelFailure) in
            guard tries > 0, Answer.isReplay(response) else { return try read(response) }
            var fresh = access
            fresh.nonce += "+"
            return .then(asking(path, query: query, fresh, tries: tries - 1, read: read))
        }
    }

    /// A changing call, which is never sent twice unseen: WooCommerce knows no idempotency keys (recordings 185, 186).
    func send<Output>(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue, isRepeatable: Bool = false, _ access: Access,
        read: @escaping @Sendable (JSON) throws(ChannelFailure) -> Reply<Output>
    ) -> Exchange<Output> {
        Exchange(request(method, path, body: body, access), isRepeatable: isRepeatable) {
            response throws(ChannelFailure) in
            try read(try Answer.json(response))
        }
    }
}

extension WooCommerceConnector {
    /// A signed request of any kind, for tests that ask the shop what the connector never asks.
    package func request(
        _ method: HTTPRequest.Method, _ path: String, query: [(String, String)] = [], body: [UInt8] = [],
        _ access: Access
    ) -> HTTPRequest {
        var request = shop.request(method, path, query: query, access)
        request.body = body
        if !body.isEmpty { request.headers["Content-Type"] = "application/json" }
        return request
    }
}
