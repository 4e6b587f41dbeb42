// SPDX-License-Identifier: Apache-2.0

import Access
import ChannelSync
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import SQLiteStorage
import Storage
import Synchronization
import Testing
import Vocabulary
import Web

/// What a person's browser does: keeps cookies, follows nothing, fills in the hidden fields of the form it saw last.
final class Browser: Sendable {
    struct Page: Sendable {
        var status: Int
        var body: String
        var headers: HTTPFields
        var location: String { headers[.location] ?? "" }
    }
    private let client: any TestClientProtocol
    private let cookies = Mutex<[String: String]>([:])

    init(_ client: any TestClientProtocol) { self.client = client }

    func get(_ path: String, headers: HTTPFields = [:]) async throws -> Page { try await ask(path, .get, headers, nil) }

    func post(_ path: String, _ fields: [String: String], headers: HTTPFields = [:]) async throws -> Page {
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        return try await ask(path, .post, headers, fields.map { "\(Site.escape($0.key))=\(Site.escape($0.value))" }.joined(separator: "&"))
    }

    func postJSON(_ path: String, _ body: String, key: String?) async throws -> Page {
        var headers: HTTPFields = [.contentType: "application/json"]
        if let key, let name = HTTPField.Name("Idempotency-Key") { headers[name] = key }
        return try await ask(path, .post, headers, body)
    }

    private func ask(_ path: String, _ method: HTTPRequest.Method, _ headers: HTTPFields, _ body: String?) async throws -> Page {
        var headers = headers
        let jar = cookies.withLock { $0.map { "\($0.key)=\($0.value)" }.joined(separator: "; ") }
        if !jar.isEmpty { headers[.cookie] = jar }
        return try await client.execute(uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }) { response in
            for field in response.headers[values: .setCookie] {
                let pair = field.split(separator: ";")[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                self.cookies.withLock { $0[String(pair[0])] = pair[1].isEmpty ? nil : String(pair[1]) }
            }
            return Page(status: response.status.code, body: String(buffer: response.body), headers: response.headers)
        }
    }

    /// The value of the first hidden field of that name.
    static func hidden(_ name: String, in page: Page) -> String {
        guard let at = page.body.range(of: "name=\"\(name)\" value=\"") else { return "" }
        return String(page.body[at.upperBound...].prefix { $0 != "\"" })
    }

    /// Signed in without the door, whose hashing is slow on purpose.
    func enter(_ house: TestHouse) async throws {
        let token = RandomText.make()
        let now = house.clock.now()
        try await house.store.write { transaction in
            guard let owner = try PersonTable.find(email: TestHouse.email, in: transaction)?.person else { return }
            try Sessions.begin(owner.id, token: token, formKey: RandomText.make(), at: now, in: transaction)
        }
        cookies.withLock { $0["tributary-session"] = token }
    }

    func signIn() async throws {
        let page = try await get("/sign-in")
        let answer = try await post(
            "/sign-in", ["form-key": Self.hidden("form-key", in: page), "email": TestHouse.email, "password": TestHouse.password])
        #expect(answer.status == 303, "signing in leads on")
    }

    /// Sees the page and sends one of its forms with the keys that were in it.
    func submit(_ path: String, from seen: String, _ fields: [String: String] = [:]) async throws -> Page {
        let page = try await get(seen)
        var fields = fields
        fields["form-key"] = Self.hidden("form-key", in: page)
        return try await post(path, fields)
    }
}

extension TestHouse {
    /// Runs the body against the console of this house.
    func visit(_ settings: WebSettings = WebSettings(cookieSecure: false, productVersion: "1.0"), _ body: @Sendable (Browser) async throws -> Void)
        async throws
    {
        let router = Router(context: WebContext.self)
        WebDoor(hub: hub, connectors: quietConnectors, settings: settings).addRoutes(to: router)
        try await Application(router: router).test(.router) { client in try await body(Browser(client)) }
    }
}
