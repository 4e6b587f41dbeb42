// SPDX-License-Identifier: Apache-2.0

import Availability
import Catalog
import ChannelKit
import ChannelSync
import Inventory
import JSONText
import Journal
import Ledger
import Orders
import SQLiteStorage
import Storage
import Testing
import Vocabulary
import Web

@Suite struct ActTests {
    private func detail(_ order: ID<OrderKind>, _ house: TestHouse) async throws -> OrderDetail {
        let ledger = house.hub.ledger
        let found = try await house.store.read { try OrderDetail(order, ledger: ledger, in: $0) }
        return try #require(found)
    }

    @Test func `shipping twice with one form is one parcel`() async throws {
        let house = try await TestHouse()
        let order = try await house.order("1001", [("MUG-BLUE", 3)])
        try await house.visit { browser in
            try await browser.enter(house)
            let fields = ["key": "abcdef0123456789", "units-0": "2", "carrier": "Royal Mail", "number": "RM123", "link": ""]
            let first = try await browser.submit("/orders/\(order)/shipments", from: "/orders/\(order)", fields)
            #expect(first.status == 303 && first.location == "/orders/\(order)?done=ship")
            let second = try await browser.submit("/orders/\(order)/shipments", from: "/orders/\(order)", fields)
            #expect(second.location == "/orders/\(order)?done=before")
            let page = try await browser.get(first.location)
            #expect(page.body.contains("RM123") && page.body.contains("The parcel is booked") && page.body.contains("owner@example.test"))
        }
        let after = try await detail(order, house)
        #expect(after.order.shipments.count == 1 && after.fold.lines[0].shipped == 2 && after.actions.count == 1)
        #expect(after.events.filter { $0.event.kind == "order.shipped" }.count == 1)
    }

    @Test func `a refused form is shown again with the reason and what was typed`() async throws {
        let house = try await TestHouse()
        let order = try await house.order("1001", [("MUG-BLUE", 3)])
        try await house.visit { browser in
            try await browser.enter(house)
            let before = try await house.rowCounts()
            let page = try await browser.submit(
                "/orders/\(order)/shipments", from: "/orders/\(order)",
                ["key": "abcdef0123456789", "units-0": "7", "carrier": "Post", "number": "N-1", "link": ""])
            #expect(page.status == 422 && page.body.contains("Enter at most that many"))
            for typed in ["value=\"7\"", "value=\"Post\"", "value=\"N-1\"", "value=\"abcdef0123456789\""] {
                #expect(page.body.contains(typed), "\(typed)")
            }
            let words = try await browser.submit(
                "/orders/\(order)/refunds", from: "/orders/\(order)", ["key": "abcdef0123456789", "shipping": "a lot"])
            #expect(words.status == 422 && words.body.contains("“a lot”"))
            #expect(try await house.rowCounts() == before)
        }
    }

    @Test func `cancelling twice frees the stock once`() async throws {
        let house = try await TestHouse()
        let order = try await house.order("1001", [("MUG-BLUE", 3)])
        try await house.visit { browser in
            try await browser.enter(house)
            for expected in ["cancel", "before"] {
                let answer = try await browser.submit("/orders/\(order)/cancellation", from: "/orders/\(order)", ["key": "abcdef0123456789"])
                #expect(answer.location == "/orders/\(order)?done=\(expected)")
            }
            #expect(try await browser.get("/orders/\(order)").body.contains("Cancelled here"))
            let ship = try await browser.submit("/orders/\(order)/shipments", from: "/orders/\(order)", ["key": "abcdef0123456789", "units-0": "1"])
            #expect(ship.status == 422 && ship.body.contains("is cancelled"))
        }
        #expect(try await available("MUG-BLUE", house) == 60)
    }

    @Test func `refunding twice gives the money back once and the units where it was said`() async throws {
        let house = try await TestHouse()
        let order = try await house.order("1001", [("MUG-BLUE", 3)])
        try await house.visit { browser in
            try await browser.enter(house)
            _ = try await browser.submit("/orders/\(order)/shipments", from: "/orders/\(order)", ["key": "ship-key-1", "all": "1"])
            for expected in ["refund", "before"] {
                let fields = ["key": "refund-key-1", "units-0": "2", "restock-0": "1", "shipping": "1.00"]
                let answer = try await browser.submit("/orders/\(order)/refunds", from: "/orders/\(order)", fields)
                #expect(answer.location == "/orders/\(order)?done=\(expected)")
            }
        }
        let after = try await detail(order, house)
        #expect(after.order.refunds.count == 1 && after.fold.refunded == 2 * (695 + 139) + 100 && after.fold.lines[0].returned == 2)
        #expect(try await available("MUG-BLUE", house) == 59)
    }

