// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// What a shop answered, or the failure it amounts to.
///
/// Error bodies are `{code, message, data}`, but `data` is an object, a bare number or missing, and the status is not
/// always the meant one: an unknown order under `refunds` is a 500 with `data: 404` (recording 211). Hosts and firewalls
/// answer in HTML of their own.
enum Answer {
    static func json(_ response: HTTPResponse) throws(ChannelFailure) -> JSON {
        guard (200..<300).contains(response.status) else { throw failure(response) }
        guard let json = reading(response.body) else {
            throw .unreadable(.malformed("no JSON in an answer of \(response.body.count) bytes"))
        }
        // Some plugins keep the status at 200 and put the error into the body.
        if json["id"] == nil, let code = json["code"]?.string, let status = meantStatus(json), status >= 400 {
            throw failure(status: status, code: code, json, response)
        }
        return json
    }

    /// The JSON of a body, past a byte order mark and past what PHP or a plugin printed before it.
    static func reading(_ body: [UInt8]) -> JSON? {
        if let json = try? JSON.parse(body, limits: limits) { return json }
        var tries = 0
        for start in body.indices.prefix(noiseMax) where body[start] == 0x7B || body[start] == 0x5B {
            if let json = try? JSON.parse(Array(body[start...]), limits: limits),
                json.kind == .object || json.kind == .array
            {
                return json
            }
            tries += 1
            if tries == triesMax { return nil }
        }
        return nil
    }

    /// Noise is short: a page that is not JSON at all must not be tried at each of its brackets.
    private static let triesMax = 40
    private static let noiseMax = 65_536
    /// A page of a hundred orders of a thousand lines each.
    private static let limits = JSON.Limits(bytes: 96 << 20)

    /// Whether a signed request was turned away because it had been sent before.
    static func isReplay(_ response: HTTPResponse) -> Bool {
        guard response.status == 401, case .lost = failure(response) else { return false }
        return true
    }

    static func failure(_ response: HTTPResponse) -> ChannelFailure {
        let json = reading(response.body)
        guard let json, let code = json["code"]?.string else { return withoutBody(response) }
        return failure(status: response.status, code: code, json, response)
    }

    /// `data` as a number, or its `status`.
    private static func meantStatus(_ json: JSON) -> Int? {
        json["data"]?.integer ?? json["data"]?["status"]?.integer
    }

    private static func failure(status: Int, code: String, _ json: JSON, _ response: HTTPResponse) -> ChannelFailure {
        let words = EntityText.plain(json["message"]?.string ?? "")
        let why = words.isEmpty ? code : "\(code): \(words)"
        switch status {
        case 401: return turnedAway(why, words)
        case 403: return .forbidden(why)
        case 404, 410: return code == "rest_no_route" ? .refused(why) : .notFound(why)
        case 429: return .throttled(retryAfter: retryAfter(response))
        case 503: return paused(why, response)
        case 400..<500, 501: return .refused(why + parameters(json))
        default: return serverSide(code: code, why, json)
        }
    }

    /// WooCommerce says 401 to keys without the right as well; what is wrong with the clock or the nonce is not the key's fault.
    private static func turnedAway(_ why: String, _ words: String) -> ChannelFailure {
        if words.hasPrefix("Invalid nonce") { return .lost(why) }
        if words.hasPrefix("Invalid timestamp") { return .unavailable(why) }
        if words.contains("does not have") && words.contains("permissions") { return .forbidden(why) }
        return .unauthorized(why)
    }

    /// A 500 may mean a refusal; a crash names server paths in its body, which are never passed on.
    private static func serverSide(code: String, _ why: String, _ json: JSON) -> ChannelFailure {
        if code == "internal_server_error" { return .unavailable("internal_server_error: the shop's program crashed") }
        if let meant = meantStatus(json) {
            if meant == 404 { return .notFound(why) }
            if (400..<500).contains(meant) { return .refused(why) }
        }
        if code == "woocommerce_rest_cannot_create_order_refund" { return .refused(why) }
        return .unavailable(why)
    }

    /// The fields that did not pass, with what was wrong with each.
    private static func parameters(_ json: JSON) -> String {
        guard let all = json["data"]?["params"]?.members, !all.isEmpty else { return "" }
        return " (" + all.map { "\($0.name): \($0.value.text ?? "")" }.joined(separator: "; ") + ")"
    }

    private static func withoutBody(_ response: HTTPResponse) -> ChannelFailure {
        let why = "HTTP \(response.status) without a WooCommerce error"
        switch response.status {
        case 401: return .unauthorized(why)
        // A firewall: it opens again by itself.
        case 403, 429: return .throttled(retryAfter: retryAfter(response))
        case 503: return paused(why, response)
        // The shop may have gone on working after the proxy gave up.
        case 408, 504, 524: return .lost(why)
        case 300..<400: return .refused("the shop redirects to \(response.headers["Location"] ?? "another address")")
        case 400..<500: return .refused(why)
        default: return .unavailable(why)
        }
    }

    /// Maintenance mode names the time to come back.
    private static func paused(_ why: String, _ response: HTTPResponse) -> ChannelFailure {
        retryAfter(response).map { .throttled(retryAfter: $0) } ?? .unavailable(why)
    }

    /// Seconds only (RFC 9110 allows a date too, which needs a clock that the answer does not carry for sure).
    static func retryAfter(_ response: HTTPResponse) -> Span? {
        guard let text = response.headers["Retry-After"], let seconds = Int64(text.trimmed), seconds >= 0 else {
            return nil
        }
        return .seconds(min(seconds, 86_400))
    }
}
