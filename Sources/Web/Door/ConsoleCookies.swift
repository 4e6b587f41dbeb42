// SPDX-License-Identifier: Apache-2.0

import Hummingbird

/// The two cookies of the console: the session's token, and before that a key that proves a form came from our page.
struct ConsoleCookies: Sendable {
    let secure: Bool
    private var prefix: String { secure ? "__Host-" : "" }
    private var sessionName: String { prefix + "tributary-session" }
    private var visitName: String { prefix + "tributary-visit" }

    func session(of request: Request) -> String? { request.cookies[sessionName]?.value }
    func visit(of request: Request) -> String? { request.cookies[visitName]?.value }

    func begin(_ token: String, secondsMax: Int) -> Cookie { cookie(sessionName, token, secondsMax) }
    func end() -> Cookie { cookie(sessionName, "", 0) }
    func visit(_ key: String) -> Cookie { cookie(visitName, key, 3600) }

    private func cookie(_ name: String, _ value: String, _ secondsMax: Int) -> Cookie {
        Cookie(name: name, value: value, maxAge: secondsMax, path: "/", secure: secure, httpOnly: true, sameSite: .lax)
    }
}
