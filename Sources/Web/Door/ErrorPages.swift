// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import JSONText
import Logging
import Storage
import Vocabulary

/// Turns what a route throws into a page (or, for programs, JSON) in plain words. What is not the person's doing is logged in full and never shown.
struct ErrorPages: RouterMiddleware {
    typealias Context = WebContext
    let desk: Desk
    let routes: [Route]

    func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
        // Channels read statuses, not pages.
        guard !request.uri.path.hasPrefix("/hooks/") else { return try await next(request, context) }
        do {
            return try await next(request, context)
        } catch let refusal as Refusal {
            return answer(request, Self.status(of: refusal), refusal)
        } catch let error as any HTTPResponseError {
            guard error.status == .notFound else { return answer(request, error.status, nil) }
            let allowed = routes.filter { $0.matches(request.uri.path) }.map(\.method.rawValue)
            guard !allowed.isEmpty, !allowed.contains(request.method.rawValue) else { return answer(request, .notFound, nil) }
            var response = answer(request, .methodNotAllowed, nil)
            response.headers[.allow] = Set(allowed).sorted().joined(separator: ", ")
            return response
        } catch StorageFailure.full(let why) {
            context.logger.error("the disk is full: \(why)")
            return answer(request, HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"), nil)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            context.logger.error("\(request.method) \(request.uri.path): \(error)")
            return answer(request, .internalServerError, nil)
        }
    }

    static func status(of refusal: Refusal) -> HTTPResponse.Status {
        switch refusal.kind {
        case .invalid: .unprocessableContent
        case .notFound: .notFound
        case .conflict: .conflict
        case .forbidden: .forbidden
        }
    }

    private func answer(_ request: Request, _ status: HTTPResponse.Status, _ refusal: Refusal?) -> Response {
        let words = desk.words
        guard !request.uri.path.hasPrefix("/api/") else {
            let code = refusal?.message ?? "http.\(status.code)"
            let message = refusal.map { words($0) } ?? words("error.\(status.code).title")
            return Reply.json(["error": ["code": .string(code), "message": .string(message)]], status: status)
        }
        let known = [400, 401, 403, 404, 405, 413, 415, 429, 500, 507].contains(status.code) ? status.code : 500
        let page = ErrorPage(
            code: String(status.code), heading: refusal == nil ? words("error.\(known).title") : words("error.refused"),
            advice: refusal.map { words($0) } ?? words("error.\(known).advice"))
        return Reply.html(desk.screens.render(page, for: nil, desk: desk, formKey: "", path: ""), status: status)
    }
}

/// Something went wrong, in the same clothes as everything else.
struct ErrorPage: ConsolePage {
    static let template = "ErrorPage"
    var title: String { heading }
    var code: String
    var heading: String
    var advice: String
}
