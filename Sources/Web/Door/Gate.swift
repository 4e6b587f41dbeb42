// SPDX-License-Identifier: Apache-2.0

import Access
import ChannelSync
import HTTPTypes
import Hummingbird
import NIOCore
import Storage
import Vocabulary

/// What stands before every route: who is it, may they, and is this form one of ours.
struct Gate: Sendable {
    static let bodyBytesMax = 64 << 10
    let desk: Desk
    let route: Route

    func answer(_ request: Request, _ context: WebContext) async throws -> Response {
        let now = desk.hub.clock.now()
        let cookies = ConsoleCookies(secure: desk.settings.cookieSecure)
        var visit = Visit(
            path: request.uri.path, parameters: [:], query: Fields(encoded: (request.uri.query ?? "").utf8) ?? Fields(), form: Fields(), body: [],
            headers: request.headers, session: nil, token: nil, formKey: "", remoteAddress: context.remoteAddress, words: desk.words, now: now)
        for (name, value) in context.parameters {
            visit.parameters[String(name)] = Fields.decode(value.utf8.map { $0 == 0x2B ? 0x2B : $0 }) ?? String(value)
        }
        if let token = cookies.session(of: request) {
            visit.token = token
            visit.session = try await desk.hub.store.read { try Sessions.find(token: token, at: now, in: $0) }
        }
        let visitKey = cookies.visit(of: request) ?? ""
        visit.formKey = visit.session?.formKey ?? visitKey
        switch route.access {
        case .anyone, .visitor: break
        case .person where visit.session == nil: return Reply.redirect(Site.signIn(next: route.method == .get ? Self.target(request) : nil))
        case .program where visit.session == nil: throw HTTPError(.unauthorized)
        case .person, .program: break
        }
        guard route.method == .post else { return try await route.answer(visit) }
        guard request.headers[.secFetchSite] != "cross-site" else { throw HTTPError(.forbidden) }
        visit.body = try await Self.body(of: request)
        if route.access == .program {
            guard request.headers[.contentType]?.hasPrefix("application/json") == true else { throw HTTPError(.unsupportedMediaType) }
        } else {
            guard let form = Fields(encoded: visit.body) else { throw HTTPError(.badRequest) }
            guard !visit.formKey.isEmpty, RandomText.equal(form["form-key"], visit.formKey) else { throw Refusal(.forbidden, "form.not-ours") }
            visit.form = form
        }
        return try await route.answer(visit)
    }

    /// Path and query as they were asked for.
    private static func target(_ request: Request) -> String { request.uri.path + (request.uri.query.map { "?" + $0 } ?? "") }

    private static func body(of request: Request) async throws -> [UInt8] {
        if let text = request.headers[.contentLength], let length = Int(text), length > bodyBytesMax { throw HTTPError(.contentTooLarge) }
        var body: [UInt8] = []
        for try await part in request.body {
            guard body.count + part.readableBytes <= bodyBytesMax else { throw HTTPError(.contentTooLarge) }
            body += part.readableBytesView
        }
        return body
    }
}

extension HTTPField.Name {
    static var secFetchSite: HTTPField.Name { HTTPField.Name(parsed: "sec-fetch-site") ?? .contentType }
}
