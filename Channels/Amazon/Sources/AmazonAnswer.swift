// SPDX-License-Identifier: Apache-2.0

internal import ChannelKit
internal import JSONText
internal import Vocabulary

/// What an answer of the API means before anyone looks into it.
enum AmazonAnswer {
    /// A hundred orders of a thousand lines fit.
    private static let bytesMax = 128 << 20

    /// The JSON of a good answer, or the failure that it is. An `errors` list inside a 200 is a failure too.
    static func json(_ response: HTTPResponse, _ operation: Operation) throws(ChannelFailure) -> JSON {
        if let failure = failure(response, operation) { throw failure }
        let root: JSON
        do throws(JSONError) { root = try JSON.parse(response.body, limits: .init(bytes: bytesMax)) } catch {
            if error.reason == .tooLarge { throw .unreadable(.tooLarge(bytes: response.body.count)) }
            // A maintenance page comes with status 200 as well.
            if response.body.first(where: { $0 > 0x20 }) == 0x3C { throw .unavailable("a page instead of an answer") }
            throw .unreadable(.malformed("\(operation.rawValue): \(error)"))
        }
        if let error = errors(in: root).first {
            throw meaning(of: error, status: response.status, response.headers, operation)
        }
        return root
    }

    /// Nil for a status of success.
    static func failure(_ response: HTTPResponse, _ operation: Operation) -> ChannelFailure? {
        guard !(200..<300).contains(response.status) else { return nil }
        let root = try? JSON.parse(response.body)
        let error =
            root.flatMap { errors(in: $0).first } ?? Complaint(code: "", message: "HTTP \(response.status)", details: "")
        return meaning(of: error, status: response.status, response.headers, operation)
    }

    /// One entry of Amazon's `errors`.
    struct Complaint {
        var code: String
        var message: String
        var details: String
        var text: String { [code, message, details].filter { !$0.isEmpty }.joined(separator: ": ") }
    }

    static func errors(in root: JSON) -> [Complaint] {
        guard let list = root["errors"] else { return [] }
        return list.elements.map {
            Complaint(code: $0["code"]?.text ?? "", message: $0["message"]?.text ?? "", details: $0["details"]?.text ?? "")
        }
    }

    private static func meaning(of error: Complaint, status: Int, _ headers: HTTPHeaders, _ operation: Operation)
        -> ChannelFailure
    {
        if status == 429 || error.code == "QuotaExceeded" { return .throttled(retryAfter: pause(headers, operation)) }
        switch status {
        case 401: return .unauthorized(error.text)
        case 403:
            // Amazon says 403 for both: a token that is over or wrong names it in the details, a missing role does not.
            let words = (error.message + " " + error.details).asciiUppercased
            let isToken = words.contains("ACCESS TOKEN") || words.contains("SECURITY TOKEN") || words.contains("EXPIRED")
            return isToken ? .unauthorized(error.text) : .forbidden(error.text)
        case 404: return .notFound(error.text)
        case 408, 500...: return .unavailable(error.text)
        case 400..<500: return .refused(error.text)
        case 200..<300:
            switch error.code {
            case "InternalFailure", "InternalError", "ServiceUnavailable": return .unavailable(error.text)
            case "Unauthorized": return .forbidden(error.text)
            case "NotFound", "ResourceNotFound": return .notFound(error.text)
            default: return .refused(error.text)
            }
        default: return .unavailable(error.text)
        }
    }

    /// Amazon names no time to wait: one unit of the operation's own rate is back after its inverse.
    private static func pause(_ headers: HTTPHeaders, _ operation: Operation) -> Span {
        if let text = headers["retry-after"], let seconds = Int64(text.trimmed), (0...86_400).contains(seconds) {
            return .seconds(seconds)
        }
        var rate = operation.limit.pointsPerSecond
        if let text = headers["x-amzn-RateLimit-Limit"], let told = Double(text.trimmed), told.isFinite, told > 0 {
            rate = told
        }
        return .milliseconds(Int64(min(1000 / rate, 3_600_000).rounded(.up)))
    }
}
