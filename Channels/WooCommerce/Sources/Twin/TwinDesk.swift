// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import Vocabulary

/// Who may come in: the host's limit in front, then WooCommerce's own check of keys and signatures.
struct TwinDesk: Sendable {
    private var bucket: RateBucket?
    /// Nonces of the last quarter of an hour with their times.
    private var nonces: [String: Int64] = [:]
    /// The number of the present call, and its moment.
    private(set) var call = 0
    private(set) var now: Instant

    init(at start: Instant) { now = start }

    enum Visitor {
        case anonymous, owner
        case refused(TwinError)
    }

    /// Nil when the call may pass; otherwise seconds to wait.
    mutating func admit(_ limit: RateLimit?, at now: Instant) -> Int64? {
        call += 1
        self.now = now
        guard let limit else { return nil }
        if bucket?.limit != limit { bucket = RateBucket(limit, at: now) }
        guard let wait = bucket?.take(1, at: now) else { return nil }
        return max(1, (wait.milliseconds + 999) / 1000)
    }

    /// Basic credentials and keys in the query count on HTTPS only and are silently passed over on HTTP (recordings 005 to 007).
    mutating func visitor(_ call: TwinCall, _ keys: TwinKeys, mayWrite: Bool, at now: Instant) -> Visitor {
        if call.isSecure, let (key, secret) = Self.credentials(call) {
            guard key == keys.key else { return .anonymous }
            guard secret == keys.secret else { return .refused(.authentication("Consumer secret is invalid.")) }
            return permitted(call, mayWrite)
        }
        guard call.query("oauth_consumer_key") != nil else { return .anonymous }
        if let error = oauthError(call, keys, at: now) { return .refused(error) }
        return permitted(call, mayWrite)
    }

    private func permitted(_ call: TwinCall, _ mayWrite: Bool) -> Visitor {
        if mayWrite || call.method == .get || call.method == .head { return .owner }
        return .refused(.authentication("The API key provided does not have write permissions."))
    }

    private static func credentials(_ call: TwinCall) -> (String, String)? {
        if let key = call.query("consumer_key"), let secret = call.query("consumer_secret") { return (key, secret) }
        guard let header = call.request.headers["Authorization"], header.hasPrefix("Basic "),
            let bytes = ByteText.bytes(base64: String(header.dropFirst(6)))
        else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self).split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }

    /// The key, then the signature, then time and nonce, in WooCommerce's order (recordings 008 to 016).
    private mutating func oauthError(_ call: TwinCall, _ keys: TwinKeys, at now: Instant) -> TwinError? {
        let names = [
            "oauth_consumer_key", "oauth_timestamp", "oauth_nonce", "oauth_signature", "oauth_signature_method",
        ]
        let missing = names.filter { call.query($0) == nil }
        guard missing.isEmpty else {
            return .authentication("Missing OAuth parameter(s) " + missing.joined(separator: ", "))
        }
        guard call.query("oauth_consumer_key") == keys.key else { return .authentication("Consumer key is invalid.") }
        // WordPress makes one value of a repeated `name[]`, and the signature no longer matches.
        let isPlain =
            Set(call.pairs.map(\.name)).count == call.pairs.count && !call.pairs.contains { $0.name.hasSuffix("[]") }
        let base = OneLeggedOAuth.baseString(
            call.sentMethod.rawValue, call.home + call.request.path, call.pairs.map { ($0.name, $0.value) })
        guard
            let expected = OneLeggedOAuth.signature(
                of: base, secret: keys.secret, algorithm: call.query("oauth_signature_method") ?? "")
        else {
            return .authentication("Invalid signature - signature method is invalid.")
        }
        guard isPlain, Signature.equal(Array(expected.utf8), Array((call.query("oauth_signature") ?? "").utf8)) else {
            return .authentication("Invalid signature - provided signature does not match.")
        }
        guard let time = call.query("oauth_timestamp").flatMap({ Int64($0) }),
            (now.seconds - 900...now.seconds + 900).contains(time)
        else {
            return .authentication("Invalid timestamp.")
        }
        let nonce = call.query("oauth_nonce") ?? ""
        if let seen = nonces[nonce], seen >= now.seconds - 900 {
            return .authentication("Invalid nonce - nonce has already been used.")
        }
        if nonces.count > 20_000 { nonces = nonces.filter { $0.value >= now.seconds - 900 } }
        nonces[nonce] = time
        return nil
    }
}

/// A call taken apart once.
struct TwinCall {
    let request: HTTPRequest
    let pairs: [(name: String, value: String)]
    let sentMethod: HTTPRequest.Method
    /// After `_method` in the query has had its say (recording 032).
    let method: HTTPRequest.Method
    /// Scheme and host.
    let home: String
    let isSecure: Bool
    /// The parts of the path after `wp-json`.
    let path: [String]

    /// Nil for an address outside the API.
    init?(_ request: HTTPRequest) {
        self.request = request
        pairs = request.query
        sentMethod = request.method
        let wanted = pairs.first { $0.name == "_method" }?.value.asciiUppercased
        method = request.method == .post ? wanted.flatMap { HTTPRequest.Method(rawValue: $0) } ?? .post : request.method
        let scheme = request.url.hasPrefix("https://") ? "https://" : "http://"
        let isWhole = request.url.hasPrefix("https://") || request.url.hasPrefix("http://")
        let host =
            isWhole
            ? String(request.url.dropFirst(scheme.utf8.count).prefix { $0 != "/" && $0 != "?" })
            : request.headers["Host"] ?? "shop.example.test"
        let isProxied = request.headers["X-Forwarded-Proto"] == "https"
        isSecure = scheme == "https://" || isProxied
        home = (isProxied ? "https://" : scheme) + host
        let parts = request.path.split(separator: "/").map { URLText.decode($0) }
        guard parts.first == "wp-json" else { return nil }
        path = Array(parts.dropFirst())
    }

    func query(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// PHP reads these as true.
    func flag(_ name: String) -> Bool { ["true", "1", "yes"].contains(query(name) ?? "") }
}
