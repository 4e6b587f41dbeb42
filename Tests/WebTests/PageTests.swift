// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Orders
import Storage
import Testing
import Vocabulary
import Web

@Suite struct PageTests {
    @Test func `every page answers, shows its facts, carries the security headers and writes nothing`() async throws {
        let house = try await TestHouse()
        let order = try await house.order("1001", [("MUG-BLUE", 3), ("TEA-SET", 1)])
        try await house.importOrders([house.news("1002", account: 1, [("NO-SUCH", 1)], at: house.clock.now())])
        try await house.publish()
        try await house.visit { browser in
            try await browser.enter(house)
            let before = try await house.rowCounts()
            let pages: [(String, [String])] = [
                ("/", ["Riverbank Gifts", "Orders by channel", "Unknown SKU", "<svg"]), ("/?period=week", ["7 days"]),
                ("/?period=month", ["30 days"]),
                ("/orders", ["1001", "1002", "Ida Buyer", "£"]), ("/orders?status=open&channel=1&q=MUG-BLUE", ["1001"]),
                ("/orders?attention=1", ["1002"]),
                (
                    "/orders/\(order)",
                    ["Blue stoneware mug", "3 held at Main", "from available at Main to reserved at Main", "Order received", "Ida Buyer"]
                ),
                ("/products", ["MUG-BLUE", "TEA-SET", "Bundle"]), ("/products?q=mug", ["MUG-RED"]),
                ("/products/MUG-BLUE", ["High Street", "Riverbank Gifts", "Confirmed", "Part of"]),
                ("/products/MUG-BLUE/why?number=available", ["Opening stock", "Order booked: 1001"]),
                ("/products/MUG-BLUE/why?number=published", ["Free at Main", "So it should show"]),
                ("/products/TEA-SET", ["made of these"]), ("/products/TEA-SET/why?number=published", ["MUG-BLUE", "TEA-TIN"]),
                ("/channels", ["Riverbank Gifts", "Webhooks"]), ("/channels/1", ["Recent messages"]),
                ("/channels/new?channel=amazon", ["Refresh token"]),
                ("/exceptions", ["Unknown SKU"]), ("/exceptions?kind=unknown-sku", ["NO-SUCH"]), ("/exceptions/1", ["Close"]),
            ]
            for (path, facts) in pages {
                let page = try await browser.get(path)
                #expect(page.status == 200, "\(path)")
                for fact in facts { #expect(page.body.contains(fact), "\(path) shows \(fact)") }
                #expect(
                    !page.body.contains("style=\"") && !page.body.contains("<script>") && !page.body.contains("onclick"), "\(path) has nothing inline"
                )
                #expect(page.headers[HTTPField.Name("Content-Security-Policy")!]?.contains("default-src 'self'") == true)
                #expect(page.headers[HTTPField.Name("X-Content-Type-Options")!] == "nosniff")
            }
            #expect(try await house.rowCounts() == before)
        }
    }

    @Test func `errors are pages too`() async throws {
        let house = try await TestHouse()
        try await house.visit { browser in
            try await browser.enter(house)
            for path in ["/nothing", "/orders/999", "/orders/x", "/products/NONE", "/channels/77", "/exceptions/4", "/assets/none.css"] {
                let page = try await browser.get(path)
                #expect(
                    page.status == 404 && page.body.contains("<h1>") && page.headers[HTTPField.Name("Content-Security-Policy")!] != nil, "\(path)")
            }
            let wrong = try await browser.post("/products", [:])
            #expect(wrong.status == 405 && wrong.headers[.allow] == "GET")
            let large = try await browser.post("/channels/new", ["name": String(repeating: "x", count: 70_000)])
            #expect(large.status == 413 && large.body.contains("64 KB"))
            #expect(try await browser.get("/api/v1/orders/999").body.contains("order.unknown"))
        }
    }

    @Test func `what strangers write is shown as text`() async throws {
        let house = try await TestHouse()
        let hostile = "<script>alert(1)</script>\"'&"
        let order = try await house.order("10\(hostile)", [("CLOCK", 1), ("<img src=x>", 1)], buyer: hostile)
        try await house.visit { browser in
            try await browser.enter(house)
            let search = "/orders?q=\(Site.escape(hostile))"
            for path in ["/", "/orders", search, "/orders/\(order)", "/products", "/products/CLOCK", "/exceptions", "/exceptions/1"] {
                let page = try await browser.get(path)
                #expect(
                    page.status == 200 && !page.body.contains("<script>alert") && !page.body.contains("<img src=x")
                        && !page.body.contains("<b>cream"), "\(path)")
            }
            #expect(try await browser.get("/orders/\(order)").body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        }
        #expect(OrderCSV.cell("=HYPERLINK(\"x\")") == "\"'=HYPERLINK(\"\"x\"\")\"")
        #expect(OrderCSV.cell("Eve\"\u{301},=1+1,") == "\"Eve\"\"\u{301},=1+1,\"", "a quotation mark under an accent is one")
        #expect(OrderCSV.cell("-12.50") == "-12.50" && OrderCSV.cell("+cmd|x") == "'+cmd|x" && OrderCSV.cell("Ida") == "Ida")
    }

    @Test func `orders are found and paged newest first, each once`() async throws {
        let house = try await TestHouse()
        for index in 0..<130 {
            let at = house.clock.now() - .minutes(Int64(index / 3))
            try await house.importOrders([
                house.news("R\(index)", account: index % 3, [("CANDLE-S", 1)], at: at, buyer: index == 77 ? "Zoë Last" : "Ida Buyer")
            ])
        }
        try await house.visit { browser in
            try await browser.enter(house)
            var path: String? = "/orders"
            var seen: [String] = []
            while let address = path {
                let page = try await browser.get(address)
                seen += page.body.split(separator: "class=\"strong\" href=\"/orders/").dropFirst().map { String($0.prefix { $0 != "\"" }) }
                let next = page.body.range(of: "/orders?after=").map { "/orders?after=" + page.body[$0.upperBound...].prefix { $0 != "\"" } }
                path = page.body.contains("rel=\"next\"") ? next : nil
            }
            #expect(seen.count == 130 && Set(seen).count == 130)
            for query in ["R77", "zoë", "Zo%C3%AB%20last"] { #expect(try await browser.get("/orders?q=\(query)").body.contains(">R77<"), "\(query)") }
            let csv = try await browser.get("/orders.csv?channel=2")
            #expect(csv.body.split(whereSeparator: \.isNewline).count == 1 + 43 && csv.headers[.contentType]?.hasPrefix("text/csv") == true)
        }
    }
}
