// SPDX-License-Identifier: Apache-2.0

import ChannelKit
import JSONText
import Vocabulary

/// Tells an answer from a failure. Shopify reports most of its failures inside HTTP 200.
enum GraphQLAnswer {
    /// The member `data` of an answer without errors.
    static func data(_ response: HTTPResponse) throws(ChannelFailure) -> JSON {
        if response.status != 200 { throw failure(of: response) }
        let answer: JSON
        do throws(JSONError) { answer = try JSON.parse(response.body) } catch {
            // A page of HTML under 200 is a shop behind a password or in maintenance, not an answer.
            if response.body.first(where: { $0 > 0x20 }) == 0x3C { throw .unavailable("a page instead of an answer") }
            throw .unreadable(.malformed(error.description))
        }
        if let errors = answer["errors"], !errors.isNull { throw failure(errors, in: answer) }
        guard let data = answer["data"], data.kind == .object else { throw .unreadable(.missing(field: "data")) }
        return data
    }

    /// Answers with another status than 200.
    static func failure(of response: HTTPResponse) -> ChannelFailure {
        let said = words(in: response)
        switch response.status {
        case 401: return .unauthorized(said)
        // 402: the shop is frozen for its bill; 423: locked; 403: a scope is missing or the shop is closed.
        case 402, 403, 423: return .forbidden(said)
        case 404: return .notFound(said)
        case 429, 430: return .throttled(retryAfter: retryAfter(response))
        case 408, 500...: return .unavailable(said)
        case 300..<400: return .forbidden("the shop has another address: \(response.headers["Location"] ?? "")")
        default: return .refused(said)
        }
    }

    /// `Retry-After` in seconds, also with a fraction (Shopify writes `2.0`); nil where it is missing or senseless.
    static func retryAfter(_ response: HTTPResponse) -> Span? {
        guard let text = response.headers["Retry-After"], let seconds = Double(text.trimmed), seconds >= 0,
            seconds < 86_400
        else { return nil }
        return .milliseconds(Int64((seconds * 1000).rounded(.up)))
    }

    /// The first of the top-level errors, by its code.
    private static func failure(_ errors: JSON, in answer: JSON) -> ChannelFailure {
        guard errors.kind == .array else {
            return .refused(errors.text ?? String(decoding: errors.source.prefix(300), as: UTF8.self))
        }
        var first: ChannelFailure?
        for error in errors.elements {
            let said = error["message"]?.text ?? "an error without words"
            switch error["extensions"]?["code"]?.string {
            case "THROTTLED": return .throttled(retryAfter: wait(in: answer))
            case "ACCESS_DENIED", "SHOP_INACTIVE": return .forbidden(said)
            case "INTERNAL_SERVER_ERROR", "TIMEOUT": first = first ?? .unavailable(said)
            case "RESOURCE_NOT_FOUND", "NOT_FOUND": first = first ?? .notFound(said)
            case "IDEMPOTENCY_CONCURRENT_REQUEST": return .throttled(retryAfter: .seconds(1))
            default: first = first ?? .refused(said)
            }
        }
        return first ?? .refused("errors without an error")
    }

    /// How long until the bucket holds what the call asked for.
    private static func wait(in answer: JSON) -> Span? {
        guard let cost = answer["extensions"]?["cost"], let status = cost["throttleStatus"],
            let wanted = cost["requestedQueryCost"]?.text.flatMap(Double.init),
            let left = status["currentlyAvailable"]?.text.flatMap(Double.init),
            let rate = status["restoreRate"]?.text.flatMap(Double.init), rate > 0
        else { return .seconds(1) }
        let seconds = max(0.1, (wanted - left) / rate)
        guard seconds.isFinite, seconds < 3600 else { return .seconds(60) }
        return .milliseconds(Int64((seconds * 1000).rounded(.up)))
    }

    /// What an answer says in its `errors`, which is a text, a list or an object; or the beginning of whatever it is.
    static func words(in response: HTTPResponse) -> String {
        if let errors = (try? JSON.parse(response.body))?["errors"] {
            if let text = errors.string { return text }
            if let message = errors.elements.first(where: { _ in true })?["message"]?.string { return message }
            return String(decoding: errors.source.prefix(300), as: UTF8.self)
        }
        return "HTTP \(response.status) \(String(decoding: response.body.prefix(200), as: UTF8.self))"
    }
}

/// A problem that a mutation reports in `userErrors`, inside a success.
struct UserProblem: Sendable {
    var code: String?
    var field: [String]
    var message: String

    static func list(_ json: JSON?) -> [UserProblem] {
        guard let json else { return [] }
        return json.elements.map { element in
            UserProblem(
                code: element["code"]?.string, field: element["field"]?.elements.compactMap(\.text) ?? [],
                message: element["message"]?.text ?? element["code"]?.text ?? "refused without words")
        }
    }

    /// All of them in one failure; nil when there is none.
    static func failure(_ problems: [UserProblem]) -> ChannelFailure? {
        guard !problems.isEmpty else { return nil }
        if problems.contains(where: { $0.code == "IDEMPOTENCY_CONCURRENT_REQUEST" }) {
            return .throttled(retryAfter: .seconds(1))
        }
        if problems.contains(where: { $0.code == "NOT_FOUND" }) { return .notFound(problems[0].message) }
        return .refused(problems.map(\.message).joined(separator: "; "))
    }
}
