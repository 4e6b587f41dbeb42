// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// What an answer is: what was asked for, a problem, or nothing that can be read.
enum SquareAnswer: Sendable {
    case said(JSON)
    case problem(SquareProblem)
    case unreadable(Unreadable)

    init(_ response: HTTPResponse) {
        let isGood = (200..<300).contains(response.status)
        guard let json = try? JSON.parse(response.body), json.kind == .object else {
            self = isGood ? .unreadable(.malformed("the answer is no JSON object")) : .problem(SquareProblem(response, errors: nil))
            return
        }
        let problem = SquareProblem(response, errors: json["errors"])
        // An empty list of errors comes with successes too.
        self = isGood && problem.errors.isEmpty ? .said(json) : .problem(problem)
    }
}

/// An answer with `errors`.
struct SquareProblem: Sendable {
    struct Entry: Hashable, Sendable {
        var category: String
        var code: String
        var detail: String
        /// Which part of the request it is about, where Square says so.
        var field: String?
    }
    var status: Int
    var errors: [Entry]
    private var words: String
    private var retryAfter: Span?

    init(_ response: HTTPResponse, errors: JSON?) {
        status = response.status
        self.errors = (errors.map { Array($0.elements) } ?? []).map { error in
            Entry(
                category: error["category"]?.string ?? "", code: error["code"]?.string ?? "", detail: error["detail"]?.string ?? "",
                field: error["field"]?.string)
        }
        words = self.errors.map { $0.detail.isEmpty ? $0.code : "\($0.code): \($0.detail)" }.joined(separator: "; ")
        if words.isEmpty { words = "HTTP \(response.status) \(String(decoding: response.body.prefix(200), as: UTF8.self))" }
        if let text = response.headers["Retry-After"], let seconds = Double(text.trimmed), seconds >= 0, seconds < 86_400 {
            retryAfter = .milliseconds(Int64((seconds * 1000).rounded(.up)))
        }
    }

    /// What Square said, for the person who reads it.
    var said: String { String(words.prefix(500)) }

    func has(_ codes: String...) -> Bool { errors.contains { codes.contains($0.code) } }

    /// Somebody else changed the order between our look and our call.
    var isStale: Bool { has("VERSION_MISMATCH", "CONFLICT") }

    /// An earlier try of ours came through, with other words.
    var isKeyUsed: Bool { has("IDEMPOTENCY_KEY_REUSED") }

    /// It does not take our word of when something happened: a clock is wrong, and the next request has the time of this answer.
    var isOfTheClock: Bool { has("INVALID_TIME") }

    var failure: ChannelFailure {
        if status == 429 || has("RATE_LIMITED") { return .throttled(retryAfter: retryAfter) }
        if status == 401 || has("UNAUTHORIZED", "ACCESS_TOKEN_EXPIRED", "ACCESS_TOKEN_REVOKED") { return .unauthorized(said) }
        if status == 403 || has("FORBIDDEN", "INSUFFICIENT_SCOPES", "CLIENT_DISABLED", "APPLICATION_DISABLED") { return .forbidden(said) }
        if status == 404 || has("NOT_FOUND") { return .notFound(said) }
        if status == 408 || status >= 500 || has("INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE", "TEMPORARY_ERROR", "GATEWAY_TIMEOUT") {
            return .unavailable(said)
        }
        // Not to be repeated as it is: whoever can look again does so before this is told.
        return .refused(said)
    }
}
