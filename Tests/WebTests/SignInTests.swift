// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing
import Vocabulary
import Web

@Suite struct SignInTests {
    @Test func `the first visitor makes the owner's account and nobody can after that`() async throws {
        let house = try await TestHouse(withOwner: false)
        try await house.visit { browser in
            #expect(try await browser.get("/sign-in").location == "/welcome")
            let fields = ["name": "Ada", "email": "ada@example.test", "password": "a long enough sentence"]
            let short = try await browser.submit("/welcome", from: "/welcome", ["name": "Ada", "email": "ada@example.test", "password": "short"])
            #expect(short.status == 422 && short.body.contains("at least 12") && short.body.contains("ada@example.test"))
            let made = try await browser.submit("/welcome", from: "/welcome", fields)
            #expect(made.status == 303 && made.location == "/")
            #expect(try await browser.get("/").status == 200)
            #expect(try await browser.get("/welcome").status == 303)
        }
    }

    @Test func `nobody sees anything without signing in`() async throws {
        let house = try await TestHouse()
        try await house.visit { browser in
            for path in ["/", "/orders", "/orders/1", "/orders.csv", "/products", "/channels", "/exceptions", "/live"] {
                let page = try await browser.get(path)
                #expect(page.status == 303 && page.location.hasPrefix("/sign-in"), "\(path)")
            }
            #expect(try await browser.get("/api/v1/orders").status == 401)
            #expect(try await browser.get("/health").body == "ok\n")
            #expect(try await browser.get("/ready").status == 200)
        }
    }

    @Test func `a wrong password is refused, and after five the door stays shut for a while`() async throws {
        let house = try await TestHouse()
        try await house.visit { browser in
            for _ in 0..<5 {
                let page = try await browser.submit("/sign-in", from: "/sign-in", ["email": TestHouse.email, "password": "wrong wrong wrong"])
                #expect(page.status == 422 && page.body.contains("do not go together"))
            }
            let right = ["email": TestHouse.email, "password": TestHouse.password]
            let shut = try await browser.submit("/sign-in", from: "/sign-in", right)
            #expect(shut.status == 429 && shut.body.contains("Too many tries"))
            house.clock.set(TestHouse.start + .seconds(16))
            #expect(try await browser.submit("/sign-in", from: "/sign-in", right).status == 303)
        }
    }

    @Test func `a form without the session's key changes nothing`() async throws {
        let house = try await TestHouse()
        let order = try await house.order("1001", [("MUG-BLUE", 1)])
        try await house.visit { browser in
            try await browser.signIn()
            let before = try await house.rowCounts()
            for key in ["", "0123456789abcdef0123456789abcdef"] {
                let page = try await browser.post("/orders/\(order)/shipments", ["form-key": key, "key": "12345678", "units-0": "1"])
                #expect(page.status == 403 && page.body.contains("reload"))
            }
            #expect(try await house.rowCounts() == before)
        }
    }

    @Test func `signing out ends the session`() async throws {
        let house = try await TestHouse()
        try await house.visit { browser in
            try await browser.signIn()
            #expect(try await browser.submit("/sign-out", from: "/").status == 303)
            #expect(try await browser.get("/").status == 303)
        }
    }

    @Test func `cookies are marked and a next address leads nowhere else`() async throws {
        let house = try await TestHouse()
        try await house.visit(WebSettings(cookieSecure: true, productVersion: "1")) { browser in
            let page = try await browser.get("/sign-in")
            let cookie = page.headers[.setCookie] ?? ""
            for part in ["__Host-", "HttpOnly", "SameSite=Lax", "Secure", "Path=/"] { #expect(cookie.contains(part), "\(part)") }
            let fields = [
                "email": TestHouse.email, "password": TestHouse.password, "next": "//evil.example", "form-key": Browser.hidden("form-key", in: page),
            ]
            #expect(try await browser.post("/sign-in", fields).location == "/")
        }
        #expect(Site.isOurs("/orders?q=1") && !Site.isOurs("//evil") && !Site.isOurs("/\\evil") && !Site.isOurs("https://evil"))
    }
}
