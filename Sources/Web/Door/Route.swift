// SPDX-License-Identifier: Apache-2.0

import Access
import Hummingbird
import Vocabulary

/// One method on one path, who may use it, and what answers.
struct Route: Sendable {
    enum Access: Sendable {
        case anyone
        /// Anyone, but a form has to carry the key of the visit's cookie.
        case visitor
        /// Signed in; a form has to carry the session's key.
        case person
        /// Signed in; bodies are JSON.
        case program
    }
    let method: HTTPRequest.Method
    let path: String
    let access: Access
    let answer: @Sendable (Visit) async throws -> Response

    static func get(_ path: String, _ access: Access = .person, _ answer: @escaping @Sendable (Visit) async throws -> Response) -> Route {
        Route(method: .get, path: path, access: access, answer: answer)
    }

    static func post(_ path: String, _ access: Access = .person, _ answer: @escaping @Sendable (Visit) async throws -> Response) -> Route {
        Route(method: .post, path: path, access: access, answer: answer)
    }

    /// Whether the path is one that this route stands for.
    func matches(_ other: some StringProtocol) -> Bool {
        let mine = path.split(separator: "/")
        let theirs = other.split(separator: "/")
        return mine.count == theirs.count && zip(mine, theirs).allSatisfy { $0.first == "{" || $0 == $1 }
    }
}

/// One request as a route sees it: who asks, what for, with what.
struct Visit: Sendable {
    var path: String
    var parameters: [String: String]
    var query: Fields
    var form: Fields
    var body: [UInt8]
    var headers: HTTPFields
    var session: Session?
    /// The session's token, to end it by.
    var token: String?
    /// Goes into every form of the page that answers.
    var formKey: String
    var remoteAddress: String
    var words: Words
    var now: Instant

    /// Who signs what is done. A route for persons always has one.
    var actor: String { session.map { "person:\($0.person.email)" } ?? "nobody" }

    /// The number in the path; a path that has none leads nowhere.
    func id<Kind>(_ name: String, of kind: Kind.Type = Kind.self) throws -> ID<Kind> {
        guard let id = parameters[name].flatMap({ ID<Kind>(text: $0) }) else { throw HTTPError(.notFound) }
        return id
    }
}
