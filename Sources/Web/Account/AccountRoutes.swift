// SPDX-License-Identifier: Apache-2.0

import Access
import ChannelSync
import HTTPTypes
import Hummingbird
import Storage
import Vocabulary

/// The first owner, signing in, signing out.
struct AccountRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            .get("/sign-in", .anyone) { try await signInPage($0) },
            .post("/sign-in", .visitor) { try await signIn($0) },
            .post("/sign-out") { try await signOut($0) },
            .get("/welcome", .anyone) { try await welcomePage($0) },
            .post("/welcome", .visitor) { try await welcome($0) },
        ]
    }

    private var cookies: ConsoleCookies { ConsoleCookies(secure: desk.settings.cookieSecure) }

    private func isNew() async throws -> Bool { try await desk.hub.store.read { try PersonTable.all(in: $0).isEmpty } }

    private func signInPage(_ visit: Visit) async throws -> Response {
        if try await isNew() { return Reply.redirect(Site.welcome) }
        let next = visit.query["next"]
        if visit.session != nil { return Reply.redirect(Site.isOurs(next) ? next : Site.overview) }
        return answer(SignInPage(title: visit.words("account.sign-in"), email: "", next: next, trouble: nil), visit)
    }

    private func signIn(_ visit: Visit) async throws -> Response {
        let email = visit.form["email"]
        let next = visit.form["next"]
        func again(_ message: String, _ status: HTTPResponse.Status) -> Response {
            answer(SignInPage(title: visit.words("account.sign-in"), email: email, next: next, trouble: Trouble(message: message)), visit, status)
        }
        if let wait = desk.throttle.wait(visit.remoteAddress, email, at: visit.now) {
            return again(visit.words("account.throttled", ["time": visit.words.format.span(wait.milliseconds + 999)]), .tooManyRequests)
        }
        let known = try await desk.hub.store.read { try PersonTable.find(email: email, in: $0) }
        let password = visit.form.values["password"] ?? ""
        // An unknown address takes as long as a known one.
        let kept = known?.password ?? PasswordHash(salt: [UInt8](repeating: 7, count: 16), hash: [UInt8](repeating: 0, count: 32))
        guard try kept.accepts(password), let person = known?.person else {
            desk.throttle.missed(visit.remoteAddress, email, at: visit.now)
            return again(visit.words("account.wrong"), .unprocessableContent)
        }
        desk.throttle.entered(visit.remoteAddress, email)
        return try await begin(person.id, visit, next: next)
    }

    private func begin(_ person: ID<PersonKind>, _ visit: Visit, next: String) async throws -> Response {
        let token = RandomText.make() + RandomText.make()
        let formKey = RandomText.make()
        try await desk.hub.store.write { try Sessions.begin(person, token: token, formKey: formKey, at: visit.now, in: $0) }
        var response = Reply.redirect(Site.isOurs(next) ? next : Site.overview)
        response.setCookie(cookies.begin(token, secondsMax: Int(Sessions.lasts.milliseconds / 1000)))
        return response
    }

    private func signOut(_ visit: Visit) async throws -> Response {
        if let token = visit.token { try await desk.hub.store.write { try Sessions.end(token: token, in: $0) } }
        var response = Reply.redirect(Site.signIn())
        response.setCookie(cookies.end())
        return response
    }

    private func welcomePage(_ visit: Visit) async throws -> Response {
        guard try await isNew() else { return Reply.redirect(Site.signIn()) }
        return answer(WelcomePage(title: visit.words("account.welcome"), email: "", name: "", trouble: nil), visit)
    }

    private func welcome(_ visit: Visit) async throws -> Response {
        guard try await isNew() else { return Reply.redirect(Site.signIn()) }
        let email = visit.form["email"]
        let name = visit.form["name"]
        do {
            guard !name.isEmpty, name.utf8.count <= 100 else { throw Refusal(.invalid, "person.bad-name") }
            let password = try PasswordHash(new: visit.form.values["password"] ?? "", salt: RandomText.salt())
            let person = try await desk.hub.store.write { transaction in
                // Asked again inside: two first visitors are one owner.
                guard try PersonTable.all(in: transaction).isEmpty else { throw Refusal(.conflict, "person.owner-exists") }
                return try PersonTable.add(email: email, name: name, role: .owner, password: password, at: visit.now, in: transaction)
            }
            return try await begin(person, visit, next: Site.overview)
        } catch let refusal as Refusal {
            let page = WelcomePage(title: visit.words("account.welcome"), email: email, name: name, trouble: Trouble(message: visit.words(refusal)))
            return answer(page, visit, .unprocessableContent)
        }
    }

    /// A page with a form for a visitor: its key is also in a cookie, so that the form can only come from here.
    private func answer(_ page: some ConsolePage, _ visit: Visit, _ status: HTTPResponse.Status = .ok) -> Response {
        var visit = visit
        visit.session = nil
        if visit.formKey.isEmpty { visit.formKey = RandomText.make() }
        var response = Reply.html(desk.show(page, to: visit), status: status)
        response.setCookie(cookies.visit(visit.formKey))
        return response
    }
}

struct SignInPage: ConsolePage {
    static let template = "SignInPage"
    var title: String
    var email: String
    var next: String
    var trouble: Trouble?
}

struct WelcomePage: ConsolePage {
    static let template = "WelcomePage"
    var title: String
    var email: String
    var name: String
    var trouble: Trouble?
}