    @Test func `programs do the same with a key in a header`() async throws {
        let house = try await TestHouse()
        let order = try await house.order("1001", [("MUG-BLUE", 3)])
        try await house.visit { browser in
            try await browser.enter(house)
            let body = #"{"lines":[{"position":0,"units":1}],"tracking":{"carrier":"DHL","number":"D1","url":"https://dhl.example/D1"}}"#
            #expect(try await browser.postJSON("/api/v1/orders/\(order)/shipments", body, key: nil).status == 422)
            #expect(try await browser.postJSON("/api/v1/orders/\(order)/shipments", body, key: "program-1").status == 201)
            let again = try await browser.postJSON("/api/v1/orders/\(order)/shipments", body, key: "program-1")
            #expect(again.status == 200 && again.body.contains("\"shipped\":1") && again.body.contains("https://dhl.example/D1"))
            #expect(try await browser.postJSON("/api/v1/orders/\(order)/cancellation", "{}", key: "program-2").status == 409)
            #expect(
                try await browser.postJSON(
                    "/api/v1/orders/\(order)/refunds", #"{"lines":[{"position":0,"units":1,"restock":true}]}"#, key: "program-3"
                ).status == 201)
            #expect(try await browser.postJSON("/api/v1/orders/\(order)/refunds", "[", key: "program-4").status == 422)
            #expect(try await browser.post("/api/v1/orders/\(order)/refunds", [:]).status == 415)
            for path in ["/api/v1/orders", "/api/v1/products", "/api/v1/channels", "/api/v1/overview"] {
                #expect(try await browser.get(path).status == 200, "\(path)")
            }
        }
    }

    @Test func `an unknown line is mapped by hand and takes its stock`() async throws {
        let house = try await TestHouse()
        let order = try await house.order("1001", [("NO-SUCH", 2)])
        try await house.visit { browser in
            try await browser.enter(house)
            let wrong = try await browser.submit("/orders/\(order)/lines", from: "/orders/\(order)", ["position": "0", "sku": "NOT-THERE"])
            #expect(wrong.status == 422 && wrong.body.contains("value=\"NOT-THERE\""))
            let right = try await browser.submit("/orders/\(order)/lines", from: "/orders/\(order)", ["position": "0", "sku": "mug-red"])
            #expect(right.status == 303)
            #expect(try await browser.get("/orders/\(order)").body.contains("2 held at Main"))
        }
        #expect(try await available("MUG-RED", house) == 38)
        #expect(try await detail(order, house).exceptions.isEmpty)
    }

    @Test func `stock changes once for one form and needs a sign that goes with its reason`() async throws {
        let house = try await TestHouse()
        try await house.visit { browser in
            try await browser.enter(house)
            let fields = ["key": "stock-key-1", "units": "+7", "location": "\(house.main)", "reason": "received", "note": "Pallet 4"]
            for expected in ["stock", "before"] {
                let answer = try await browser.submit("/products/MUG-BLUE/stock", from: "/products/MUG-BLUE", fields)
                #expect(answer.location == "/products/MUG-BLUE?done=\(expected)")
            }
            var wrong = fields
            wrong["key"] = "stock-key-2"
            wrong["reason"] = "lost"
            #expect(try await browser.submit("/products/MUG-BLUE/stock", from: "/products/MUG-BLUE", wrong).status == 422)
            wrong["units"] = "-999"
            let much = try await browser.submit("/products/MUG-BLUE/stock", from: "/products/MUG-BLUE", wrong)
            #expect(much.status == 422 && much.body.contains("Only 52 are free") && much.body.contains("value=\"-999\""))
        }
        #expect(try await available("MUG-BLUE", house) == 67)
    }

    @Test func `a rule is kept and the quantity is to be decided anew`() async throws {
        let house = try await TestHouse()
        let count = try await house.store.write { transaction -> Int in
            _ = try StockChanges.take(limit: 500, in: transaction)
            return try StockChanges.count(in: transaction)
        }
        #expect(count == 0)
        try await house.visit { browser in
            try await browser.enter(house)
            let answer = try await browser.submit("/products/MUG-BLUE/rules/1", from: "/products/MUG-BLUE", ["buffer": "5", "cap": "20"])
            #expect(answer.status == 303)
            let why = try await browser.get("/products/MUG-BLUE/why?number=published&listing=1")
            #expect(why.body.contains("<p class=\"answer-value\">20</p>") && why.body.contains("Kept back by the rule"))
        }
        #expect(try await house.store.read { try StockChanges.count(in: $0) } == 1)
    }

    @Test func `an article is guarded, with a limit that is checked, and says so`() async throws {
        let house = try await TestHouse()
        try await house.visit { browser in
            try await browser.enter(house)
            let bad = try await browser.submit("/products/MUG-BLUE/policy", from: "/products/MUG-BLUE", ["kind": "guarded", "limit": "-1"])
            #expect(bad.status == 422 && bad.body.contains("between 0 and a thousand million") && bad.body.contains("value=\"-1\""))
            let answer = try await browser.submit("/products/MUG-BLUE/policy", from: "/products/MUG-BLUE", ["kind": "guarded", "limit": "2"])
            #expect(answer.status == 303)
            let page = try await browser.get(answer.location)
            #expect(page.body.contains("<option value=\"guarded\" selected>") && page.body.contains("The policy is kept"))
        }
        let kept = try await house.store.read {
            try SellingPolicyTable.policies(in: $0).policy(of: VariantTable.find(sku: SKU("MUG-BLUE")!, in: $0)!.id, in: $0)
        }
        #expect(kept.kind == .guarded && kept.limit == 2)
    }

    @Test func `all articles are guarded at once, but for those that have a policy of their own`() async throws {
        let house = try await TestHouse()
        try await house.visit { browser in
            try await browser.enter(house)
            _ = try await browser.submit("/products/MUG-BLUE/policy", from: "/products/MUG-BLUE", ["kind": "shared"])
            let unclear = try await browser.submit("/products/MUG-RED/policy", from: "/products/MUG-RED", ["kind": "as-all", "scope": "all"])
            #expect(unclear.status == 422 && unclear.body.contains("choose shared or guarded"))
            let answer = try await browser.submit(
                "/products/MUG-RED/policy", from: "/products/MUG-RED", ["kind": "guarded", "limit": "1", "scope": "all"])
            #expect(answer.status == 303)
            #expect(try await browser.get(answer.location).body.contains("as all articles (guarded"))
            #expect(try await house.store.read { try StockChanges.count(in: $0) } >= 2, "every article is worked out anew")
            _ = try await browser.submit("/products/MUG-RED/policy", from: "/products/MUG-RED", ["kind": "shared"])
            _ = try await browser.submit("/products/MUG-RED/policy", from: "/products/MUG-RED", ["kind": "as-all"])
        }
        let (blue, red) = try await house.store.read { transaction in
            let policies = try SellingPolicyTable.policies(in: transaction)
            func policy(_ sku: String) throws -> SellingPolicy? {
                try VariantTable.find(sku: SKU(sku)!, in: transaction).map { try policies.policy(of: $0.id, in: transaction) }
            }
            return (try policy("MUG-BLUE"), try policy("MUG-RED"))
        }
        #expect(blue == SellingPolicy(.shared) && red == SellingPolicy(.guarded, limit: 1))
    }

    @Test func `a shop is connected by the form its connector asks for, and its secret is never shown again`() async throws {
        let house = try await TestHouse()
        try await house.visit { browser in
            try await browser.enter(house)
            let missing = try await browser.submit(
                "/channels/new", from: "/channels/new?channel=amazon", ["channel": "amazon", "name": "Amazon DE", "field-clientID": "amzn1"])
            #expect(missing.status == 422 && missing.body.contains("is missing") && missing.body.contains("value=\"amzn1\""))
            let fields = [
                "channel": "amazon", "name": "Amazon DE", "field-clientID": "amzn1", "field-refreshToken": "Atzr|geheim",
                "field-marketplace": "A1PA6795UKMFR9",
            ]
            let added = try await browser.submit("/channels/new", from: "/channels/new?channel=amazon", fields)
            #expect(added.status == 303)
            let page = try await browser.get(added.location)
            #expect(page.body.contains("Amazon DE") && page.body.contains("amzn1") && !page.body.contains("geheim"))
            let id = added.location.split(separator: "/")[1].prefix { $0 != "?" }
            _ = try await browser.submit(
                "/channels/\(id)/settings", from: "/channels/\(id)", ["field-clientID": "amzn2", "field-refreshToken": "", "field-marketplace": "X"])
            _ = try await browser.submit("/channels/\(id)/pause", from: "/channels/\(id)")
            let kept = try await house.store.read { try ChannelAccountTable.all(in: $0).last }
            #expect(kept?.settings["refreshToken"] == "Atzr|geheim" && kept?.settings["clientID"] == "amzn2" && kept?.isConnected == false)
        }
    }

    @Test func `a shop where the hub may not connect is not connected, and the page says what to do`() async throws {
        let house = try await TestHouse()
        let before = try await house.store.read { try ChannelAccountTable.all(in: $0).count }
        let settings = WebSettings(
            cookieSecure: false, productVersion: "1.0", testChannel: { _, _ in throw ChannelFailure.offLimits("shop.lan") },
            checkSettings: { settings in
                if settings["clientID"] == "inside" { throw Refusal(.invalid, "channel.off-limits", ["host": "10.0.0.7"]) }
            })
        try await house.visit(settings) { browser in
            try await browser.enter(house)
            var fields = [
                "channel": "amazon", "name": "Inside", "field-clientID": "inside", "field-refreshToken": "r", "field-marketplace": "A1PA6795UKMFR9",
            ]
            let refused = try await browser.submit("/channels/new", from: "/channels/new?channel=amazon", fields)
            #expect(refused.status == 422 && refused.body.contains("10.0.0.7 is not on the public") && refused.body.contains("--allow-networks"))
            fields["field-clientID"] = "by name"
            fields["test"] = "1"
            let tested = try await browser.submit("/channels/new", from: "/channels/new?channel=amazon", fields)
            #expect(tested.status == 422 && tested.body.contains("shop.lan is not on the public") && tested.body.contains("--allow-networks"))
            let account = house.accounts[0]
            let changed = try await browser.submit("/channels/\(account)/settings", from: "/channels/\(account)", ["field-clientID": "inside"])
            #expect(changed.status == 422)
        }
        let after = try await house.store.read { try ChannelAccountTable.all(in: $0) }
        #expect(after.count == before && !after.contains { $0.settings["clientID"] == "inside" })
    }

    @Test func `a parked message is read as text, replayed once, and its exception closes`() async throws {
        let house = try await TestHouse()
        let account = house.accounts[0]
        try await house.store.write { transaction in
            try Inbox.store(account: account, key: "k1", topic: "orders/create", body: Array("{<b>broken".utf8), at: TestHouse.start, in: transaction)
            let message = try Inbox.begin(limit: 1, in: transaction)[0]
            try Inbox.park(message.number, in: transaction)
            try Exceptions.open(
                kind: "malformed-message", key: "inbox:\(message.number)", account: account, subject: .init("inbox", message.number),
                detail: ["topic": "orders/create"],
                at: TestHouse.start, in: transaction)
        }
        try await house.visit { browser in
            try await browser.enter(house)
            let page = try await browser.get("/exceptions/1")
            #expect(page.body.contains("{&lt;b&gt;broken") && page.body.contains("Unreadable message"))
            #expect(try await browser.submit("/exceptions/1/replay", from: "/exceptions/1").location == "/exceptions?done=replayed")
            #expect(try await browser.submit("/exceptions/1/replay", from: "/exceptions").location == "/exceptions?done=before")
        }
        #expect(try await house.store.read { try Inbox.waiting(in: $0) } == 1)
    }

    private func available(_ sku: String, _ house: TestHouse) async throws -> Int {
        let ledger = house.hub.ledger
        let rows = try await house.store.read { transaction in
            try StockOverview.rows(of: ProductList.page(search: sku, limit: 1, in: transaction).items, ledger: ledger, in: transaction)
        }
        return rows[0].levels.reduce(0) { $0 + $1.available }
    }
}
